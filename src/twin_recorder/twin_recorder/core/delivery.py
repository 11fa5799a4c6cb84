"""What waits is brought to the lake, oldest first, and less and less often tried while the lake is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from twin_lakehouse import TwinError

from .commit import Committed, LakeWriter
from .errors import ForeignSegmentError, RecorderError, SegmentError
from .waiting import ClosedSegment, WaitingSegments

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 10.0


class Delivery:
    """Everything from one worker thread; any thread may look.

    problem: what keeps segments from the lake at the moment. last_commit_ns: wall time, ns since the epoch.
    """

    def __init__(
        self,
        queue: WaitingSegments,
        lake: LakeWriter,
        mono_ns: Callable[[], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.problem: str | None = None
        self.last_commit_ns: int | None = None
        self._queue = queue
        self._lake = lake
        self._mono_ns = mono_ns
        self._sleep = sleep
        self._pause_s = 0.0
        self._retry_at_ns = 0

    @property
    def is_pausing(self) -> bool:
        """Whether the lake failed a moment ago: an outage isn't made shorter by asking ten times a second."""
        return self._mono_ns() < self._retry_at_ns

    def deliver(self, most: int | None = None) -> list[Committed]:
        """Commit what waits, at most so many. An outage is raised, and begins a pause."""
        done: list[Committed] = []
        for segment in self._queue.oldest_first()[:most]:
            try:
                done.append(self._commit(segment))
            except ForeignSegmentError as error:
                self._queue.leave(segment)
                _LOG.warning("%s", error)
            except SegmentError as error:
                self._queue.set_aside(segment, error)
            except Exception as error:
                self._queue.put_back(segment)
                if self._is_gone(segment, error):
                    continue
                self._pause(error)
                raise
        self._pause_s, self.problem = 0.0, None
        return done

    def describe(self) -> None:
        """Bring the jobs' folders up to date. An outage is raised, and begins a pause."""
        try:
            self._lake.describe()
        except Exception as error:
            self._pause(error)
            raise

    def finish(self, end_ns: int) -> None:
        """Commit all that waits and bring the jobs' folders up to date; a commit in progress ends.

        An outage is waited for until `end_ns` (monotonic). What can't be done by then is said.
        """
        said = ""
        while True:
            try:
                while len(self._queue) and self._mono_ns() < end_ns:
                    self.deliver(most=1)
                self.describe()
            except (TwinError, RecorderError) as error:
                if str(error) != said:
                    said = str(error)
                    _LOG.warning("%s", said)
                pause_ns = min(self._retry_at_ns, end_ns) - self._mono_ns()
                if not error.recoverable or pause_ns <= 0:
                    return
            else:
                return
            self._sleep(pause_ns / 1e9)

    def _commit(self, segment: ClosedSegment) -> Committed:
        """One segment, with the log's one line about it."""
        committed = self._lake.commit(segment, partial(self._queue.mark, segment))
        self.last_commit_ns = time.time_ns()
        _LOG.info(
            "segment=%04d rows=%d took_ms=%.0f%s",
            committed.sequence,
            committed.rows,
            committed.took_ms,
            " (was there already)" if committed.is_replay else "",
        )
        return committed

    def _is_gone(self, segment: ClosedSegment, error: Exception) -> bool:
        """Whether somebody deleted the file: waiting for it would hold up all the others for ever."""
        if not isinstance(error, FileNotFoundError) or segment.path.exists():
            return False
        self._queue.leave(segment)
        _LOG.error("segment %s is gone from the spool: its messages are not in the lake", segment.path)
        return True

    def _pause(self, error: Exception) -> None:
        """Nothing more for a while."""
        self._pause_s = min(2 * self._pause_s or _FIRST_PAUSE_S, _LONGEST_PAUSE_S)
        self._retry_at_ns = self._mono_ns() + int(self._pause_s * 1e9)
        self.problem = str(error)
