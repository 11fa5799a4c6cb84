"""Wakes a sleeping executor from any thread, also from a signal handler."""

from __future__ import annotations

import threading


class Waker:
    """A flag to wait for. Bare locks: an Event costs a condition and two locks for each message."""

    def __init__(self) -> None:
        self._blocker = threading.Lock()
        self._blocker.acquire()
        # Re-entrant: a signal handler may run on the thread that holds it.
        self._lock = threading.RLock()
        self._causes: set[int] = set()

    def wake(self, cause: int = 0) -> None:
        """`cause`: id of the one entity that may have become ready; 0 where it may be any."""
        with self._lock:
            self._causes.add(cause)
            try:
                self._blocker.release()
            except RuntimeError:
                # Already awake: waking twice is waking once.
                return

    @property
    def is_awake(self) -> bool:
        """True from `wake` to `clear` or the end of a `wait`."""
        return not self._blocker.locked()

    def clear(self) -> set[int]:
        """Forget earlier calls of `wake`; look at what they announced after this, not before. Gives their causes."""
        with self._lock:
            self._blocker.acquire(blocking=False)
            causes, self._causes = self._causes, set()
            return causes

    def wait(self, timeout_s: float | None) -> bool:
        """Sleep until `wake`; False at the time-out."""
        if timeout_s is None:
            return self._blocker.acquire()
        return self._blocker.acquire(timeout=min(timeout_s, threading.TIMEOUT_MAX))
