"""Notices sensors that fall silent or come too late."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Arrival:
    arrived_s: float
    stamp_s: float


class SensorWatch:
    """All times in seconds of one clock."""

    def __init__(self, names: tuple[str, ...], timeout_s: float) -> None:
        self._names = names
        self._timeout_s = timeout_s
        self._last: dict[str, _Arrival] = {}

    def arrive(self, name: str, stamp_s: float, now_s: float) -> None:
        """A message of `stamp_s` arrives."""
        self._last[name] = _Arrival(now_s, stamp_s)

    def missing(self, now_s: float) -> str:
        """Which sensors are missing, in words with numbers; empty if none is."""
        return ", ".join(problem for name in self._names if (problem := self._problem(name, now_s)))

    def _problem(self, name: str, now_s: float) -> str:
        last, limit = self._last.get(name), self._timeout_s
        if last is None:
            return f"no {name} yet"
        if now_s - last.arrived_s > limit:
            return f"no {name} for {now_s - last.arrived_s:.1f} s (limit {limit:.1f} s)"
        # Late but steady is fine up to a point: a simulation may run much faster than time.
        if now_s - last.stamp_s > 2.0 * limit:
            return f"{name} comes {now_s - last.stamp_s:.1f} s late (limit {2.0 * limit:.1f} s)"
        return ""
