"""Waitables written for Jazzy, and wait loops by hand."""

from typing import Any

import pytest
from std_msgs.msg import String

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.impl.errors import RCLError
from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerGuardCondition
from rclpy.waitable import NumberOfEntities, Waitable

from .conftest import Spin


class OneOfEach(Waitable):
    """A subscription, a timer and a guard condition, waited for as Jazzy's waitables do."""

    def __init__(self, node: Node) -> None:
        super().__init__(ReentrantCallbackGroup())
        qos = QoSProfile(depth=10).get_c_qos_profile()
        self.clock = Clock(clock_type=ClockType.STEADY_TIME)
        self.handles = {
            "subscription": _rclpy.Subscription(node.handle, String, "chatter", qos),
            "timer": _rclpy.Timer(self.clock.handle, node.context.handle, 20_000_000, True),
            "guard_condition": _rclpy.GuardCondition(node.context.handle),
        }
        self.indices: dict[str, int] = {}
        self.ready: list[str] = []
        self.seen: list[Any] = []

    def get_num_entities(self) -> NumberOfEntities:
        return NumberOfEntities(1, 1, 1, 0, 0)

    def add_to_wait_set(self, wait_set: Any) -> None:
        self.indices = {kind: getattr(wait_set, f"add_{kind}")(handle) for kind, handle in self.handles.items()}

    def is_ready(self, wait_set: Any) -> bool:
        self.ready += [kind for kind, index in self.indices.items() if wait_set.is_ready(kind, index)]
        return bool(self.ready)

    def take_data(self) -> list[Any]:
        ready, self.ready = self.ready, []
        if "timer" in ready:
            self.handles["timer"].call_timer()
        if "subscription" in ready:
            ready.append(self.handles["subscription"].take_message(String, False)[0].data)
        return ready

    async def execute(self, taken_data: list[Any]) -> None:
        self.seen += taken_data


@pytest.fixture
def waitable(node: Node) -> Any:
    waitable = OneOfEach(node)
    node.add_waitable(waitable)
    yield waitable
    node.remove_waitable(waitable)
    for handle in waitable.handles.values():
        handle.destroy_when_not_in_use()


def test_a_waitable_hears_of_each_of_its_handles(node: Node, waitable: OneOfEach, spin: Spin) -> None:
    spin(lambda: waitable.seen.count("timer") >= 2)
    node.create_publisher(String, "chatter", 10).publish(String(data="hello"))
    spin(lambda: "hello" in waitable.seen)
    waitable.handles["guard_condition"].trigger_guard_condition()
    spin(lambda: "guard_condition" in waitable.seen)
    spin(lambda: waitable.seen[-1] == "timer")
    assert waitable.seen.count("guard_condition") == 1, "one trigger is seen once"


def test_a_wait_loop_by_hand_takes_a_message(node: Node) -> None:
    subscription = node.create_subscription(String, "chatter", lambda _: None, 10)
    signal = SignalHandlerGuardCondition(context=node.context)
    wait_set = _rclpy.WaitSet(1, 1, 0, 0, 0, 0, node.context.handle)
    wait_set.clear_entities()
    index = wait_set.add_subscription(subscription.handle)
    wait_set.add_guard_condition(signal.handle)
    wait_set.wait(0)
    assert not wait_set.is_ready("subscription", index)
    node.create_publisher(String, "chatter", 10).publish(String(data="hello"))
    wait_set.wait(20_000_000_000)
    assert wait_set.get_ready_entities("subscription") == [subscription.handle.pointer]
    assert wait_set.get_ready_entities("guard_condition") == []
    taken = subscription.handle.take_message(String, False)
    assert taken is not None
    assert taken[0].data == "hello"
    with pytest.raises(RCLError, match="'publisher' is not a known entity"):
        wait_set.is_ready("publisher", 0)
    signal.destroy()


def test_what_only_the_compiled_part_has_is_named() -> None:
    with pytest.raises(AttributeError, match="no 'Nonsense' in the embedded underlay"):
        _ = _rclpy.Nonsense
