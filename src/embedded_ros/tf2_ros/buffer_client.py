"""Looks transforms up in another process: an action client of a BufferServer."""

from __future__ import annotations

import threading
import time as monotonic_time
from typing import Any, Final

from geometry_msgs.msg import TransformStamped
from tf2_msgs.action import LookupTransform
from tf2_msgs.msg import TF2Error

from rclpy.action.client import ActionClient
from rclpy.duration import Duration
from rclpy.node import Node
from rclpy.time import Time
from tf2_py import (
    ConnectivityException,
    ExtrapolationException,
    InvalidArgumentException,
    LookupException,
    TimeoutException,
    TransformException,
)
from tf2_ros.buffer_interface import NO_WAIT, BufferInterface

_EXCEPTIONS: Final = {
    TF2Error.LOOKUP_ERROR: LookupException,
    TF2Error.CONNECTIVITY_ERROR: ConnectivityException,
    TF2Error.EXTRAPOLATION_ERROR: ExtrapolationException,
    TF2Error.INVALID_ARGUMENT_ERROR: InvalidArgumentException,
    TF2Error.TIMEOUT_ERROR: TimeoutException,
}
_PADDING: Final = Duration(seconds=2.0)


class BufferClient(BufferInterface):
    """A buffer whose transforms are those of the server `ns`. Its methods block: another thread has to spin the node.

    `timeout_padding`: how much longer than a look-up's own timeout to wait for the server. `check_frequency` has no
    effect: an answer is seen when it comes.
    """

    def __init__(
        self, node: Node, ns: str, check_frequency: float = 10.0, timeout_padding: Duration = _PADDING
    ) -> None:
        super().__init__()
        self.node = node
        self.action_client: Any = ActionClient(node, LookupTransform, action_name=ns)
        self.check_frequency = check_frequency
        self.timeout_padding = timeout_padding

    def lookup_transform(
        self, target_frame: str, source_frame: str, time: Any, timeout: Duration = NO_WAIT
    ) -> TransformStamped:
        """What maps coordinates in `source_frame` into `target_frame`. Raises a TransformException."""
        goal = LookupTransform.Goal(target_frame=target_frame, source_frame=source_frame, source_time=_stamp(time))
        return self._process(goal, timeout)

    def lookup_transform_full(  # noqa: PLR0917  # Jazzy's signature
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
        timeout: Duration = NO_WAIT,
    ) -> TransformStamped:
        """From the source frame at one time to the target frame at another, through a frame that doesn't move."""
        goal = LookupTransform.Goal(
            target_frame=target_frame,
            source_frame=source_frame,
            source_time=_stamp(source_time),
            target_time=_stamp(target_time),
            fixed_frame=fixed_frame,
            advanced=True,
        )
        return self._process(goal, timeout)

    def can_transform(self, *args: Any, **kwargs: Any) -> bool:
        """Whether `lookup_transform` with these arguments succeeds."""
        try:
            self.lookup_transform(*args, **kwargs)
        except TransformException:
            return False
        return True

    def can_transform_full(self, *args: Any, **kwargs: Any) -> bool:
        """Whether `lookup_transform_full` with these arguments succeeds."""
        try:
            self.lookup_transform_full(*args, **kwargs)
        except TransformException:
            return False
        return True

    def destroy(self) -> None:
        """Give up the action client."""
        self.action_client.destroy()

    def _process(self, goal: LookupTransform.Goal, timeout: Duration) -> TransformStamped:
        goal.timeout = timeout.to_msg()
        deadline = monotonic_time.monotonic() + (timeout.nanoseconds + self.timeout_padding.nanoseconds) / 1e9
        if not self.action_client.wait_for_server(timeout_sec=deadline - monotonic_time.monotonic()):
            raise TimeoutException("The BufferServer is not ready.")
        handle = _wait(self.action_client.send_goal_async(goal), deadline)
        if not handle.accepted:
            raise TimeoutException("The BufferServer did not accept the look-up")
        result = _wait(handle.get_result_async(), deadline).result
        if result.error.error != TF2Error.NO_ERROR:
            raise _EXCEPTIONS.get(result.error.error, TransformException)(result.error.error_string)
        return result.transform


def _wait(future: Any, deadline: float) -> Any:
    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    if not done.wait(max(0.0, deadline - monotonic_time.monotonic())):
        raise TimeoutException("The BufferServer did not answer in time")
    return future.result()


def _stamp(time: Any) -> Any:
    return time.to_msg() if isinstance(time, Time) else time
