"""What is known of one frame: its transforms to its parent over time, or one that always holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Protocol

from tf2_py.exceptions import ExtrapolationException
from tf2_py.geometry import Rigid, interpolate


@dataclass(frozen=True, slots=True)
class Link:
    """A transform to a parent frame, who said so, and when it held (ns)."""

    parent: str
    transform: Rigid
    stamp_ns: int
    authority: str


class Cache(Protocol):
    """Either kind of cache."""

    def insert(self, link: Link) -> bool:
        """Keep the link; False if it is too old."""

    def at(self, time_ns: int) -> Link:
        """The link at a time, 0 for the latest. Raises ExtrapolationException."""

    def latest(self) -> Link:
        """The newest link."""

    def span_ns(self) -> tuple[int, int]:
        """Time of the oldest and the newest link; (0, 0) if it always holds."""

    def __len__(self) -> int: ...


@dataclass(slots=True)
class StaticCache:
    """One link, valid at all times. Mutable: a newer one replaces it."""

    link: Link

    def insert(self, link: Link) -> bool:
        """Replace the link."""
        self.link = link
        return True

    def at(self, time_ns: int) -> Link:  # noqa: ARG002  # it always holds
        """The link."""
        return self.link

    def latest(self) -> Link:
        """The link."""
        return self.link

    def span_ns(self) -> tuple[int, int]:
        """(0, 0): always."""
        return 0, 0

    def __len__(self) -> int:
        return 1


@dataclass(slots=True)
class TimeCache:
    """Links in order of time, none older than `length_ns` before the newest. Mutable, never empty once in use."""

    length_ns: int
    stamps: list[int] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def insert(self, link: Link) -> bool:
        """Keep the link at its place in time, drop what got too old; False if the link itself is."""
        if self.stamps and link.stamp_ns < self.stamps[-1] - self.length_ns:
            return False
        at = bisect_right(self.stamps, link.stamp_ns)
        if link in self.links[bisect_left(self.stamps, link.stamp_ns) : at]:
            return True
        self.stamps.insert(at, link.stamp_ns)
        self.links.insert(at, link)
        stale = bisect_left(self.stamps, self.stamps[-1] - self.length_ns)
        del self.stamps[:stale], self.links[:stale]
        return True

    def at(self, time_ns: int) -> Link:
        """The link at a time, interpolated between its neighbours. Raises ExtrapolationException."""
        if time_ns == 0:
            return self.links[-1]
        after = bisect_left(self.stamps, time_ns)
        if after < len(self.stamps) and self.stamps[after] == time_ns:
            return self.links[after]
        if after in (0, len(self.stamps)):
            raise ExtrapolationException(self._outside(time_ns))
        older, newer = self.links[after - 1], self.links[after]
        if older.parent != newer.parent:
            return older
        ratio = (time_ns - older.stamp_ns) / (newer.stamp_ns - older.stamp_ns)
        return Link(older.parent, interpolate(older.transform, newer.transform, ratio), time_ns, older.authority)

    def latest(self) -> Link:
        """The newest link."""
        return self.links[-1]

    def span_ns(self) -> tuple[int, int]:
        """Time of the oldest and of the newest link."""
        return self.stamps[0], self.stamps[-1]

    def __len__(self) -> int:
        return len(self.stamps)

    def _outside(self, time_ns: int) -> str:
        oldest, newest = self.span_ns()
        wanted = seconds_text(time_ns)
        if oldest == newest:
            only = seconds_text(newest)
            return f"Lookup would require extrapolation at time {wanted}, but only time {only} is in the buffer"
        if time_ns > newest:
            return (
                f"Lookup would require extrapolation into the future.  Requested time {wanted} "
                f"but the latest data is at time {seconds_text(newest)}"
            )
        return (
            f"Lookup would require extrapolation into the past.  Requested time {wanted} "
            f"but the earliest data is at time {seconds_text(oldest)}"
        )


def seconds_text(time_ns: int) -> str:
    """Seconds with six digits after the point, as tf2 prints times."""
    return f"{time_ns / 1e9:.6f}"
