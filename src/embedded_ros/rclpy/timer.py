"""Timers and rates."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.clock import Clock
from rclpy.context import Context
from rclpy.exceptions import InvalidHandle, ROSInterruptException
from rclpy.impl.context_wait import wait_while_ok
from rclpy.impl.timer_handle import TimerHandle
from rclpy.utilities import get_default_context


class Timer:
    """Calls back each period of its clock's time. Made by `Node.create_timer`."""

    def __init__(
        self,
        callback: Callable[..., Any] | None,
        callback_group: CallbackGroup | None,
        timer_period_ns: int,
        clock: Clock,
        *,
        context: Context | None = None,
        autostart: bool = True,
    ) -> None:
        self._context = get_default_context() if context is None else context
        self._clock = clock
        with self._clock.handle:
            self.__timer = TimerHandle(self._clock.handle, int(timer_period_ns), autostart)
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False

    @property
    def handle(self) -> TimerHandle:
        return self.__timer

    def destroy(self) -> None:
        self.__timer.destroy_when_not_in_use()

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def timer_period_ns(self) -> int:
        with self.__timer:
            return self.__timer.get_timer_period()

    @timer_period_ns.setter
    def timer_period_ns(self, value: int) -> None:
        with self.__timer:
            self.__timer.change_timer_period(int(value))

    def is_ready(self) -> bool:
        with self.__timer:
            return self.__timer.is_timer_ready()

    def is_canceled(self) -> bool:
        with self.__timer:
            return self.__timer.is_timer_canceled()

    def cancel(self) -> None:
        with self.__timer:
            self.__timer.cancel_timer()

    def reset(self) -> None:
        with self.__timer:
            self.__timer.reset_timer()

    def time_since_last_call(self) -> int:
        """Nanoseconds."""
        with self.__timer:
            return self.__timer.time_since_last_call()

    def time_until_next_call(self) -> int | None:
        """Nanoseconds, negative when overdue; None for a cancelled timer."""
        with self.__timer:
            return self.__timer.time_until_next_call()


class Rate:
    """Sleeps at a frequency; an executor must spin the node elsewhere. Made by `Node.create_rate`."""

    def __init__(self, timer: Timer, *, context: Context) -> None:
        self._timer = timer
        self._context = context
        self._is_shutdown = False
        self._is_destroyed = False
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._num_sleepers = 0
        self._timer.callback = self._event.set
        context.on_shutdown(self._on_shutdown)

    def _on_shutdown(self) -> None:
        self._is_shutdown = True
        self.destroy()

    def destroy(self) -> None:
        self._is_destroyed = True
        self._event.set()

    def _presleep(self) -> None:
        if self._is_shutdown:
            raise ROSInterruptException
        if self._is_destroyed:
            raise RuntimeError("Rate cannot sleep because it has been destroyed")
        if not self._timer.handle:
            self.destroy()
            raise InvalidHandle("Rate cannot sleep because the timer has been destroyed")
        with self._lock:
            self._num_sleepers += 1

    def _postsleep(self) -> None:
        with self._lock:
            self._num_sleepers -= 1
            if self._num_sleepers == 0:
                self._event.clear()
        if self._is_shutdown:
            self.destroy()
            raise ROSInterruptException

    def sleep(self) -> None:
        """Until the next tick. Raises ROSInterruptException when the context shuts down meanwhile."""
        self._presleep()
        try:
            self._is_shutdown |= not wait_while_ok(self._event, self._context)
        finally:
            self._postsleep()
