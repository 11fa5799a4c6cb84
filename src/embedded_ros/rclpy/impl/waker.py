"""Wakes a sleeping executor from any thread, also from a signal handler."""

from __future__ import annotations

import threading
from collections.abc import Container


class Waker:
    """A flag to wait for. Bare locks: an Event costs a condition and two locks for each message."""

    def __init__(self) -> None:
        self._blocker = threading.Lock()
        self._blocker.acquire()
        # Re-entrant: a signal handler may run on the thread that holds it.
        self._lock = threading.RLock()
        self._causes: set[int] = set()
        self._patient: Container[int] = ()

    def wake(self, cause: int = 0, is_urgent: bool = False) -> None:
        """`cause`: id of the one entity that may have become ready; 0 where it may be any.

        During a `rest` only what is urgent wakes from the patient entities.
        """
        with self._lock:
            self._causes.add(cause)
            if cause in self._patient and not is_urgent:
                return
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

    def rest(self, patient: Container[int], timeout_s: float) -> None:
        """Sleep for `timeout_s`, or until `wake` by something else than the `patient` entities; then `clear`."""
        self._patient = patient
        self._blocker.acquire(timeout=timeout_s)
        self._patient = ()
