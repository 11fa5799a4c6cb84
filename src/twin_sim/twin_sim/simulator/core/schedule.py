"""When sensors are due, in whole nanoseconds of simulated time."""

from __future__ import annotations


class Schedule:
    """Due at every multiple of the period, told at the first step at or after it; no error adds up."""

    def __init__(self, rate_hz: float, start_ns: int = 0) -> None:
        self._rate_hz = rate_hz
        self._start_ns = start_ns
        self._count = 0
        self._due_ns = start_ns
        self._last_ns = start_ns

    def is_due(self, now_ns: int) -> bool:
        """Whether the sensor is due; if so, the next multiple after `now_ns` becomes the next time."""
        if self._rate_hz <= 0.0 or now_ns < self._due_ns:
            return False
        while self._due_ns <= now_ns:
            self._count += 1
            self._due_ns = self._start_ns + round(self._count * 1e9 / self._rate_hz)
        return True

    def elapsed_s(self, now_ns: int) -> float:
        """Time since this was asked last, at least 1 ns (so that rates can be divided by it)."""
        elapsed_ns = max(now_ns - self._last_ns, 1)
        self._last_ns = now_ns
        return elapsed_ns / 1e9
