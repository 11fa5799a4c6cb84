"""A node inside the test's process: collects messages and calls actions, with deadlines everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import rclpy
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.task import Future


class Probe(Node):
    """Spins only while it is asked for something; deadlines are in wall seconds, monotonic."""

    def __init__(self) -> None:
        super().__init__("probe")

    def collect(self, msg_type: Any, topic: str, qos: QoSProfile | int) -> list[Any]:
        """A list that fills with the topic's messages while this node spins."""
        messages: list[Any] = []
        self.create_subscription(msg_type, topic, messages.append, qos)
        return messages

    def wait_until(self, is_true: Callable[[], bool], what: str, deadline_s: float = 30.0) -> None:
        """Spin until `is_true()`. Raises TimeoutError that says what was waited for."""
        end = time.monotonic() + deadline_s
        while not is_true():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: not within {deadline_s} s")
            rclpy.spin_once(self, timeout_sec=0.05)

    def result_of(self, future: Future, what: str, deadline_s: float = 30.0) -> Any:
        """Spin until the future is done and return its result."""
        self.wait_until(future.done, what, deadline_s)
        return future.result()


@contextmanager
def probing() -> Iterator[Probe]:
    """A probe in a context of its own making, shut down at the end."""
    rclpy.init()
    probe = Probe()
    try:
        yield probe
    finally:
        probe.destroy_node()
        rclpy.shutdown()
