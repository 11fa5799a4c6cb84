"""Handles as code makes them that goes past the client library, with the arguments of Jazzy's compiled module."""

from __future__ import annotations

from typing import Any

from embedded_ros.wire.qos import Qos
from rclpy.guard_condition import GuardConditionHandle
from rclpy.impl.clock_handle import ClockHandle
from rclpy.impl.context_handle import ContextHandle
from rclpy.impl.endpoints import ClientHandle, PublisherHandle, ServiceHandle, SubscriptionHandle
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.timer_handle import TimerHandle


def Publisher(node: NodeHandle, msg_type: type[Any], topic: str, qos: Qos) -> PublisherHandle:
    """A publisher on the topic to which the name resolves; names of the others are resolved likewise."""
    return PublisherHandle(node, msg_type, node.resolve_name(topic), qos)


def Subscription(node: NodeHandle, msg_type: type[Any], topic: str, qos: Qos) -> SubscriptionHandle:
    """A subscription that wakes the executor of its node, as do client and service."""
    return SubscriptionHandle(node, msg_type, node.resolve_name(topic), qos, node.waker)


def Client(node: NodeHandle, srv_type: type[Any], name: str, qos: Qos) -> ClientHandle:
    """The client end of a service."""
    return ClientHandle(node, srv_type, node.resolve_name(name, is_service=True), qos, node.waker)


def Service(node: NodeHandle, srv_type: type[Any], name: str, qos: Qos) -> ServiceHandle:
    """The server end of a service."""
    return ServiceHandle(node, srv_type, node.resolve_name(name, is_service=True), qos, node.waker)


def Timer(clock: ClockHandle, context: ContextHandle, period_ns: int, autostart: bool) -> TimerHandle:
    """A timer in the time of that clock."""
    return TimerHandle(clock, period_ns, autostart)


def GuardCondition(context: ContextHandle) -> GuardConditionHandle:
    """A guard condition that nobody waits for yet."""
    return GuardConditionHandle()
