"""SIGINT and SIGTERM end the contexts of the process."""

from __future__ import annotations

import signal
import threading
from enum import IntEnum
from types import FrameType

from rclpy.guard_condition import GuardCondition


class SignalHandlerOptions(IntEnum):
    """Which signals are handled."""

    NO = 0
    SIGINT = 1
    SIGTERM = 2
    ALL = 3


_current = SignalHandlerOptions.NO
_previous: dict[int, object] = {}
_SIGNALS = {SignalHandlerOptions.SIGINT: signal.SIGINT, SignalHandlerOptions.SIGTERM: signal.SIGTERM}


def _on_signal(number: int, frame: FrameType | None) -> None:
    from rclpy.impl.context_handle import invalidate_all

    invalidate_all()
    # The handler that was there before goes on with its work: Python's own raises KeyboardInterrupt on SIGINT.
    previous = _previous.get(number)
    if callable(previous):
        previous(number, frame)


def install_signal_handlers(options: SignalHandlerOptions = SignalHandlerOptions.ALL) -> None:
    """Handle the chosen signals. Python allows it on the main thread only: on another, nothing is installed."""
    global _current
    if threading.current_thread() is not threading.main_thread():
        return
    for option, number in _SIGNALS.items():
        if options & option and number not in _previous:
            _previous[number] = signal.signal(number, _on_signal)
        elif not options & option:
            _restore(number)
    _current = options


def get_current_signal_handlers_options() -> SignalHandlerOptions:
    return _current


def uninstall_signal_handlers() -> None:
    """Put back the handlers that were there before."""
    global _current
    if threading.current_thread() is not threading.main_thread():
        return
    for number in list(_previous):
        _restore(number)
    _current = SignalHandlerOptions.NO


def _restore(number: int) -> None:
    previous = _previous.pop(number, None)
    # Someone who installed a handler after us keeps it.
    if previous is not None and signal.getsignal(number) is _on_signal:
        signal.signal(number, previous)  # type: ignore[arg-type]


class SignalHandlerGuardCondition(GuardCondition):
    """A guard condition that a termination signal triggers."""

    def __init__(self, context: object = None) -> None:
        super().__init__(callback=None, callback_group=None, context=context)  # type: ignore[arg-type]
        handle = self._context.handle
        if handle is not None:
            handle.on_invalid(self.handle, self.handle.trigger_guard_condition)

    def destroy(self) -> None:
        context = self._context.handle
        if context is not None:
            context.on_invalid(self.handle, None)
        super().destroy()
