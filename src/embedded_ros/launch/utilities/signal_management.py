"""Signal handlers that run inside an event loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, ClassVar, Self

SignalCallback = Callable[[int], None]


class AsyncSafeSignalManager:
    """While entered, calls handlers from `loop`, so that they may touch what runs there.

    Managers nest, and all hear a signal. Works in the main thread only (ValueError elsewhere).
    """

    _active: ClassVar[list[AsyncSafeSignalManager]] = []

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handlers: dict[signal.Signals, SignalCallback] = {}
        self._replaced: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        AsyncSafeSignalManager._active.append(self)
        for signum in self._handlers:
            self._install(signum)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        AsyncSafeSignalManager._active.remove(self)
        for signum in list(self._replaced):
            self._uninstall(signum)

    def handle(self, signum: signal.Signals | int, handler: SignalCallback | None) -> SignalCallback | None:
        """Set (or, with None, remove) the handler of a signal; gives the one that was there."""
        signum = signal.Signals(signum)
        previous = self._handlers.pop(signum, None)
        if handler is None:
            self._uninstall(signum)
            return previous
        if not callable(handler):
            raise ValueError(f"handler of {signum.name}: {handler!r} is not callable")  # noqa: TRY004
        self._handlers[signum] = handler
        if self in AsyncSafeSignalManager._active:
            self._install(signum)
        return previous

    def _install(self, signum: signal.Signals) -> None:
        if signum in self._replaced:
            return
        # A Python handler runs between two bytecodes of whatever the main thread does. It only wakes the loops.
        replaced = signal.signal(signum, _forward)
        self._replaced[signum] = replaced

    def _uninstall(self, signum: signal.Signals) -> None:
        replaced = self._replaced.pop(signum, None)
        if replaced is not None:
            signal.signal(signum, replaced)

    def _deliver(self, signum: signal.Signals) -> None:
        handler = self._handlers.get(signum)
        if handler is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(handler, signum)


def _forward(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    for manager in tuple(AsyncSafeSignalManager._active):
        manager._deliver(signal.Signals(signum))
