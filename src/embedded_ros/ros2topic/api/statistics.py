"""Statistics over the last measurements."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import fmean, pstdev


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Over `count` values, in their unit."""

    mean: float
    minimum: float
    maximum: float
    std_dev: float
    count: int

    @classmethod
    def of(cls, values: deque[int]) -> Statistics:
        """Of at least one value."""
        return cls(
            mean=fmean(values), minimum=min(values), maximum=max(values), std_dev=pstdev(values), count=len(values)
        )

    def spread_s(self) -> str:
        """All but the mean, of values in ns."""
        return (
            f"min: {self.minimum * 1e-9:.3f}s max: {self.maximum * 1e-9:.3f}s "
            f"std dev: {self.std_dev * 1e-9:.5f}s window: {self.count}"
        )


class StampedWindow:
    """The last `size` durations, ns, each with the time when it was measured; a clock that jumps back empties it."""

    def __init__(self, size: int) -> None:
        self.values_ns: deque[int] = deque(maxlen=size)
        self.last_ns: int | None = None

    def admits(self, now_ns: int) -> bool:
        """Take in the time of a message; False where there is nothing to measure: at the first, and after a jump."""
        if now_ns == 0:  # ROS time that has not started
            if self.values_ns:
                print("time has reset, resetting counters")
            self.values_ns.clear()
            return False
        previous_ns, self.last_ns = self.last_ns, now_ns
        if previous_ns is None or now_ns < previous_ns:
            self.values_ns.clear()
            return False
        return True
