"""One message from a topic."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rclpy.impl.waker import Waker
from rclpy.qos import QoSProfile

if TYPE_CHECKING:
    from rclpy.node import Node


def wait_for_message(
    msg_type: type[Any],
    node: Node,
    topic: str,
    *,
    qos_profile: QoSProfile | int = 1,
    time_to_wait: float = -1,
) -> tuple[bool, Any]:
    """(True, message), or (False, None) after `time_to_wait` seconds (negative: no limit) or at shutdown.

    Waits for this topic alone: the node's other callbacks are not run.
    """
    context = node.context.handle
    if context is None:
        raise ValueError("wait_for_message: the node's context is not initialized")
    waker = Waker()
    received: list[Any] = []
    subscription = node.create_subscription(msg_type, topic, received.append, qos_profile=qos_profile)
    context.on_invalid(waker, waker.wake)
    deadline = None if time_to_wait < 0 else time.monotonic() + time_to_wait
    try:
        subscription.handle.on_ready(waker.wake)
        while node.context.ok():
            # An executor that spins the node elsewhere may have been faster.
            taken = subscription._take()
            if taken is not None or received:
                return True, received[0] if taken is None else taken[0]
            remaining = None if deadline is None else deadline - time.monotonic()
            if remaining is not None and remaining <= 0:
                break
            waker.wait(remaining)
        return False, None
    finally:
        context.on_invalid(waker, None)
        node.destroy_subscription(subscription)
