"""Queues that run over: what is kept, and that the node lives."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from std_msgs.msg import Int32

from rclpy.node import Node
from rclpy.qos import HistoryPolicy, QoSProfile

from .conftest import MakeNode, until_matched, wait_until

BURST = 100_000


class SlowListener:
    """Stays in its first callback until it is let go."""

    def __init__(self, node: Node, qos: QoSProfile) -> None:
        self.heard: list[int] = []
        self.go_on = threading.Event()
        self.subscription = node.create_subscription(Int32, "numbers", self._hear, qos)

    def _hear(self, msg: Any) -> None:
        self.heard.append(msg.data)
        self.go_on.wait(60.0)


@pytest.fixture
def talk(own_router: str, make_node: MakeNode) -> Callable[[SlowListener, int], None]:
    """`talk(listener, count)`: publish 0, and when the listener is in its callback 1 … count."""
    node = make_node("talker")

    def publish(listener: SlowListener, count: int) -> None:
        # All are kept on the way, so that what is missing in the end was dropped by the receiver's queue.
        everything = QoSProfile(depth=1, history=HistoryPolicy.KEEP_ALL)
        publisher = node.create_publisher(Int32, "numbers", everything)
        until_matched(publisher.handle._wire._publisher)
        publisher.publish(Int32(data=0))
        wait_until(lambda: listener.heard)
        for number in range(1, count + 1):
            publisher.publish(Int32(data=number))

    return publish


def test_a_slow_subscription_keeps_the_last_and_the_node_survives_a_burst(
    make_node: MakeNode, talk: Callable[[SlowListener, int], None]
) -> None:
    depth = 7
    listener = SlowListener(make_node("listener"), QoSProfile(depth=depth))
    arrived: list[None] = []
    listener.subscription.handle.on_message(lambda: arrived.append(None))
    talk(listener, BURST)
    wait_until(lambda: len(arrived) > BURST)
    assert listener.subscription.handle.is_ready() == depth
    listener.go_on.set()
    wait_until(lambda: listener.heard[-1] == BURST)
    assert listener.heard == [0, *range(BURST - depth + 1, BURST + 1)]


def test_keep_all_keeps_all(make_node: MakeNode, talk: Callable[[SlowListener, int], None]) -> None:
    listener = SlowListener(make_node("listener"), QoSProfile(depth=1, history=HistoryPolicy.KEEP_ALL))
    talk(listener, 2_000)
    listener.go_on.set()
    wait_until(lambda: listener.heard[-1] == 2_000)
    assert listener.heard == list(range(2_001))
