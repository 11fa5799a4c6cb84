"""Random messages of many types: our bytes are rosbags' bytes, and both read the other's."""

import contextlib
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from embedded_ros.rosidl import CdrError, Message, deserialize, get_message, serialize
from embedded_ros.rosidl.checks import packed_typecode
from embedded_ros.rosidl.model import INTEGER_RANGES
from rosidl_parser.definition import (
    AbstractGenericString,
    AbstractNestedType,
    AbstractType,
    AbstractWString,
    Array,
    BasicType,
    NamespacedType,
)

TYPES = [
    "builtin_interfaces/msg/Time",
    "diagnostic_msgs/msg/DiagnosticArray",
    "geometry_msgs/msg/PolygonStamped",
    "nav_msgs/msg/OccupancyGrid",
    "nav_msgs/msg/Odometry",
    "nav_msgs/msg/Path",
    "rcl_interfaces/msg/ParameterEvent",
    "sensor_msgs/msg/CameraInfo",
    "sensor_msgs/msg/Imu",
    "sensor_msgs/msg/JointState",
    "sensor_msgs/msg/LaserScan",
    "sensor_msgs/msg/PointCloud2",
    "std_msgs/msg/Byte",
    "std_msgs/msg/Empty",
    "std_msgs/msg/Float64MultiArray",
    "std_msgs/msg/Int8MultiArray",
    "std_msgs/msg/String",
    "tf2_msgs/msg/TFMessage",
    "trajectory_msgs/msg/JointTrajectory",
    "visualization_msgs/msg/MarkerArray",
]

STORE = get_typestore(Stores.ROS2_JAZZY)
for name in ("BasicTypes", "Arrays", "BoundedSequences", "UnboundedSequences", "Constants", "Defaults"):
    path = f"test_msgs/msg/{name}"
    definition = get_message(path)._STRUCTURE.path
    with open(definition, encoding="utf-8") as file:  # noqa: PTH123
        STORE.register(get_types_from_msg(file.read(), path))
TYPES += ["test_msgs/msg/Arrays", "test_msgs/msg/BoundedSequences", "test_msgs/msg/UnboundedSequences"]


def values(type_: AbstractType) -> st.SearchStrategy[Any]:
    code = packed_typecode(type_)
    if code is not None:
        return packed(type_, np.dtype(code))
    if isinstance(type_, Array):
        return st.lists(values(type_.value_type), min_size=type_.size, max_size=type_.size)
    if isinstance(type_, AbstractNestedType):
        return st.lists(values(type_.value_type), max_size=2)
    if isinstance(type_, NamespacedType):
        return messages("/".join(type_.namespaced_name()))
    if isinstance(type_, AbstractGenericString):
        assert not isinstance(type_, AbstractWString)
        bound = getattr(type_, "maximum_size", 8)
        return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=min(bound, 8))
    assert isinstance(type_, BasicType)
    return primitives(type_.typename)


def packed(type_: AbstractType, dtype: np.dtype[Any]) -> st.SearchStrategy[Any]:
    """Any bits that are numbers; drawn as bytes, because 36 separate floats take Hypothesis long."""
    size = getattr(type_, "size", None)
    counts = st.integers(0, 3) if size is None else st.just(size)
    buffers = counts.flatmap(lambda count: st.binary(min_size=count * dtype.itemsize, max_size=count * dtype.itemsize))
    return buffers.map(lambda buffer: np.nan_to_num(np.frombuffer(buffer, dtype)))


def primitives(typename: str) -> st.SearchStrategy[Any]:
    if typename in INTEGER_RANGES:
        return st.integers(*INTEGER_RANGES[typename])
    simple: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "boolean": st.booleans,
        "octet": lambda: st.binary(min_size=1, max_size=1),
        "float": lambda: st.floats(width=32, allow_nan=False),
        "double": lambda: st.floats(allow_nan=False),
    }
    return simple[typename]()


def messages(interface: str) -> st.SearchStrategy[Message]:
    cls = get_message(interface)
    fields = dict(zip(cls.get_fields_and_field_types(), cls.SLOT_TYPES, strict=True))
    return st.builds(cls, **{field: values(type_) for field, type_ in fields.items()})


def to_rosbags(message: Any) -> Any:
    """The same message as an instance of rosbags' class."""
    fields = zip(message.get_fields_and_field_types(), message.SLOT_TYPES, strict=True)
    return STORE.types[message._INTERFACE](**{field: plain(getattr(message, field), type_) for field, type_ in fields})


def plain(value: Any, type_: AbstractType) -> Any:
    if isinstance(value, Message):
        return to_rosbags(value)
    if isinstance(type_, AbstractNestedType):
        if type_.value_type == BasicType("octet"):
            return np.frombuffer(b"".join(value), np.int8)  # rosbags' byte is an int8
        if isinstance(type_.value_type, BasicType):
            return np.array(value, dtype=packed_typecode(type_) or np.bool_)
        return [plain(item, type_.value_type) for item in value]
    return int.from_bytes(value, signed=True) if isinstance(value, bytes) else value


QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking a tree of messages takes minutes
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("interface", TYPES)
@QUICK
@given(data=st.data())
def test_bytes_agree_with_rosbags(interface: str, data: st.DataObject) -> None:
    message = data.draw(messages(interface))
    mine = serialize(message)
    assert mine == bytes(STORE.serialize_cdr(to_rosbags(message), interface))
    assert deserialize(type(message), mine) == message
    assert bytes(STORE.serialize_cdr(STORE.deserialize_cdr(mine, interface), interface)) == mine


@pytest.mark.parametrize("interface", TYPES)
@QUICK
@given(data=st.data())
def test_big_endian_bytes_of_rosbags_are_read(interface: str, data: st.DataObject) -> None:
    message = data.draw(messages(interface))
    big = bytes(STORE.serialize_cdr(to_rosbags(message), interface, little_endian=False))
    assert deserialize(type(message), big) == message


@pytest.mark.parametrize(
    "interface",
    [
        "rcl_interfaces/msg/ParameterEvent",
        "test_msgs/msg/BoundedSequences",
        "test_msgs/msg/WStrings",
        "visualization_msgs/msg/MarkerArray",
    ],
)
@settings(QUICK, max_examples=150)
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 8))
def test_damaged_bytes_are_read_or_refused_but_never_worse(interface: str, seed: int, flips: int) -> None:
    random = Random(seed)  # damage, not secrets
    data = bytearray(serialize(filled(interface)))
    for _ in range(flips):
        data[random.randrange(len(data))] = random.randrange(256)
    with contextlib.suppress(CdrError):
        deserialize(get_message(interface), bytes(data[: random.randrange(len(data) + 1)]))


def filled(interface: str) -> Message:
    """A message with one element in each sequence of messages."""
    message = get_message(interface)()
    for field, type_ in zip(message.get_fields_and_field_types(), message.SLOT_TYPES, strict=True):
        element = getattr(type_, "value_type", None)
        if isinstance(element, NamespacedType) and not isinstance(type_, Array):
            setattr(message, field, [filled("/".join(element.namespaced_name()))])
    return message
