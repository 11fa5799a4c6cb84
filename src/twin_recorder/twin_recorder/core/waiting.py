"""Closed segments on their way into the lake, and full ones that are not closed yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from .errors import SegmentError, SpoolError
from .seal import seal
from .segment import CLOSED_SUFFIX, OPEN_SUFFIX, read_info
from .spool import files_with, reject, why_not_written
from .state import SegmentState, move


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSegment:
    """A closed segment that waits for the lake. `is_leftover`: an earlier run left it."""

    path: Path
    segment_id: UUID
    asset_id: str
    job_id: str
    is_leftover: bool


class WaitingSegments:
    """`add` and `seal` from one thread at a time, what commits from one worker thread; any thread may look."""

    def __init__(self, folder: Path) -> None:
        """What lies in the spool now is an earlier run's; `seal` takes its open segments over."""
        self._folder = folder
        self._unsealed: list[tuple[Path, Mapping[str, int]]] = [(path, {}) for path in files_with(folder, OPEN_SUFFIX)]
        self._leftovers = {path for path, _ in self._unsealed}
        self._closed: dict[UUID, ClosedSegment] = {}
        self._states: dict[UUID, SegmentState] = {}
        for path in files_with(folder, CLOSED_SUFFIX):
            self._admit(path, is_leftover=True)

    def __len__(self) -> int:
        return len(self._closed)

    def add(self, path: Path, lost: Mapping[str, int]) -> None:
        """A full segment that nobody writes to any more. `lost`: messages a topic that never reached it."""
        self._unsealed.append((path, lost))

    def seal(self) -> None:
        """Close what is full. Raises SpoolError; the rest is closed next time."""
        while self._unsealed:
            path, lost = self._unsealed[0]
            try:
                closed = seal(path, lost)
            except SegmentError as error:
                reject(path, error)
                closed = None
            except OSError as error:
                raise SpoolError(why_not_written(self._folder, error)) from error
            self._unsealed.pop(0)
            if closed is not None:
                self._admit(closed, is_leftover=path in self._leftovers)

    def oldest_first(self) -> tuple[ClosedSegment, ...]:
        """Segments that wait for the lake; an earlier run's come first, whatever the clock said then."""
        return tuple(sorted(self._closed.values(), key=lambda segment: (not segment.is_leftover, segment.path.name)))

    def mark(self, segment: ClosedSegment, state: SegmentState) -> None:
        """Move a closed segment on. Raises SegmentStateError at a wrong move. A committed one is deleted."""
        self._states[segment.segment_id] = move(segment.path.name, self._states[segment.segment_id], state)
        if state is SegmentState.COMMITTED:
            self.leave(segment)
            segment.path.unlink(missing_ok=True)

    def put_back(self, segment: ClosedSegment) -> None:
        """A commit failed: the segment is closed as before, whatever was uploaded."""
        if self._states.get(segment.segment_id) is SegmentState.UPLOADED:
            self.mark(segment, SegmentState.CLOSED)

    def set_aside(self, segment: ClosedSegment, error: SegmentError) -> None:
        """Put away a segment that can't ever be committed; the others go on."""
        self.leave(segment)
        reject(segment.path, error)

    def leave(self, segment: ClosedSegment) -> None:
        """Nothing becomes of a segment in this run; its file stays as it is."""
        del self._closed[segment.segment_id]
        del self._states[segment.segment_id]

    def _admit(self, path: Path, *, is_leftover: bool) -> None:
        """A closed segment joins those that wait; a file that isn't one is put aside."""
        try:
            info = read_info(path)
        except SegmentError as error:
            reject(path, error)
            return
        # The state first: as soon as the segment is seen, another thread may move it on.
        self._states[info.segment_id] = move(path.name, SegmentState.OPEN, SegmentState.CLOSED)
        self._closed[info.segment_id] = ClosedSegment(
            path=path,
            segment_id=info.segment_id,
            asset_id=info.asset_id,
            job_id=info.job_id,
            is_leftover=is_leftover,
        )
