"""Waiting for transforms, transforming objects, and forgetting when time jumps back."""

import threading

import pytest
from geometry_msgs.msg import PointStamped, TransformStamped
from sensor_msgs.msg import Imu

import tf2_geometry_msgs  # noqa: F401  # registers geometry messages
from rclpy.duration import Duration
from rclpy.time import Time
from tf2_ros import Buffer, ConnectivityException, LookupException, TypeException


def link(child: str, x: float) -> TransformStamped:
    message = TransformStamped(child_frame_id=child)
    message.header.frame_id = "map"
    message.header.stamp.sec = 1
    message.transform.translation.x = x
    return message


def test_lookup_waits_until_the_transform_comes() -> None:
    buffer = Buffer()
    sender = threading.Timer(0.05, buffer.set_transform, (link("odom", 3.0), "test"))
    sender.start()
    found = buffer.lookup_transform("map", "odom", Time(), Duration(seconds=20.0))
    sender.join()
    assert found.transform.translation.x == 3.0


def test_lookup_gives_up_after_its_timeout() -> None:
    with pytest.raises(LookupException):
        Buffer().lookup_transform("map", "odom", Time(), Duration(seconds=0.01))
    possible, reason = Buffer().can_transform("map", "odom", Time(), return_debug_tuple=True)  # type: ignore[misc]
    assert not possible
    assert "does not exist" in reason


def test_future_is_done_when_the_transform_comes() -> None:
    buffer = Buffer()
    future = buffer.wait_for_transform_async("map", "odom", Time())
    buffer.set_transform_static(link("camera", 1.0), "test")
    assert not future.done()
    buffer.set_transform(link("odom", 3.0), "test")
    assert future.result().transform.translation.x == 3.0
    assert buffer.wait_for_transform_async("map", "odom", Time()).done()


def test_future_between_two_times() -> None:
    buffer = Buffer()
    future = buffer.wait_for_transform_full_async("odom", Time(), "camera", Time(), "map")
    buffer.set_transform_static(link("camera", 1.0), "test")
    buffer.set_transform(link("odom", 3.0), "test")
    assert future.result().transform.translation.x == -2.0


def test_registered_objects_are_transformed_at_their_own_time() -> None:
    buffer = Buffer()
    buffer.set_transform(link("odom", 3.0), "test")
    point = PointStamped()
    point.header.frame_id, point.header.stamp.sec = "odom", 1
    assert buffer.transform(point, "map").point.x == 3.0
    assert buffer.transform(point, "map", new_type=PointStamped).header.frame_id == "map"


def test_an_unregistered_object_is_named() -> None:
    with pytest.raises(TypeException, match=r"Imu.* is not loaded or supported"):
        Buffer().transform(Imu(), "map")


def test_two_roots_are_reported() -> None:
    buffer = Buffer()
    buffer.set_transform_static(link("odom", 1.0), "test")
    other = link("island", 1.0)
    other.header.frame_id = "sea"
    buffer.set_transform_static(other, "test")
    with pytest.raises(ConnectivityException):
        buffer.lookup_transform("map", "island", Time())
