"""Counters of a topic: what was recorded, lost and dropped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCounts:
    """Since the recorder's start. lost: said by the middleware; dropped: no room on the disk; skipped: above the
    topic's rate limit; times in ns, log time.
    """

    messages: int
    lost: int
    dropped: int
    first_ns: int | None
    last_ns: int | None
    max_gap_ns: int
    skipped: int = 0


class Counter:
    """Counts one topic; mutable because it is touched for every message."""

    __slots__ = ("_dropped", "_first_ns", "_held_ns", "_last_ns", "_lost", "_max_gap_ns", "_messages", "_not_taken")

    def __init__(self) -> None:
        self._messages = self._lost = self._dropped = self._not_taken = self._max_gap_ns = 0
        self._first_ns: int | None = None
        self._last_ns: int | None = None
        self._held_ns: list[int] = []

    def hold(self, log_ns: int) -> int:
        """A message waits to be written; gives its number."""
        self._held_ns.append(log_ns)
        return self._messages + len(self._held_ns) - 1

    @property
    def held(self) -> int:
        """Messages that wait to be written."""
        return len(self._held_ns)

    def keep(self) -> None:
        """What waited was written."""
        held, self._held_ns = self._held_ns, []
        if not held:
            return
        if self._last_ns is None:
            self._first_ns = self._last_ns = held[0]
        before = [self._last_ns, *held[:-1]]
        self._max_gap_ns = max(self._max_gap_ns, *map(int.__sub__, held, before))
        self._last_ns = held[-1]
        self._messages += len(held)

    def drop(self, messages: int = 1) -> None:
        """Messages arrived and could not be kept."""
        self._dropped += messages
        self._not_taken += messages

    def drop_held(self) -> None:
        """What waited could not be kept; the next message gets the first one's number."""
        self.drop(len(self._held_ns))
        self._held_ns = []

    def lose(self, messages: int) -> None:
        """Messages never arrived."""
        self._lost += messages
        self._not_taken += messages

    def take_lost(self) -> int:
        """Messages lost or dropped since the last call: they go into the segment that is closed now."""
        taken, self._not_taken = self._not_taken, 0
        return taken

    def counts(self) -> TopicCounts:
        """The counters now, without what waits."""
        return TopicCounts(
            messages=self._messages,
            lost=self._lost,
            dropped=self._dropped,
            first_ns=self._first_ns,
            last_ns=self._last_ns,
            max_gap_ns=self._max_gap_ns,
        )
