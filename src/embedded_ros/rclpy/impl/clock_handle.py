"""State of a clock: its source, the simulated time that may override it, and who hears of jumps."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from rclpy.clock_type import ClockType
from rclpy.impl.handle import Handle


class ClockChange(IntEnum):
    """What happened to a clock's time source; numbers as in rcl."""

    ROS_TIME_NO_CHANGE = 1
    ROS_TIME_ACTIVATED = 2
    ROS_TIME_DEACTIVATED = 3
    SYSTEM_TIME_NO_CHANGE = 4


class JumpListener(Protocol):
    """Hears of jumps; both calls happen on the thread that moves the clock."""

    def before_jump(self, change: ClockChange, delta_ns: int) -> None: ...

    def after_jump(self, change: ClockChange, delta_ns: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Registration:
    listener: JumpListener
    on_clock_change: bool
    min_forward_ns: int
    min_backward_ns: int

    def wants(self, change: ClockChange, delta_ns: int) -> bool:
        if change in (ClockChange.ROS_TIME_ACTIVATED, ClockChange.ROS_TIME_DEACTIVATED) and self.on_clock_change:
            return True
        if self.min_backward_ns != 0 and delta_ns <= self.min_backward_ns:
            return True
        return self.min_forward_ns != 0 and delta_ns >= self.min_forward_ns


class ClockHandle(Handle):
    """Time of one clock in nanoseconds. Only a clock of ROS time can be overridden."""

    def __init__(self, clock_type: ClockType) -> None:
        super().__init__()
        self.clock_type = clock_type
        self._is_overridden = False
        self._override_ns = 0
        self._registrations: list[_Registration] = []
        self._lock = threading.Lock()

    def now_ns(self) -> int:
        if self._is_overridden:
            return self._override_ns
        return time.monotonic_ns() if self.clock_type is ClockType.STEADY_TIME else time.time_ns()

    def get_ros_time_override_is_enabled(self) -> bool:
        return self._is_overridden

    def set_ros_time_override_is_enabled(self, enabled: bool) -> None:
        if enabled == self._is_overridden:
            return
        change = ClockChange.ROS_TIME_ACTIVATED if enabled else ClockChange.ROS_TIME_DEACTIVATED
        told = self._wanting(change, 0)
        for registration in told:
            registration.listener.before_jump(change, 0)
        self._is_overridden = enabled
        for registration in told:
            registration.listener.after_jump(change, 0)

    def set_ros_time_override(self, time_ns: int) -> None:
        if not self._is_overridden:
            self._override_ns = time_ns
            return
        delta_ns = time_ns - self._override_ns
        told = self._wanting(ClockChange.ROS_TIME_NO_CHANGE, delta_ns)
        for registration in told:
            registration.listener.before_jump(ClockChange.ROS_TIME_NO_CHANGE, delta_ns)
        self._override_ns = time_ns
        for registration in told:
            registration.listener.after_jump(ClockChange.ROS_TIME_NO_CHANGE, delta_ns)

    def _wanting(self, change: ClockChange, delta_ns: int) -> list[_Registration]:
        with self._lock:
            return [registration for registration in self._registrations if registration.wants(change, delta_ns)]

    def add_clock_callback(
        self, listener: JumpListener, on_clock_change: bool, min_forward_ns: int, min_backward_ns: int
    ) -> None:
        """Thresholds in ns, forward positive, backward negative, 0 where they do not matter."""
        registration = _Registration(
            listener=listener,
            on_clock_change=on_clock_change,
            min_forward_ns=min_forward_ns,
            min_backward_ns=min_backward_ns,
        )
        with self._lock:
            self._registrations.append(registration)

    def remove_clock_callback(self, listener: JumpListener) -> None:
        with self._lock:
            self._registrations = [known for known in self._registrations if known.listener is not listener]
