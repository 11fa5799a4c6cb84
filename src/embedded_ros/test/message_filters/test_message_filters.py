"""What goes into a filter, and what comes out."""

import threading
import time
from typing import Any

import pytest
from builtin_interfaces.msg import Time as TimeMessage
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Header, String

import rclpy
from message_filters import ApproximateTimeSynchronizer, Cache, SimpleFilter, Subscriber, TimeSynchronizer
from rclpy.time import Time

MS = 1_000_000


def scan(ms: int, frame: str = "") -> Any:
    return LaserScan(header=Header(frame_id=frame, stamp=TimeMessage(nanosec=ms * MS)))


def stamps_ms(messages: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(message.header.stamp.nanosec // MS for message in messages)


@pytest.fixture
def inputs() -> list[SimpleFilter]:
    return [SimpleFilter(), SimpleFilter(), SimpleFilter()]


def test_equal_stamps_come_together(inputs: list[SimpleFilter]) -> None:
    given: list[tuple[int, ...]] = []
    TimeSynchronizer(inputs, 2).registerCallback(lambda *messages: given.append(stamps_ms(messages)))
    for at, ms in ((0, 1), (1, 1), (0, 2), (1, 2), (2, 2), (2, 1)):
        inputs[at].signalMessage(scan(ms))
    assert given == [(2, 2, 2), (1, 1, 1)]


def test_the_oldest_leaves_a_full_queue(inputs: list[SimpleFilter]) -> None:
    given: list[tuple[int, ...]] = []
    TimeSynchronizer(inputs[:2], 2).registerCallback(lambda *messages: given.append(stamps_ms(messages)))
    for ms in (1, 2, 3):
        inputs[0].signalMessage(scan(ms))
    for ms in (1, 3):
        inputs[1].signalMessage(scan(ms))
    assert given == [(3, 3)]


def test_near_stamps_come_together_the_nearest_first(inputs: list[SimpleFilter]) -> None:
    given: list[tuple[int, ...]] = []
    synchronizer = ApproximateTimeSynchronizer(inputs[:2], 10, slop=0.010)
    synchronizer.registerCallback(lambda *messages: given.append((*stamps_ms(messages[:2]), messages[2])), 7)
    for at, ms in ((0, 100), (0, 108), (1, 106), (1, 130)):
        inputs[at].signalMessage(scan(ms))
    assert given == [(108, 106, 7)]


def test_what_has_no_stamp_is_left_out_unless_it_is_allowed(inputs: list[SimpleFilter]) -> None:
    given: list[Any] = []
    ApproximateTimeSynchronizer(inputs[:1], 10, 0.1).registerCallback(given.append)
    ApproximateTimeSynchronizer(inputs[1:2], 10, 0.1, allow_headerless=True).registerCallback(given.append)
    for each in inputs:
        each.signalMessage(String(data="x"))
    assert given == [String(data="x")]


def test_a_cache_is_asked_by_time(inputs: list[SimpleFilter]) -> None:
    cache = Cache(inputs[0], cache_size=3)
    assert (cache.getLast(), cache.getOldestTime()) == (None, None)
    for ms in (10, 20, 30, 40):
        inputs[0].signalMessage(scan(ms))
    at = {ms: Time(nanoseconds=ms * MS) for ms in (15, 20, 30, 35, 45)}
    clocked = {ms: Time.from_msg(time.to_msg()) for ms, time in at.items()}
    assert stamps_ms(tuple(cache.getInterval(clocked[15], clocked[30]))) == (20, 30)
    assert stamps_ms((cache.getElemAfterTime(clocked[35]), cache.getElemBeforeTime(clocked[35]))) == (40, 30)
    assert cache.getElemAfterTime(clocked[45]) is None
    assert stamps_ms((cache.getLast(),)) == (40,)
    assert cache.getOldestTime() == clocked[20]
    with pytest.raises(AssertionError, match="is after"):
        cache.getInterval(clocked[30], clocked[20])


def test_a_subscriber_passes_messages_on(own_router: str) -> None:
    rclpy.init()
    node = rclpy.create_node("filters")
    arrived = threading.Event()
    subscriber = Subscriber(node, LaserScan, "scan", qos_profile=1)
    subscriber.registerCallback(lambda message, event: event.set(), arrived)
    assert (subscriber.getTopic(), subscriber.topic_name) == ("scan", "/scan")
    publisher = node.create_publisher(LaserScan, "scan", 1)
    deadline = time.monotonic() + 20
    while not arrived.is_set() and time.monotonic() < deadline:
        publisher.publish(scan(1))
        rclpy.spin_once(node, timeout_sec=0.1)
    node.destroy_node()
    rclpy.shutdown()
    assert arrived.is_set()
