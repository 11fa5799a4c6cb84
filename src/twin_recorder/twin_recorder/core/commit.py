"""Segments into the lake: upload, project, and one transaction for rows and the mark that the segment is done."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from twin_lakehouse import Lake, LakeSettings, Segment, TwinError, create_twin, get_twin, start_job
from twin_lakehouse.errors import SchemaError, UnknownTwinError

from .errors import SegmentError
from .given_ids import GivenIds
from .pack import packed
from .project import Projection, project
from .segment import SegmentContents, read_segment
from .state import SegmentState
from .store import ClosedSegment
from .summary import time_span, topic_summaries

_LOG = logging.getLogger(__name__)
DEFAULT_ENVIRONMENT: Final = "ros.dev.gpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a commit did. `rows` 0 and `is_replay`: the lake had the segment already."""

    sequence: int
    rows: int
    took_ms: float
    is_replay: bool


class LakeWriter(Protocol):
    """Where closed segments go."""

    def begin(self, asset_id: str, job_id: str, environment: str) -> None:
        """Make sure that the twin and the job are in the lake. Raises TwinError."""

    def commit(self, segment: ClosedSegment, moved: Callable[[SegmentState], None]) -> Committed:
        """Bring a segment into the lake, `moved` told each state. Raises TwinError (kept, try again), SegmentError
        (never).
        """

    def close(self) -> None:
        """Let go of the lake."""


class LakeCommitter:
    """Commits into the lakehouse, which is opened at the first commit and opened again after an outage."""

    def __init__(self, settings: LakeSettings, open_lake: Callable[[LakeSettings], Lake] = Lake.open) -> None:
        self._settings = settings
        self._open_lake = open_lake
        self._lake: Lake | None = None
        self._started: set[tuple[str, str]] = set()
        self._next: dict[tuple[str, str], int] = {}
        self._given_ids = GivenIds()

    def begin(self, asset_id: str, job_id: str, environment: str) -> None:
        """As LakeWriter says: an unknown twin is created, as a robot."""
        self._start(self._connected(), asset_id, job_id, environment, started_at=None)

    def commit(self, segment: ClosedSegment, moved: Callable[[SegmentState], None]) -> Committed:
        """As LakeWriter says; committing a segment again adds nothing."""
        try:
            return self._commit(segment, moved)
        except TwinError:
            self._forget()
            raise

    def _commit(self, segment: ClosedSegment, moved: Callable[[SegmentState], None]) -> Committed:
        began = time.monotonic()
        contents = read_segment(segment.path)
        lake = self._connected()
        info = contents.info
        environment = str(info.config.get("environment", DEFAULT_ENVIRONMENT))
        self._start(lake, info.asset_id, info.job_id, environment, started_at=time_span(contents)[0])
        sequence, is_known = self._place(lake, segment)
        if is_known:
            moved(SegmentState.UPLOADED)
            rows = 0
        else:
            rows = self._add(lake, segment, contents, sequence, moved)
        moved(SegmentState.COMMITTED)
        took_ms = 1e3 * (time.monotonic() - began)
        return Committed(sequence=sequence, rows=rows, took_ms=took_ms, is_replay=is_known)

    def close(self) -> None:
        """Close the lake, if it was opened."""
        if self._lake is not None:
            with suppress(TwinError):
                self._lake.close()
            self._lake = None

    def _forget(self) -> None:
        """What an outage leaves unknown: the lake that comes back may be a backup, or a new one."""
        self._started.clear()
        self._next.clear()
        self._given_ids = GivenIds()

    def _connected(self) -> Lake:
        """The open lake. Raises TwinError."""
        if self._lake is None:
            self._lake = self._open_lake(self._settings)
        return self._lake

    def _add(
        self,
        lake: Lake,
        segment: ClosedSegment,
        contents: SegmentContents,
        sequence: int,
        moved: Callable[[SegmentState], None],
    ) -> int:
        """Upload, project, and one transaction for rows and mark; the number of rows added."""
        self._next.pop((segment.asset_id, segment.job_id), None)  # unknown again, should this fail
        with packed(segment.path, contents) as upload:
            size_bytes = upload.stat().st_size
            raw_path = lake.storage.put(upload, _key(segment, sequence))
        moved(SegmentState.UPLOADED)
        projection = project(contents, raw_path)
        _report(segment.path.name, projection)
        row = _segment_row(contents, sequence, raw_path, size_bytes)
        tables = self._given_ids.only_new(lake, projection.tables)
        try:
            added = lake.commit_segment(row, tables)
        except SchemaError as error:
            raise SegmentError(f"segment {sequence} of job {row.job_id} doesn't fit the lake: {error}") from error
        self._given_ids.remember(tables)
        self._next[segment.asset_id, segment.job_id] = sequence + 1
        return added

    def _place(self, lake: Lake, segment: ClosedSegment) -> tuple[int, bool]:
        """A segment's number in its job, and whether the lake has the segment already.

        The lake is asked where this process can't know: for what an earlier run left, and after a failure. Another
        writer (an ingest into the same job) may give the same number to a segment of its own.
        """
        following = self._next.get((segment.asset_id, segment.job_id))
        if following is not None and not segment.is_leftover:
            return following, False
        table = lake.query(
            "SELECT coalesce(max(sequence) + 1, 0) AS next, max(sequence) FILTER (segment_id = ?) AS own"
            " FROM lake.recordings.segments WHERE asset_id = ? AND job_id = ?",
            (str(segment.segment_id), segment.asset_id, segment.job_id),
        )
        following, own = table["next"][0].as_py(), table["own"][0].as_py()
        return (following, False) if own is None else (own, True)

    def _start(self, lake: Lake, asset_id: str, job_id: str, environment: str, *, started_at: datetime | None) -> None:
        """Twin and job, once each; segments of earlier jobs come here too."""
        if (asset_id, job_id) in self._started:
            return
        try:
            get_twin(lake, asset_id)
        except UnknownTwinError:
            create_twin(lake, asset_id, "robot", actor="twin_recorder", exist_ok=True)
            _LOG.info("twin %s was not in the lake: created as a robot", asset_id)
        start_job(lake, asset_id, job_id, environment, started_at=started_at)
        self._started.add((asset_id, job_id))


def _segment_row(contents: SegmentContents, sequence: int, raw_path: str, size_bytes: int) -> Segment:
    """The segment's own row."""
    info = contents.info
    started_at, ended_at = time_span(contents)
    return Segment(
        segment_id=info.segment_id,
        asset_id=info.asset_id,
        job_id=info.job_id,
        sequence=sequence,
        raw_path=raw_path,
        started_at=started_at,
        ended_at=ended_at,
        message_count=sum(len(stream.payloads) for stream in contents.streams),
        size_bytes=size_bytes,
        topics=topic_summaries(contents),
        config=json.dumps(info.config, sort_keys=True),
    )


def _key(segment: ClosedSegment, sequence: int) -> str:
    """Where a segment's file goes in the object store: never where another segment's is, whoever wrote that one."""
    return f"raw/{segment.asset_id}/job_id={segment.job_id}/{sequence:06d}-{str(segment.segment_id)[:8]}.mcap"


def _report(name: str, projection: Projection) -> None:
    """Say what made no rows; the log's reader can find the messages in the raw file."""
    for skipped in projection.skipped:
        _LOG.warning(
            "segment %s: %d messages of %s made no rows: %s", name, skipped.messages, skipped.topic, skipped.reason
        )
