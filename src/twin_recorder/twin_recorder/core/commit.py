"""Segments into the lake: upload, project, and one transaction for rows and the mark that the segment is done."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from twin_lakehouse import Lake, LakeSettings, Segment, TwinError, create_twin, get_twin, start_job
from twin_lakehouse.errors import UnknownTwinError
from twin_lakehouse.records import LakeInfo

from .errors import ForeignSegmentError
from .landing import Landing, Rows, staged
from .once import Beside, Once, at_once, done
from .pack import with_compressed_images
from .pose import PoseRule, PoseState
from .project import project
from .rosbag2 import write_bag_metadata
from .segment import SegmentContents, read_segment
from .segment_row import pose_after, segment_row
from .skip_log import SkipLog
from .state import SegmentState
from .summary import time_span
from .upload import Upload, upload_file
from .waiting import ClosedSegment

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

    def describe(self) -> None:
        """Write what lies beside the segments and names them all, for the jobs that got new ones. Raises TwinError."""

    def close(self) -> None:
        """Let go of the lake."""


def _open_lake(settings: LakeSettings) -> Lake:
    return Lake.open(settings, for_small_commits=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a job's next segment goes: its number, and what its poses need from the ones before it."""

    sequence: int
    pose: PoseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A segment whose file is on its way to the object store (`upload` gives its bytes there) and whose rows are ready;
    without a `row` where the lake has it already.
    """

    segment: ClosedSegment
    began_s: float
    sequence: int
    row: Segment | None = None
    upload: Once[int] = field(default_factory=lambda: done(0))
    rows: Rows = field(default_factory=Rows)
    is_new: bool = False

    def help(self) -> None:
        """Do what no other thread has begun of it."""
        self.upload()
        self.rows.help()


class LakeCommitter:
    """Commits into the lakehouse, which is opened at the first commit and opened again after an outage.

    `is_only_writer`: nobody else writes segments with these ids, so that the lake needn't be asked each time. `read`:
    what a closed segment's file holds; `upload` brings it to the object store, `beside` while it is projected. `opened`
    is told the lake's id. `takes_foreign`: leftovers of another lake too.
    """

    def __init__(
        self,
        settings: LakeSettings,
        open_lake: Callable[[LakeSettings], Lake] = _open_lake,
        *,
        is_only_writer: bool = False,
        read: Callable[[Path], SegmentContents] = read_segment,
        upload: Upload = upload_file,
        beside: Beside = at_once,
        opened: Callable[[UUID], None] = lambda _: None,
        takes_foreign: bool = False,
    ) -> None:
        self._settings = settings
        self._read = read
        self._upload = upload
        self._beside = beside
        self._opened = opened
        self._takes_foreign = takes_foreign
        self._lake_id: UUID | None = None
        self._open_lake = open_lake
        self._is_only_writer = is_only_writer
        self._lake: Lake | None = None
        self._started: set[tuple[str, str]] = set()
        self._undescribed: set[tuple[str, str]] = set()
        self._skip_log = SkipLog()
        self._next: dict[tuple[str, str], _Place] = {}
        self._landing = Landing()

    def begin(self, asset_id: str, job_id: str, environment: str) -> None:
        """As LakeWriter says: an unknown twin is created, as a robot."""
        self._start(self._connected(), asset_id, job_id, environment, started_at=None)

    def commit(self, segment: ClosedSegment, moved: Callable[[SegmentState], None]) -> Committed:
        """As LakeWriter says; committing a segment again adds nothing."""
        prepared = self.prepare(segment)
        prepared.upload.result()
        moved(SegmentState.UPLOADED)
        committed = self.land(prepared)
        moved(SegmentState.COMMITTED)
        return committed

    def prepare(self, segment: ClosedSegment) -> Prepared:
        """Project a segment, and begin to bring its file and rows into the object store. Raises as `commit`.

        The next one may be prepared while this one lands, in another thread; they land in order.
        """
        try:
            return self._prepared(segment)
        except TwinError:
            self._forget()
            raise

    def land(self, prepared: Prepared) -> Committed:
        """The transaction for rows and mark. Raises as `commit`; what was prepared meanwhile is to be dropped then."""
        try:
            rows = self._added(prepared)
        except BaseException:
            self._forget()  # whatever it was: the next segment's place was counted on from this one's
            raise
        self._undescribed.add((prepared.segment.asset_id, prepared.segment.job_id))
        took_ms = 1e3 * (time.monotonic() - prepared.began_s)
        return Committed(sequence=prepared.sequence, rows=rows, took_ms=took_ms, is_replay=prepared.row is None)

    def drop(self, prepared: Prepared) -> None:
        """What will not land leaves no rows behind."""
        if self._lake is not None:
            prepared.rows.discard(self._lake)

    def describe(self) -> None:
        """As LakeWriter says."""
        for job in sorted(self._undescribed):
            write_bag_metadata(self._connected(), *job)
            self._undescribed.discard(job)

    def close(self) -> None:
        """Close the lake, if it was opened."""
        self._skip_log.end()
        if self._lake is not None:
            with suppress(TwinError):
                self._lake.close()
            self._lake = None

    def _prepared(self, segment: ClosedSegment) -> Prepared:
        began_s = time.monotonic()
        contents = self._read(segment.path)
        lake = self._connected()
        info = contents.info
        self._check_is_ours(segment, info.lake_id)
        environment = str(info.config.get("environment", DEFAULT_ENVIRONMENT))
        self._start(lake, info.asset_id, info.job_id, environment, started_at=time_span(contents)[0], pose=info.pose)
        place, own = self._place(lake, segment)
        if own is not None:
            return Prepared(segment=segment, began_s=began_s, sequence=own)
        return self._uploaded(lake, segment, replace(contents, pose_before=place.pose), place, began_s)

    def _check_is_ours(self, segment: ClosedSegment, lake_id: UUID | None) -> None:
        """Raises ForeignSegmentError for a leftover of another lake. What this run records is for the one it has."""
        if segment.is_leftover and not self._takes_foreign and lake_id not in (None, self._lake_id):
            raise ForeignSegmentError(
                f"segment {segment.path.name} was recorded for lake {lake_id}, this is lake {self._lake_id} "
                f"({self._settings}): it stays in the spool; set the lake that it was recorded for, or bring it here "
                "with: twin recover --any-lake"
            )

    def _forget(self) -> None:
        """What an outage leaves unknown: the lake that comes back may be a backup, or a new one."""
        self._started.clear()
        self._next.clear()
        self._landing.forget()

    def _connected(self) -> Lake:
        """The open lake. Raises TwinError."""
        if self._lake is None:
            self._lake = self._open_lake(self._settings)
        if self._lake_id is None:
            (info,) = self._lake.rows(LakeInfo)
            self._lake_id = info.lake_id
            self._opened(info.lake_id)
        return self._lake

    def _uploaded(
        self, lake: Lake, segment: ClosedSegment, contents: SegmentContents, place: _Place, began_s: float
    ) -> Prepared:
        """Upload and project."""
        job = (segment.asset_id, segment.job_id)
        is_new = self._is_only_writer and not segment.is_leftover and job in self._next
        self._next.pop(job, None)  # unknown again, should this fail
        stored = with_compressed_images(contents)
        key = _key(segment, place.sequence)
        upload = Once(lambda: self._upload(lake.storage, segment.path, stored, key))
        self._beside(upload)
        if upload.is_done:
            upload.result()  # without a file no rows
        projection = project(stored, key)
        self._skip_log.tell(segment.path.name, projection.skipped)
        row = segment_row(stored, place.sequence, key, projection)
        self._next[job] = _Place(sequence=place.sequence + 1, pose=projection.pose_after)
        return Prepared(
            segment=segment,
            began_s=began_s,
            sequence=place.sequence,
            row=row,
            upload=upload,
            rows=staged(lake, projection.tables, self._beside),
            is_new=is_new,
        )

    def _added(self, prepared: Prepared) -> int:
        """How many rows landing adds."""
        if prepared.row is None:
            return 0
        lake = self._connected()
        with prepared.rows.all_or_none(lake):
            row = replace(prepared.row, size_bytes=prepared.upload.result())
        return self._landing.add(lake, row, prepared.rows, is_new=prepared.is_new)

    def _place(self, lake: Lake, segment: ClosedSegment) -> tuple[_Place, int | None]:
        """Where a segment goes in its job, and its number where the lake has it already.

        The lake is asked where this process can't know: for what an earlier run left, and after a failure. Another
        writer (an ingest into the same job) may give the same number to a segment of its own.
        """
        following = self._next.get((segment.asset_id, segment.job_id))
        if following is not None and not segment.is_leftover:
            return following, None
        table = lake.query(
            "SELECT coalesce(max(sequence) + 1, 0) AS next, max(sequence) FILTER (segment_id = ?) AS own,"
            " max_by(config, sequence)::VARCHAR AS config"
            " FROM lake.recordings.segments WHERE asset_id = ? AND job_id = ?",
            (str(segment.segment_id), segment.asset_id, segment.job_id),
        )
        (found,) = table.to_pylist()
        return _Place(sequence=found["next"], pose=pose_after(found["config"])), found["own"]

    def _start(
        self,
        lake: Lake,
        asset_id: str,
        job_id: str,
        environment: str,
        *,
        started_at: datetime | None,
        pose: PoseRule | None = None,
    ) -> None:
        """Twin and job, once each; segments of earlier jobs come here too."""
        if (asset_id, job_id) in self._started:
            return
        try:
            get_twin(lake, asset_id)
        except UnknownTwinError:
            create_twin(lake, asset_id, "robot", actor="twin_recorder", exist_ok=True)
            _LOG.info("twin %s was not in the lake: created as a robot", asset_id)
        metadata = None if pose is None else {"pose": json.loads(pose.to_json())}
        start_job(lake, asset_id, job_id, environment, started_at=started_at, metadata=metadata)
        if pose is not None:
            self._started.add((asset_id, job_id))


def _key(segment: ClosedSegment, sequence: int) -> str:
    """Where a segment's file goes in the object store: never where another segment's is, whoever wrote that one."""
    return f"raw/{segment.asset_id}/job_id={segment.job_id}/{sequence:06d}-{str(segment.segment_id)[:8]}.mcap"
