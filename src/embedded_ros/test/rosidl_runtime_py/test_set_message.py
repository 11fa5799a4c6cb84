"""Dictionaries into messages."""

from typing import Any

import pytest
from builtin_interfaces.msg import Time
from geometry_msgs.msg import PoseArray, PoseStamped, Twist
from sensor_msgs.msg import CameraInfo, LaserScan
from std_msgs.msg import Byte, String

from rosidl_runtime_py.set_message import set_message_fields


def test_nested_fields_are_set() -> None:
    twist = Twist()
    assert set_message_fields(twist, {"linear": {"x": 1, "y": 2.5}}) == []
    assert (twist.linear.x, twist.linear.y) == (1.0, 2.5)


def test_arrays_are_set() -> None:
    scan, info, poses = LaserScan(), CameraInfo(), PoseArray()
    set_message_fields(scan, {"ranges": [1, 2]})
    set_message_fields(info, {"k": list(range(9))})
    set_message_fields(poses, {"poses": [{"position": {"x": 2.0}}, {}]})
    assert scan.ranges.tolist() == [1.0, 2.0]
    assert info.k.tolist() == list(range(9))
    assert [pose.position.x for pose in poses.poses] == [2.0, 0.0]


def test_values_are_converted_to_the_fields_type() -> None:
    text, byte = String(), Byte()
    set_message_fields(text, {"data": 5})
    set_message_fields(byte, {"data": 7})
    assert (text.data, byte.data) == ("5", b"\x07")


def test_now_and_auto_come_back_as_setters() -> None:
    pose = PoseStamped()
    (setter,) = set_message_fields(pose, {"header": "auto"}, expand_header_auto=True)
    setter(Time(sec=3))
    assert pose.header.stamp.sec == 3
    (setter,) = set_message_fields(pose.header, {"stamp": "now"}, expand_time_now=True)
    setter(Time(sec=4))
    assert pose.header.stamp.sec == 4


@pytest.mark.parametrize(
    ("values", "error", "text"),
    [
        ({"liner": {}}, AttributeError, "no attribute 'liner'; it has linear, angular"),
        ({"linear": 3}, TypeError, "Value '3' is expected to be a dictionary but is a int"),
        ({"linear": {"x": "fast"}}, ValueError, "field 'x' of Vector3: could not convert string to float: 'fast'"),
        ("x", TypeError, "expected to be a dictionary"),
    ],
)
def test_what_does_not_fit_is_named(values: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        set_message_fields(Twist(), values)
