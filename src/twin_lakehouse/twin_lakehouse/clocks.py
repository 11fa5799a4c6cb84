"""The clocks of a job: which stamps can be true, and where a clock was set while the job ran.

Stamps are the robot's time, log times the recorder's. That the two differ says nothing: a bag may be played again, a
simulation begins at 0. A difference that changes from one message to the next does: one of the clocks was set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from twin_lakehouse.anomalies import EPOCH, READING, Anomaly, Finding, Floats, Ints, time_of
from twin_lakehouse.arrival import finding

OLDEST = datetime(2000, 1, 1)  # noqa: DTZ001  times in the lake are UTC without zone
"""No robot of ours ran before."""
AHEAD = timedelta(days=1)
"""A stamp may be so far in the future: clocks differ, time zones are taken for UTC."""
TWO_CLOCKS_S = 10.0
"""Streams whose stamps differ by more from each other, at one log time, aren't of one clock."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Which stamps a job may have (µs since 1970). `is_simulated`: all are before OLDEST, counted from a start at 0."""

    first_us: int
    last_us: int
    is_simulated: bool

    def is_in_range(self, time_us: Ints) -> NDArray[np.bool_]:
        """Whether each stamp can be true, bool (n,)."""
        return (time_us >= self.first_us) & (time_us <= self.last_us)


def clock_of(newest_us: int | None, now: datetime) -> Clock:
    """The clock of a job whose newest stamp is this (None: it has none)."""
    oldest_us = (OLDEST - EPOCH) // _MICROSECOND
    is_simulated = newest_us is not None and newest_us < oldest_us
    first_us = 0 if is_simulated else oldest_us
    return Clock(first_us=first_us, last_us=(now + AHEAD - EPOCH) // _MICROSECOND, is_simulated=is_simulated)


class StreamClock:
    """Follows how the stamps of one stream differ from their log times, batch after batch."""

    def __init__(self, name: str, jump_s: float) -> None:
        self.name = name
        self.rows = 0
        self.offset_s = np.nan
        self.first_us = 0
        self._jump_s = jump_s
        self._last_s: Floats = np.zeros(0)

    def judge(self, row_ids: Ints, time_us: Ints, log_us: Ints) -> Finding:
        """The rows from which on the difference is another."""
        # Rows of two topics may follow each other though they came side by side.
        order = np.argsort(log_us, kind="stable")
        row_ids, time_us = row_ids[order], time_us[order]
        offset_s = np.asarray((time_us - log_us[order]) * 1e-6, dtype=np.float64)
        if not self.rows:
            self.offset_s, self.first_us = float(np.median(offset_s)), int(time_us[0])
        self.rows += len(row_ids)
        before_s = np.concatenate([self._last_s, offset_s[:-1]])
        change_s = offset_s[len(offset_s) - len(before_s) :] - before_s
        later = slice(len(offset_s) - len(before_s), None)
        self._last_s = offset_s[-1:]
        jumps = np.abs(change_s) > self._jump_s
        return finding(
            "clock_jump",
            READING,
            row_ids[later][jumps],
            time_us[later][jumps],
            values=change_s[jumps],
            limit=self._jump_s,
            unit="s",
        )


def other_clocks(streams: list[StreamClock]) -> Iterator[Anomaly]:
    """Streams that are stamped by another clock than the one with the most rows."""
    known = [stream for stream in streams if stream.rows]
    reference = max(known, key=lambda stream: stream.rows, default=None)
    for stream in known:
        if reference is not None and abs(stream.offset_s - reference.offset_s) > TWO_CLOCKS_S:
            yield Anomaly(
                kind="two_clocks",
                subject={"stream": stream.name},
                timestamp=time_of(stream.first_us),
                value=stream.offset_s - reference.offset_s,
                limit=TWO_CLOCKS_S,
                unit="s",
                details={"other_stream": reference.name},
            )
