"""sensor_msgs/PointCloud2 from and to NumPy arrays and lists."""

from __future__ import annotations

import array
import sys
from collections import namedtuple
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.lib.recfunctions import structured_to_unstructured, unstructured_to_structured
from numpy.typing import NDArray
from sensor_msgs.msg import PointCloud2, PointField
from std_msgs.msg import Header

DUMMY_FIELD_PREFIX: Final = "unnamed_field"

_DATATYPES: Final[dict[int, np.dtype[Any]]] = {
    PointField.INT8: np.dtype(np.int8),
    PointField.UINT8: np.dtype(np.uint8),
    PointField.INT16: np.dtype(np.int16),
    PointField.UINT16: np.dtype(np.uint16),
    PointField.INT32: np.dtype(np.int32),
    PointField.UINT32: np.dtype(np.uint32),
    PointField.FLOAT32: np.dtype(np.float32),
    PointField.FLOAT64: np.dtype(np.float64),
}


def read_points(
    cloud: PointCloud2,
    field_names: Sequence[str] | None = None,
    skip_nans: bool = False,
    uvs: Iterable[int] | None = None,
    reshape_organized_cloud: bool = False,
) -> NDArray[Any]:
    """The points as a structured array (n,), a view of the cloud's data where nothing has to be left out.

    `skip_nans`: without points that have a NaN, unless the cloud says that it is dense. `uvs`: only these points.
    `reshape_organized_cloud`: as (width, height), where the height is above 1. Raises AssertionError for a field that
    the cloud does not have.
    """
    _require(isinstance(cloud, PointCloud2), f"{type(cloud)} is not a sensor_msgs.msg.PointCloud2")
    points: NDArray[Any] = np.ndarray(
        shape=(cloud.width * cloud.height,),
        dtype=dtype_from_fields(cloud.fields, point_step=cloud.point_step),
        buffer=cloud.data,
    )
    if field_names is not None:
        missing = [name for name in field_names if name not in (points.dtype.names or ())]
        _require(not missing, f"the cloud has no field {missing}; it has {points.dtype.names}")
        points = points[list(field_names)]
    if (sys.byteorder != "little") != cloud.is_bigendian:
        points = points.byteswap()
    if skip_nans and not cloud.is_dense:
        has_nan = [np.isnan(points[name]) for name in points.dtype.names or ()]
        points = points[~np.logical_or.reduce(has_nan)]
    if uvs is not None:
        points = points[uvs if isinstance(uvs, np.ndarray) else np.fromiter(uvs, int)]
    return points.reshape(cloud.width, cloud.height) if reshape_organized_cloud and cloud.height > 1 else points


def read_points_numpy(
    cloud: PointCloud2,
    field_names: Sequence[str] | None = None,
    skip_nans: bool = False,
    uvs: Iterable[int] | None = None,
    reshape_organized_cloud: bool = False,
) -> NDArray[Any]:
    """Like `read_points`, as a plain array (n, fields). Raises AssertionError for fields of several datatypes."""
    _check_one_datatype([field for field in cloud.fields if field_names is None or field.name in field_names])
    plain: NDArray[Any] = structured_to_unstructured(
        read_points(cloud, field_names, skip_nans, uvs, reshape_organized_cloud)
    )
    return plain


def read_points_list(
    cloud: PointCloud2,
    field_names: Sequence[str] | None = None,
    skip_nans: bool = False,
    uvs: Iterable[int] | None = None,
) -> list[Any]:
    """Like `read_points`, as a list of named tuples: slower, and convenient."""
    points = read_points(cloud, field_names, skip_nans, uvs)
    Point = namedtuple("Point", points.dtype.names or ())  # type: ignore[misc]  # noqa: PYI024  # names known at run time
    return [Point._make(point) for point in points]


def dtype_from_fields(fields: Iterable[PointField], point_step: int | None = None) -> np.dtype[Any]:
    """The dtype of one point; a field with a count above 1 becomes name_0, name_1, …

    `point_step`: size of a point in bytes, if not just what the fields take. Raises AssertionError for a count of 0
    or a name given twice.
    """
    members: dict[str, tuple[str, int]] = {}
    for index, field in enumerate(fields):
        datatype = _DATATYPES[field.datatype]
        name = field.name or f"{DUMMY_FIELD_PREFIX}_{index}"
        _require(field.count > 0, f"field '{name}': its count is 0")
        for part in range(field.count):
            member = f"{name}_{part}" if field.count > 1 else name
            _require(member not in members, f"field '{member}' is there twice")
            members[member] = (datatype.str, field.offset + part * datatype.itemsize)
    described: Any = {
        "names": list(members),
        "formats": [format_ for format_, _ in members.values()],
        "offsets": [offset for _, offset in members.values()],
    }
    dtype: np.dtype[Any] = np.dtype(described if point_step is None else described | {"itemsize": point_step})
    return dtype


def create_cloud(
    header: Header, fields: Sequence[PointField], points: Iterable[Any], point_step: int | None = None
) -> PointCloud2:
    """A cloud of a structured array, a plain one with one column a field, or any iterable of points.

    A second dimension becomes the cloud's height. Raises AssertionError if the points don't match the fields.
    """
    packed = _structured(fields, points, dtype_from_fields(fields, point_step))
    _require(packed.ndim <= 2, f"points have one or two dimensions, not {packed.ndim}")
    return PointCloud2(
        header=header,
        height=packed.shape[1] if packed.ndim == 2 else 1,
        width=packed.shape[0],
        is_dense=False,
        is_bigendian=sys.byteorder != "little",
        fields=list(fields),
        point_step=packed.dtype.itemsize,
        row_step=packed.dtype.itemsize * packed.shape[0],
        data=array.array("B", packed.tobytes()),
    )


def create_cloud_xyz32(header: Header, points: Iterable[Any]) -> PointCloud2:
    """A cloud of points (x, y, z) as float32."""
    fields = [
        PointField(name=name, offset=4 * index, datatype=PointField.FLOAT32, count=1)
        for index, name in enumerate("xyz")
    ]
    return create_cloud(header, fields, points)


def _structured(fields: Sequence[PointField], points: Iterable[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    if not isinstance(points, np.ndarray):
        return np.array([tuple(point) for point in points], dtype=dtype)
    if points.dtype.names is None:
        _check_one_datatype(fields)
        structured: NDArray[Any] = unstructured_to_structured(points, dtype=dtype)
        return structured
    _require(points.dtype == dtype, f"the points are {points.dtype}, the fields {dtype}")
    return points


def _check_one_datatype(fields: Sequence[PointField]) -> None:
    _require(
        len({field.datatype for field in fields}) <= 1,
        "the fields have several datatypes: read them with read_points(), create them from a structured array",
    )


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise AssertionError(problem)
