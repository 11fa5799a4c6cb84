"""Paired measurements: each figure of ours beside a peer, timed in turn so that a drifting machine moves both."""

from __future__ import annotations

import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Subject = Literal["value", "ratio", "excess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound on a figure's value, or its ratio to the peer, or its excess over it; `at_most` or else at least."""

    subject: Subject
    bound: float
    at_most: bool

    def is_met(self, figure: Figure) -> bool:
        """Tell whether the bound holds; one against a peer never does without a peer."""
        measured: float | None = getattr(figure, self.subject)
        if measured is None:
            return False
        return measured <= self.bound if self.at_most else measured >= self.bound

    def __str__(self) -> str:
        return f"{self.subject} {'<=' if self.at_most else '>='} {self.bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number. `value` and `peer` share `unit`; ratio = value / peer; `runs` is how often it was taken."""

    name: str
    value: float
    unit: str
    runs: int
    peer: float | None = None
    peer_name: str = ""
    goals: tuple[Goal, ...] = ()

    @property
    def excess(self) -> float | None:
        return None if self.peer is None else self.value - self.peer

    @property
    def ratio(self) -> float | None:
        return None if not self.peer else self.value / self.peer

    @property
    def is_met(self) -> bool:
        return all(goal.is_met(self) for goal in self.goals)

    def as_dict(self) -> dict[str, object]:
        goals = [str(goal) for goal in self.goals]
        return {**asdict(self), "ratio": self.ratio, "goals": goals, "met": self.is_met}

    def as_line(self) -> str:
        peer = "-" if self.peer is None else f"{self.peer:.4g} ({self.peer_name})"
        ratio = "-" if self.ratio is None else f"{self.ratio:.3g}x"
        goals = ", ".join(f"{goal} {'met' if goal.is_met(self) else 'MISSED'}" for goal in self.goals) or "-"
        return f"{self.name:<34} {self.value:>10.4g} {self.unit:<10} peer {peer:<34} ratio {ratio:<8} goal {goals}"


def time_once(work: Callable[[], object]) -> float:
    """Seconds that one call takes, monotonic."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def time_paired(
    ours: Callable[[], object], peer: Callable[[], object], *, runs: int = 7, warm_up: int = 1
) -> tuple[float, float]:
    """Median seconds of `ours` and `peer`, called in turn `runs` times after `warm_up` calls of each."""
    for _ in range(warm_up):
        ours()
        peer()
    pairs = [(time_once(ours), time_once(peer)) for _ in range(runs)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of `values` lie, nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def describe_machine() -> dict[str, str]:
    """What a reader needs to place a figure: commit, machine, interpreter."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "commit": commit.stdout.strip() or "unknown",
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
