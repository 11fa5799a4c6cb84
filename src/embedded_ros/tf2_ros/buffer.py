"""The buffer that nodes use: a transform tree that can be waited for."""

from __future__ import annotations

import threading
import time as monotonic_time
from collections.abc import Callable
from typing import Any

from geometry_msgs.msg import TransformStamped
from tf2_msgs.srv import FrameGraph

from rclpy.clock import Clock, JumpThreshold, TimeJump
from rclpy.duration import Duration
from rclpy.logging import get_logger
from rclpy.node import Node
from rclpy.task import Future
from rclpy.time import Time
from tf2_py import BufferCore
from tf2_ros.buffer_interface import NO_WAIT, BufferInterface


class Buffer(BufferCore, BufferInterface):
    """Keeps transforms and looks them up; with a node, it also serves them as `tf2_frames`."""

    def __init__(self, cache_time: Duration | None = None, node: Node | None = None) -> None:
        """`cache_time`: how much of the past to keep, 10 s if not given."""
        BufferCore.__init__(self, cache_time)
        BufferInterface.__init__(self)
        self._new_data = threading.Condition()
        self._new_data_callbacks: list[Callable[[], None]] = []
        if node is not None:
            self.srv = node.create_service(FrameGraph, "tf2_frames", self._on_frames)
            self.clock = node.get_clock()
        else:
            self.clock = Clock()
        # Simulated time that starts over makes everything known look as if it lay in the future.
        threshold = JumpThreshold(min_forward=None, min_backward=Duration(seconds=-1), on_clock_change=True)
        self.jump_handle = self.clock.create_jump_callback(threshold, post_callback=self.time_jump_callback)

    def _on_frames(self, request: FrameGraph.Request, response: FrameGraph.Response) -> FrameGraph.Response:
        del request
        response.frame_yaml = self.all_frames_as_yaml()
        return response

    def time_jump_callback(self, time_jump: TimeJump) -> None:
        """Forget what was known before the jump."""
        del time_jump
        get_logger("tf2_buffer").warning("Detected jump back in time. Clearing tf buffer.")
        self.clear()

    def set_transform(self, transform: TransformStamped, authority: str) -> None:
        """Keep a transform, and tell those who wait."""
        super().set_transform(transform, authority)
        self._call_new_data_callbacks()

    def set_transform_static(self, transform: TransformStamped, authority: str) -> None:
        """Keep a static transform, and tell those who wait."""
        super().set_transform_static(transform, authority)
        self._call_new_data_callbacks()

    def lookup_transform(
        self, target_frame: str, source_frame: str, time: Time, timeout: Duration = NO_WAIT
    ) -> TransformStamped:
        """What maps coordinates in `source_frame` into `target_frame`; `timeout` in wall time."""
        self.can_transform(target_frame, source_frame, time, timeout)
        return self.lookup_transform_core(target_frame, source_frame, time)

    async def lookup_transform_async(self, target_frame: str, source_frame: str, time: Time) -> TransformStamped:
        """Like `lookup_transform`, as soon as it is possible."""
        await self.wait_for_transform_async(target_frame, source_frame, time)
        return self.lookup_transform_core(target_frame, source_frame, time)

    def lookup_transform_full(  # noqa: PLR0917  # Jazzy's signature
        self,
        target_frame: str,
        target_time: Time,
        source_frame: str,
        source_time: Time,
        fixed_frame: str,
        timeout: Duration = NO_WAIT,
    ) -> TransformStamped:
        """From the source frame at one time to the target frame at another, through a frame that doesn't move."""
        self.can_transform_full(target_frame, target_time, source_frame, source_time, fixed_frame, timeout)
        return self.lookup_transform_full_core(target_frame, target_time, source_frame, source_time, fixed_frame)

    async def lookup_transform_full_async(
        self, target_frame: str, target_time: Time, source_frame: str, source_time: Time, fixed_frame: str
    ) -> TransformStamped:
        """Like `lookup_transform_full`, as soon as it is possible."""
        await self.wait_for_transform_full_async(target_frame, target_time, source_frame, source_time, fixed_frame)
        return self.lookup_transform_full_core(target_frame, target_time, source_frame, source_time, fixed_frame)

    def can_transform(
        self,
        target_frame: str,
        source_frame: str,
        time: Time,
        timeout: Duration = NO_WAIT,
        return_debug_tuple: bool = False,
    ) -> bool | tuple[bool, str]:
        """Whether the look-up succeeds within `timeout`; with the reason why not if `return_debug_tuple`."""
        result = self._wait(lambda: self.can_transform_core(target_frame, source_frame, time), timeout)
        return result if return_debug_tuple else result[0]

    def can_transform_full(  # noqa: PLR0917  # Jazzy's signature
        self,
        target_frame: str,
        target_time: Time,
        source_frame: str,
        source_time: Time,
        fixed_frame: str,
        timeout: Duration = NO_WAIT,
        return_debug_tuple: bool = False,
    ) -> bool | tuple[bool, str]:
        """Whether the look-up between two times succeeds within `timeout`."""
        result = self._wait(
            lambda: self.can_transform_full_core(target_frame, target_time, source_frame, source_time, fixed_frame),
            timeout,
        )
        return result if return_debug_tuple else result[0]

    def wait_for_transform_async(self, target_frame: str, source_frame: str, time: Time) -> Future:
        """A future with the transform, done as soon as it is known."""
        return self._future(
            lambda: self.can_transform_core(target_frame, source_frame, time),
            lambda: self.lookup_transform_core(target_frame, source_frame, time),
        )

    def wait_for_transform_full_async(
        self, target_frame: str, target_time: Time, source_frame: str, source_time: Time, fixed_frame: str
    ) -> Future:
        """A future with the transform between two times, done as soon as it is known."""
        frames = (target_frame, target_time, source_frame, source_time, fixed_frame)
        return self._future(
            lambda: self.can_transform_full_core(*frames),
            lambda: self.lookup_transform_full_core(*frames),
        )

    def _wait(self, attempt: Callable[[], tuple[bool, str]], timeout: Duration) -> tuple[bool, str]:
        deadline = monotonic_time.monotonic() + timeout.nanoseconds / 1e9
        with self._new_data:
            while True:
                result = attempt()
                remaining = deadline - monotonic_time.monotonic()
                if result[0] or remaining <= 0.0:
                    return result
                self._new_data.wait(remaining)

    def _future(self, can: Callable[[], tuple[bool, str]], look_up: Callable[[], Any]) -> Future:
        future: Future = Future()

        def on_new_data() -> None:
            if not future.done() and can()[0]:
                future.set_result(look_up())

        with self._new_data:
            on_new_data()
            if not future.done():
                self._new_data_callbacks.append(on_new_data)
                future.add_done_callback(lambda _: self._remove_callback(on_new_data))
        return future

    def _remove_callback(self, callback: Callable[[], None]) -> None:
        with self._new_data:
            if callback in self._new_data_callbacks:
                self._new_data_callbacks.remove(callback)

    def _call_new_data_callbacks(self) -> None:
        with self._new_data:
            self._new_data.notify_all()
            for callback in list(self._new_data_callbacks):
                callback()
