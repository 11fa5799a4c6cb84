"""Points go into a cloud and come out of it unchanged."""

import numpy as np
import pytest
from sensor_msgs.msg import PointField
from std_msgs.msg import Header

from sensor_msgs_py import point_cloud2

POINTS = np.array([[0.0, 0.5, 1.0], [1.0, np.nan, 2.0], [2.0, 2.5, 3.0], [3.0, 3.5, 4.0]], dtype=np.float32)
HEADER = Header(frame_id="lidar")
MIXED = [
    PointField(name="x", offset=0, datatype=PointField.FLOAT32, count=1),
    PointField(name="ring", offset=4, datatype=PointField.UINT16, count=1),
]


def test_points_survive_the_way_through_a_cloud() -> None:
    cloud = point_cloud2.create_cloud_xyz32(HEADER, POINTS)
    assert (cloud.width, cloud.height, cloud.point_step, cloud.row_step) == (4, 1, 12, 48)
    np.testing.assert_array_equal(point_cloud2.read_points_numpy(cloud), POINTS)
    np.testing.assert_array_equal(np.array(point_cloud2.read_points_list(cloud)), POINTS)
    assert point_cloud2.create_cloud_xyz32(HEADER, POINTS.tolist()) == cloud


def test_a_selection_of_fields_and_points_is_read() -> None:
    cloud = point_cloud2.create_cloud_xyz32(HEADER, POINTS)
    np.testing.assert_array_equal(point_cloud2.read_points_numpy(cloud, ["x", "z"]), POINTS[:, [0, 2]])
    np.testing.assert_array_equal(point_cloud2.read_points_numpy(cloud, skip_nans=True), POINTS[[0, 2, 3]])
    np.testing.assert_array_equal(point_cloud2.read_points_numpy(cloud, uvs=iter([3, 0])), POINTS[[3, 0]])


def test_an_organized_cloud_keeps_its_shape() -> None:
    grid = np.nan_to_num(POINTS).reshape(2, 2, 3)
    cloud = point_cloud2.create_cloud_xyz32(HEADER, grid)
    assert (cloud.width, cloud.height) == (2, 2)
    read = point_cloud2.read_points_numpy(cloud, reshape_organized_cloud=True)
    np.testing.assert_array_equal(read, grid)


def test_the_other_byte_order_is_read() -> None:
    cloud = point_cloud2.create_cloud_xyz32(HEADER, POINTS)
    cloud.data = POINTS.byteswap().tobytes()
    cloud.is_bigendian = True
    np.testing.assert_array_equal(point_cloud2.read_points_numpy(cloud), POINTS)


def test_fields_of_several_types_make_named_points() -> None:
    cloud = point_cloud2.create_cloud(HEADER, MIXED, [(1.5, 7), (2.5, 8)], point_step=8)
    assert [(point.x, point.ring) for point in point_cloud2.read_points_list(cloud)] == [(1.5, 7), (2.5, 8)]
    with pytest.raises(AssertionError, match=r"several datatypes: read them with read_points\(\)"):
        point_cloud2.read_points_numpy(cloud)
    with pytest.raises(AssertionError, match=r"no field \['y'\]; it has \('x', 'ring'\)"):
        point_cloud2.read_points(cloud, ["y"])


def test_a_field_with_a_count_becomes_numbered_ones() -> None:
    triple = PointField(name="p", offset=0, datatype=PointField.FLOAT32, count=3)
    assert point_cloud2.dtype_from_fields([triple]).names == ("p_0", "p_1", "p_2")
    with pytest.raises(AssertionError, match="count is 0"):
        point_cloud2.dtype_from_fields([PointField(name="p", datatype=PointField.FLOAT32)])
