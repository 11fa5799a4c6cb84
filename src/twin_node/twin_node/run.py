"""A node's process from its first moment to its exit code. rclpy is imported late: a signal may come before."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from twin_node.errors import NodeError

if TYPE_CHECKING:
    from rclpy.node import Node

OK, FAILED, BAD_CONFIG = 0, 1, 2
_LOOK_S = 0.25


NodeT = TypeVar("NodeT", bound="Node")


class Stop:
    """Takes SIGINT and SIGTERM from the moment it is made; a second one changes nothing.

    Until `hold` there is nothing to clean up, and a signal ends the process at once with exit code 0: an exception
    could not pass through the imports that run then without leaving its trace.
    """

    def __init__(self) -> None:
        self.reason = ""
        self._at_s = 0.0
        self._is_held = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def hold(self) -> None:
        """From now on a signal is noted, and whoever works asks `is_due`."""
        self._is_held = True

    def is_due(self, grace_s: float = 0.0) -> bool:
        """Whether a signal came, at least `grace_s` ago; `reason` is its name."""
        return bool(self.reason) and time.monotonic() >= self._at_s + grace_s

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if not self._is_held:
            os._exit(OK)
        if not self.reason:
            self.reason, self._at_s = signal.Signals(number).name, time.monotonic()


def spin(node: Node, is_over: Callable[[], bool]) -> None:
    """Run the node's callbacks in this thread until `is_over`, asked every 0.25 s, or the context is shut down."""
    from rclpy.callback_groups import ReentrantCallbackGroup
    from rclpy.clock import Clock
    from rclpy.clock_type import ClockType
    from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor

    executor = SingleThreadedExecutor()

    def look() -> None:
        if is_over():
            # Not waiting for the callbacks that run: this is one.
            executor.shutdown(timeout_sec=0)

    # `spin`, not `spin_once` again and again: that looks at every entity of the node for each message.
    timer = node.create_timer(
        _LOOK_S, look, callback_group=ReentrantCallbackGroup(), clock=Clock(clock_type=ClockType.STEADY_TIME)
    )
    executor.add_node(node)
    try:
        executor.spin()
    except ExternalShutdownException:
        return
    finally:
        executor.shutdown()
        node.destroy_timer(timer)


def spin_until_stopped(node: Node, stop: Stop) -> int:
    """Run until a signal comes; exit code 0."""
    spin(node, stop.is_due)
    return OK


def run(
    name: str,
    open_node: Callable[[], NodeT],
    stop: Stop,
    *,
    work: Callable[[NodeT, Stop], int],
    refusals: tuple[type[Exception], ...],
    args: Sequence[str] | None = None,
) -> int:
    """Open the node, let it `work`, destroy it; the exit code. What a node began, its `destroy_node` ends.

    A constructor that raises NodeError or one of `refusals` ends the process with one sentence and exit code 2; so do
    ROS arguments that can't be read.
    """
    import rclpy
    from rclpy.signals import SignalHandlerOptions

    refused: tuple[type[Exception], ...] = (NodeError, *refusals)
    stop.hold()
    # rclpy's own handlers would shut the context down before a node can say its last.
    try:
        rclpy.init(args=None if args is None else list(args), signal_handler_options=SignalHandlerOptions.NO)
    except RuntimeError as error:  # the base of rclpy's RCLError, whose place is private
        sys.stderr.write(f"{name}: the arguments after --ros-args can't be used: {error}\n")
        return BAD_CONFIG
    try:
        node = open_node()
    except refused as error:
        sys.stderr.write(f"{name}: {error}\n")
        return BAD_CONFIG
    else:
        try:
            return work(node, stop)
        finally:
            node.destroy_node()
    finally:
        rclpy.try_shutdown()
