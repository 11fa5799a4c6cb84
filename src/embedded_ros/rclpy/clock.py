"""Clocks: system, steady and ROS time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TypedDict

from rclpy.clock_type import ClockType
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.exceptions import NotInitializedException
from rclpy.impl.clock_handle import ClockChange as ClockChange
from rclpy.impl.clock_handle import ClockHandle as ClockHandle
from rclpy.impl.context_wait import wait_while_ok
from rclpy.time import Time
from rclpy.utilities import get_default_context

_S_TO_NS = 1_000_000_000


class JumpThreshold:
    """When a jump callback is called: at least one of the three must be on."""

    def __init__(
        self, *, min_forward: Duration | None, min_backward: Duration | None, on_clock_change: bool = True
    ) -> None:
        if min_forward is not None and min_forward.nanoseconds <= 0:
            raise ValueError("min_forward must be a positive non-zero duration")
        if min_backward is not None and min_backward.nanoseconds >= 0:
            raise ValueError("min_backward must be a negative non-zero duration")
        if min_forward is None and min_backward is None and not on_clock_change:
            raise ValueError("At least one jump threshold must be enabled")
        self.min_forward = min_forward
        self.min_backward = min_backward
        self.on_clock_change = on_clock_change


class TimeJump:
    """What a jump callback is told."""

    def __init__(self, clock_change: ClockChange, delta: Duration) -> None:
        if not isinstance(clock_change, ClockChange):
            raise TypeError(f"clock_change must be an instance of rclpy.clock.ClockChange, not {clock_change!r}")
        self._clock_change = clock_change
        self._delta = delta

    @property
    def clock_change(self) -> ClockChange:
        return self._clock_change

    @property
    def delta(self) -> Duration:
        return self._delta


class TimeJumpDictionary(TypedDict):
    """A jump as `JumpHandle` passes it on; `delta` in nanoseconds."""

    clock_change: ClockChange
    delta: int


JumpHandlePreCallbackType = Callable[[], None]


class JumpHandle:
    """A registered jump callback; `unregister` it, or use it in `with`."""

    def __init__(
        self,
        *,
        clock: Clock,
        threshold: JumpThreshold,
        pre_callback: JumpHandlePreCallbackType | None,
        post_callback: Callable[[TimeJumpDictionary], None] | None,
    ) -> None:
        if pre_callback is None and post_callback is None:
            raise ValueError("One of pre_callback or post_callback must be callable")
        if pre_callback is not None and not callable(pre_callback):
            raise ValueError("pre_callback must be callable if given")
        if post_callback is not None and not callable(post_callback):
            raise ValueError("post_callback must be callable if given")
        self._clock: Clock | None = clock
        self._pre_callback = pre_callback
        self._post_callback = post_callback
        forward = threshold.min_forward.nanoseconds if threshold.min_forward is not None else 0
        backward = threshold.min_backward.nanoseconds if threshold.min_backward is not None else 0
        with clock.handle:
            clock.handle.add_clock_callback(self, threshold.on_clock_change, forward, backward)

    def before_jump(self, change: ClockChange, delta_ns: int) -> None:
        if self._pre_callback is not None:
            self._pre_callback()

    def after_jump(self, change: ClockChange, delta_ns: int) -> None:
        if self._post_callback is not None:
            self._post_callback({"clock_change": change, "delta": delta_ns})

    def unregister(self) -> None:
        if self._clock is not None:
            with self._clock.handle:
                self._clock.handle.remove_clock_callback(self)
            self._clock = None

    def __enter__(self) -> JumpHandle:
        return self

    def __exit__(self, t: type[BaseException] | None, v: BaseException | None, tb: TracebackType | None) -> None:
        self.unregister()


class Clock:
    """A clock; `Clock(clock_type=ClockType.ROS_TIME)` gives a ROSClock."""

    _handle: ClockHandle
    _clock_type: ClockType

    def __new__(cls, *, clock_type: ClockType = ClockType.SYSTEM_TIME) -> Clock:
        if not isinstance(clock_type, ClockType):
            raise TypeError(f"Clock type must be a ClockType enum, not {clock_type!r}")
        if clock_type is ClockType.UNINITIALIZED:
            raise ValueError("a clock needs a type: ROS_TIME, SYSTEM_TIME or STEADY_TIME")
        self = object.__new__(ROSClock if clock_type is ClockType.ROS_TIME else cls)
        self._handle = ClockHandle(clock_type)
        self._clock_type = clock_type
        return self

    @property
    def clock_type(self) -> ClockType:
        return self._clock_type

    @property
    def handle(self) -> ClockHandle:
        return self._handle

    def __repr__(self) -> str:
        return f"Clock(clock_type={self.clock_type.name})"

    def now(self) -> Time:
        return Time(nanoseconds=self._handle.now_ns(), clock_type=self._clock_type)

    def create_jump_callback(
        self,
        threshold: JumpThreshold,
        *,
        pre_callback: JumpHandlePreCallbackType | None = None,
        post_callback: Callable[[TimeJump], None] | None = None,
    ) -> JumpHandle:
        """Callbacks before and after a jump beyond the threshold; keep the returned handle."""
        wrapped: Callable[[TimeJumpDictionary], None] | None = None
        if post_callback is not None and callable(post_callback):

            def wrapped(jump: TimeJumpDictionary) -> None:
                post_callback(TimeJump(jump["clock_change"], Duration(nanoseconds=jump["delta"])))

        return JumpHandle(clock=self, threshold=threshold, pre_callback=pre_callback, post_callback=wrapped)

    def sleep_until(self, until: Time, context: Context | None = None) -> bool:
        """Sleep until the clock reads `until`. False where the context ends or the time source changes."""
        context = get_default_context() if context is None else context
        if not context.ok():
            raise NotInitializedException
        if until.clock_type != self._clock_type:
            raise ValueError(
                f"until's clock type does not match this clock's type: {until.clock_type.name}, {self._clock_type.name}"
            )
        return _Sleep(self, until).wait(context)

    def sleep_for(self, rel_time: Duration, context: Context | None = None) -> bool:
        """Sleep for a duration of this clock's time."""
        return self.sleep_until(self.now() + rel_time, context)


class _Sleep:
    """One sleep: ends by time, by a change of the time source, or by the context's shutdown."""

    def __init__(self, clock: Clock, until: Time) -> None:
        self._clock = clock
        self._until = until
        self._event = threading.Event()
        self._has_source_changed = False

    def wait(self, context: Context) -> bool:
        context.on_shutdown(self._wake)
        threshold = JumpThreshold(min_forward=Duration(nanoseconds=1), min_backward=None, on_clock_change=True)
        with self._clock.create_jump_callback(threshold, post_callback=self._on_jump):
            while not self._event.is_set() and context.ok():
                remaining_ns = self._until.nanoseconds - self._clock.now().nanoseconds
                if remaining_ns <= 0:
                    break
                is_simulated = self._clock.handle.get_ros_time_override_is_enabled()
                # Simulated time moves only by jumps, each of which looks at the time again.
                wait_while_ok(self._event, context, None if is_simulated else remaining_ns / _S_TO_NS)
        if not context.ok() or self._has_source_changed:
            return False
        return self._clock.now() >= self._until

    def _wake(self) -> None:
        self._event.set()

    def _on_jump(self, jump: TimeJump) -> None:
        if jump.clock_change in (ClockChange.ROS_TIME_ACTIVATED, ClockChange.ROS_TIME_DEACTIVATED):
            self._has_source_changed = True
        if self._has_source_changed or self._clock.now() >= self._until:
            self._event.set()


class ROSClock(Clock):
    """ROS time: the system's, or the simulator's where `use_sim_time` is on."""

    def __new__(cls) -> ROSClock:
        self = Clock.__new__(Clock, clock_type=ClockType.ROS_TIME)
        assert isinstance(self, ROSClock)
        return self

    @property
    def ros_time_is_active(self) -> bool:
        with self.handle:
            return self.handle.get_ros_time_override_is_enabled()

    def _set_ros_time_is_active(self, enabled: bool) -> None:
        with self.handle:
            self.handle.set_ros_time_override_is_enabled(enabled)

    def set_ros_time_override(self, time: Time) -> None:
        """Set the time that the clock tells while ROS time is active."""
        if not isinstance(time, Time):
            raise TypeError(f"Time must be specified as rclpy.time.Time. Received type: {type(time)}")
        with self.handle:
            self.handle.set_ros_time_override(time.nanoseconds)
