"""When a timer is due, in its clock's time, through jumps of that clock."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rclpy.impl.clock_handle import ClockChange, ClockHandle
from rclpy.impl.errors import TimerCancelledError
from rclpy.impl.handle import Handle


class TimerHandle(Handle):
    """State of one timer. `on_change` is called when waiting for it must be thought over."""

    def __init__(self, clock: ClockHandle, period_ns: int, autostart: bool) -> None:
        super().__init__()
        if period_ns < 0:
            raise ValueError(f"timer period {period_ns} ns is negative; it must be 0 or more")
        self.on_change: Callable[[], None] | None = None
        self._clock = clock
        self._lock = threading.RLock()
        self._period_ns = period_ns
        self._is_canceled = not autostart
        now_ns = clock.now_ns()
        self._last_call_ns = now_ns
        self._next_call_ns = now_ns + period_ns
        self._credit_ns = 0
        clock.add_clock_callback(self, True, 1, -1)

    def _destroy(self) -> None:
        self._clock.remove_clock_callback(self)

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()

    def call_timer(self) -> None:
        """Note a call, and the next: whole periods on, missed ones are skipped. Raises TimerCancelledError."""
        with self._lock:
            if self._is_canceled:
                raise TimerCancelledError("Failed to call timer: it is cancelled; reset it first")
            now_ns = self._clock.now_ns()
            self._last_call_ns = now_ns
            self._next_call_ns += self._period_ns
            late_ns = now_ns - self._next_call_ns
            if late_ns > 0:
                periods = -(-late_ns // self._period_ns) if self._period_ns else 0
                self._next_call_ns += periods * self._period_ns if self._period_ns else late_ns

    def is_timer_ready(self) -> bool:
        return not self._is_canceled and self._next_call_ns <= self._clock.now_ns()

    def wait_ns(self) -> int | None:
        """Nanoseconds of real time until the timer may be due; None where only a change can make it so."""
        if self._is_canceled or self._clock.get_ros_time_override_is_enabled():
            return None
        return max(0, self._next_call_ns - self._clock.now_ns())

    def is_timer_canceled(self) -> bool:
        return self._is_canceled

    def cancel_timer(self) -> None:
        self._is_canceled = True

    def reset_timer(self) -> None:
        """Start over: the next call is one period from now."""
        with self._lock:
            self._next_call_ns = self._clock.now_ns() + self._period_ns
            self._is_canceled = False
        self._changed()

    def time_since_last_call(self) -> int:
        return self._clock.now_ns() - self._last_call_ns

    def time_until_next_call(self) -> int | None:
        """Negative when overdue; None for a cancelled timer."""
        return None if self._is_canceled else self._next_call_ns - self._clock.now_ns()

    def get_timer_period(self) -> int:
        return self._period_ns

    def change_timer_period(self, period_ns: int) -> None:
        """Takes effect with the call after the next."""
        if period_ns < 0:
            raise ValueError(f"timer period {period_ns} ns is negative; it must be 0 or more")
        self._period_ns = period_ns
        self._changed()

    def before_jump(self, change: ClockChange, delta_ns: int) -> None:
        if change is ClockChange.ROS_TIME_NO_CHANGE:
            return
        now_ns = self._clock.now_ns()
        # A clock that never heard the time has no elapsed share of a period to carry over.
        self._credit_ns = self._next_call_ns - now_ns if now_ns else 0

    def after_jump(self, change: ClockChange, delta_ns: int) -> None:
        with self._lock:
            now_ns = self._clock.now_ns()
            if change is not ClockChange.ROS_TIME_NO_CHANGE:
                self._enter_epoch(now_ns)
            elif now_ns < self._last_call_ns:
                self._last_call_ns = now_ns
                self._next_call_ns = now_ns + self._period_ns
        if self._next_call_ns <= now_ns or change is not ClockChange.ROS_TIME_NO_CHANGE:
            self._changed()

    def _enter_epoch(self, now_ns: int) -> None:
        credit_ns, self._credit_ns = self._credit_ns, 0
        if now_ns and credit_ns:
            self._next_call_ns = now_ns + credit_ns
            self._last_call_ns = self._next_call_ns - self._period_ns
