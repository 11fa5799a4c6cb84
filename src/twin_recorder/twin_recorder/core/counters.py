"""Counters of a topic: what was recorded, lost and dropped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCounts:
    """Since the recorder's start. lost: said by the middleware; dropped: no room on the disk; times in ns, log time."""

    messages: int
    lost: int
    dropped: int
    first_ns: int | None
    last_ns: int | None
    max_gap_ns: int


class Counter:
    """Counts one topic; mutable because it is touched for every message."""

    __slots__ = ("_dropped", "_first_ns", "_last_ns", "_lost", "_max_gap_ns", "_messages", "_not_taken")

    def __init__(self) -> None:
        self._messages = self._lost = self._dropped = self._not_taken = self._max_gap_ns = 0
        self._first_ns: int | None = None
        self._last_ns: int | None = None

    @property
    def sequence(self) -> int:
        """Number of the next message."""
        return self._messages

    def count(self, log_ns: int) -> None:
        """A message was recorded."""
        self._messages += 1
        if self._last_ns is None:
            self._first_ns = log_ns
        else:
            self._max_gap_ns = max(self._max_gap_ns, log_ns - self._last_ns)
        self._last_ns = log_ns

    def lose(self, messages: int) -> None:
        """Messages never arrived."""
        self._lost += messages
        self._not_taken += messages

    def drop(self) -> None:
        """A message arrived and could not be kept."""
        self._dropped += 1
        self._not_taken += 1

    def take_lost(self) -> int:
        """Messages lost or dropped since the last call: they go into the segment that is closed now."""
        taken, self._not_taken = self._not_taken, 0
        return taken

    def counts(self) -> TopicCounts:
        """The counters now."""
        return TopicCounts(
            messages=self._messages,
            lost=self._lost,
            dropped=self._dropped,
            first_ns=self._first_ns,
            last_ns=self._last_ns,
            max_gap_ns=self._max_gap_ns,
        )
