"""What the recorder does at the moment, for diagnostics and the status service."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from .counters import TopicCounts
from .waiting import ClosedSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Closed segments that the lake doesn't have yet. oldest_age_s: real time since the oldest was begun, 0 without."""

    segments: int
    size_bytes: int
    oldest_age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStatus:
    """disk_free_bytes: of the spool's disk. last_commit_ns: wall time, ns since the epoch; None before the first.

    problem: what keeps messages from disk or lake at the moment; empty when all is well.
    """

    backlog: Backlog
    disk_free_bytes: int
    last_commit_ns: int | None
    problem: str
    counts: Mapping[str, TopicCounts]


def backlog(segments: Iterable[ClosedSegment]) -> Backlog:
    """Size and age of what waits; a segment that is committed meanwhile doesn't count."""
    sizes: list[int] = []
    began_ns: list[int] = []
    for segment in segments:
        with suppress(FileNotFoundError):
            sizes.append(segment.path.stat().st_size)
            began_ns.append(int(segment.path.name.split("-", maxsplit=1)[0]))
    age_ns = time.time_ns() - min(began_ns) if began_ns else 0
    return Backlog(segments=len(sizes), size_bytes=sum(sizes), oldest_age_s=max(0, age_ns) / 1e9)
