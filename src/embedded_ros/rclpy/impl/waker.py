"""Wakes a sleeping executor from any thread, also from a signal handler."""

from __future__ import annotations

import threading


class Waker:
    """A flag to wait for. Bare locks: an Event costs a condition and two locks for each message."""

    def __init__(self) -> None:
        self._blocker = threading.Lock()
        self._blocker.acquire()

    def wake(self) -> None:
        try:
            self._blocker.release()
        except RuntimeError:
            # Already awake: waking twice is waking once.
            return

    def clear(self) -> None:
        """Forget earlier calls of `wake`; look at what they announced after this, not before."""
        self._blocker.acquire(blocking=False)

    def wait(self, timeout_s: float | None) -> bool:
        """Sleep until `wake`; False at the time-out."""
        if timeout_s is None:
            return self._blocker.acquire()
        return self._blocker.acquire(timeout=min(timeout_s, threading.TIMEOUT_MAX))
