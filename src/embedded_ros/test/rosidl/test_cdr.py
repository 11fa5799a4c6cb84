"""Byte vectors, both endiannesses, and what happens to bytes that aren't the message."""

import array

import numpy as np
import pytest
from example_interfaces.action import Fibonacci
from example_interfaces.msg import WString
from example_interfaces.srv import AddTwoInts
from geometry_msgs.msg import Twist, Vector3
from nav_msgs.msg import Odometry
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Empty, Float64MultiArray, Header, Int32, String
from std_srvs.srv import Trigger
from test_msgs.msg import Arrays, BoundedSequences
from unique_identifier_msgs.msg import UUID

from embedded_ros.rosidl import CdrError, deserialize, serialize
from rclpy.serialization import deserialize_message, serialize_message

FIBONACCI = Fibonacci.Impl


def vectors() -> list[tuple[object, str]]:
    twist = Twist(linear=Vector3(x=0.5), angular=Vector3(z=-1.0))
    header = Header(frame_id="map")
    header.stamp.sec, header.stamp.nanosec = 1, 2
    accepted = FIBONACCI.SendGoalService.Response(accepted=True)
    accepted.stamp.sec, accepted.stamp.nanosec = 1, 2
    return [
        (String(data="hello"), "000100000600000068656c6c6f00"),
        (String(data=""), "000100000100000000"),
        (Empty(), "0001000000"),
        (Trigger.Request(), "0001000000"),
        (Trigger.Response(success=True, message="ok"), "0001000001000000030000006f6b00"),
        (twist, "00010000000000000000e03f" + "00" * 32 + "000000000000f0bf"),
        (AddTwoInts.Request(a=2, b=3), "0001000002000000000000000300000000000000"),
        (AddTwoInts.Response(sum=5), "000100000500000000000000"),
        (header, "000100000100000002000000040000006d617000"),
        (
            FIBONACCI.SendGoalService.Request(goal_id=UUID(uuid=list(range(16))), goal=Fibonacci.Goal(order=5)),
            "00010000000102030405060708090a0b0c0d0e0f05000000",
        ),
        (accepted, "00010000010000000100000002000000"),
        (
            FIBONACCI.GetResultService.Response(status=4, result=Fibonacci.Result(sequence=[0, 1, 1, 2])),
            "00010000040000000400000000000000010000000100000002000000",
        ),
        (WString(data="hé"), "000100000200000068000000e9000000"),
    ]


@pytest.mark.parametrize(("message", "expected"), vectors())
def test_bytes_are_those_of_the_wire(message: object, expected: str) -> None:
    data = bytes.fromhex(expected)
    assert serialize(message) == data  # type: ignore[arg-type]
    assert deserialize(type(message), data) == message  # type: ignore[type-var]


def test_serialization_module_is_the_same_codec() -> None:
    data = serialize_message(String(data="x"))
    assert deserialize_message(data, String) == String(data="x")


def test_big_endian_is_read() -> None:
    assert deserialize(Int32, bytes.fromhex("0000000000000005")) == Int32(data=5)
    text = "0000 0000 00000001 00000002 00000004 6d617000"
    assert deserialize(Header, bytes.fromhex(text)).frame_id == "map"
    array_bytes = bytes.fromhex("0000 0000 00000000 00000000 00000002 00000000 3ff0000000000000 4000000000000000")
    assert deserialize(Float64MultiArray, array_bytes).data == array.array("d", [1.0, 2.0])
    assert deserialize(WString, bytes.fromhex("0000 0000 00000001 000000e9")).data == "é"


def test_big_endian_fixed_arrays_are_swapped() -> None:
    pose = bytes.fromhex("00000000") + b"\0" * 8 + bytes.fromhex("00000001 00 000000 00000001 00 000000")
    body = np.arange(7.0).astype(">f8").tobytes() + np.arange(36.0).astype(">f8").tobytes()
    twist = np.arange(6.0).astype(">f8").tobytes() + np.arange(36.0).astype(">f8").tobytes()
    message = deserialize(Odometry, pose + body + twist)
    assert message.pose.covariance.tolist() == list(range(36))
    assert message.pose.covariance.dtype == np.dtype("f8")
    assert message.twist.twist.angular.z == 5.0


def test_up_to_three_bytes_of_padding_are_tolerated() -> None:
    data = serialize(String(data="hello"))
    assert deserialize(String, data + b"\0\0").data == "hello"
    with pytest.raises(CdrError, match=r"std_msgs/msg/String: the message ends at byte 14 of 18: another type"):
        deserialize(String, data + b"\0\0\0\0")


def test_memoryviews_and_bytearrays_are_read() -> None:
    data = serialize(String(data="hello"))
    assert deserialize(String, memoryview(data)) == deserialize(String, bytearray(data)) == String(data="hello")


def test_an_empty_message_without_its_byte_is_read() -> None:
    assert deserialize(Empty, b"\0\x01\0\0") == Empty()


def test_a_string_of_length_zero_is_empty() -> None:
    assert deserialize(String, bytes.fromhex("00010000 00000000")).data == ""


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_truncated_bytes_are_refused(cut: int) -> None:
    data = serialize(LaserScan(header=Header(frame_id="laser"), ranges=[1.0, 2.0]))
    with pytest.raises(CdrError, match=r"sensor_msgs/msg/LaserScan: (truncated|not plain CDR)"):
        deserialize(LaserScan, data[:-cut])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "not plain CDR: 0 bytes"),
        ("0001", "not plain CDR: 2 bytes"),
        ("00070000 06000000", "not plain CDR: 8 bytes that start with '00 07 00 00'"),
        ("00010000 ffffffff 00", "truncated"),
        ("00010000 02000000 6162", "the string that ends at byte 10 has no NUL"),
    ],
)
def test_garbage_is_refused(data: str, problem: str) -> None:
    with pytest.raises(CdrError, match=problem):
        deserialize(String, bytes.fromhex(data))


def test_a_sequence_beyond_its_bound_is_refused_both_ways() -> None:
    message = BoundedSequences()
    message.string_values.extend("abcd")
    with pytest.raises(CdrError, match="field 'string_values' has 4 elements, at most 3 are allowed"):
        serialize(message)
    data = bytes.fromhex("00010000 04000000 01010101")
    with pytest.raises(CdrError, match="field 'bool_values' has 4 elements, at most 3 are allowed"):
        deserialize(BoundedSequences, data)


def test_a_fixed_array_changed_in_place_is_refused() -> None:
    message = Arrays()
    message.bool_values.append(True)
    with pytest.raises(CdrError, match="field 'bool_values' has 4 elements instead of 3"):
        serialize(message)


def test_a_wrong_element_put_in_place_is_refused() -> None:
    message = BoundedSequences()
    message.string_values.append(5)
    with pytest.raises(CdrError, match=r"test_msgs/msg/BoundedSequences: can't be serialized: .*'encode'"):
        serialize(message)


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert deserialize(String, bytes.fromhex("00010000 02000000 ff00")).data == "\ufffd"
