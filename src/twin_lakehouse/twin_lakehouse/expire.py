"""Retention: forgets earlier states of the lake and, only where it is asked to, rows and recordings of old jobs."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import uuid4

from twin_lakehouse._layout import FILE_PREFIX
from twin_lakehouse.compact import KEEP_FILES, remove_old_files
from twin_lakehouse.errors import InvalidValueError
from twin_lakehouse.lake import Lake
from twin_lakehouse.raw import bag_metadata_key
from twin_lakehouse.records import Event, Segment, TwinJob
from twin_lakehouse.schema import spec_of, tables

EXPIRED = "twin.expired"
"""The event that stays of what was deleted: its payload has `what` (rows or recordings), `count` and `bytes`."""
_ACTOR = "twin_expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireResult:
    """What was forgotten and deleted (or would be): earlier states, Parquet files, rows and recorded files of jobs."""

    states: int
    files: int
    rows: int
    recordings: int
    recorded_bytes: int


def expire_lake(
    lake: Lake,
    *,
    older_than: timedelta,
    rows_older_than: timedelta | None = None,
    recordings_older_than: timedelta | None = None,
    twin_id: str | None = None,
    dry_run: bool = False,
) -> ExpireResult:
    """Forgets the states of the lake from before `older_than` ago; the state of now stays whole.

    What each transaction left behind is a state that DuckLake can show again, and keeps its files for. Files that no
    state needs are deleted a day later, and so are those of writers that died. Rows (all tables of a job, its segments'
    marks excepted) and recordings (raw/…) go only where an age is given for them: of jobs that were completed longer
    ago and not recorded into since, of `twin_id` or of all twins; a `twin.expired` event of the job says so. With
    dry_run nothing is changed. Recorders and readers go on.
    Raises InvalidValueError, LakeBusyError, LakeAwayError: call again.
    """
    for name, age in (("older_than", older_than), ("rows", rows_older_than), ("recordings", recordings_older_than)):
        if age is not None and age < timedelta(0):
            raise InvalidValueError(name, age, allowed="an age of 0 or more")
    rows = sum(_expire_rows(lake, job, dry_run=dry_run) for job in _jobs(lake, "rows", rows_older_than, twin_id))
    recordings = [
        size
        for job in _jobs(lake, "recordings", recordings_older_than, twin_id)
        for size in _expire_recordings(lake, job, dry_run=dry_run)
    ]
    states = _expire_states(lake, lake.clock() - older_than, dry_run=dry_run)
    files = 0 if dry_run else remove_old_files(lake, KEEP_FILES) + _remove_orphans(lake)
    return ExpireResult(
        states=states, files=files, rows=rows, recordings=len(recordings), recorded_bytes=sum(recordings)
    )


def _expire_states(lake: Lake, before: datetime, *, dry_run: bool) -> int:
    """Forgets what the lake was before a time, and never what it is now; gives the number of states."""

    def forget() -> int:
        # By their numbers: older_than compares times in an SQLite catalog as texts of two formats.
        found = lake.query(
            "SELECT snapshot_id FROM ducklake_snapshots('lake') WHERE snapshot_time::TIMESTAMP < $before "
            "AND snapshot_id < (SELECT max(snapshot_id) FROM ducklake_snapshots('lake'))",
            {"before": before},
        )["snapshot_id"].to_pylist()
        if found and not dry_run:
            lake.query(f"FROM ducklake_expire_snapshots('lake', versions => {found})")
        return len(found)

    return lake.run(forget)


def _remove_orphans(lake: Lake) -> int:
    """Deletes Parquet files of transactions that never ended; gives their number."""
    before = lake.clock() - KEEP_FILES
    call = f"ducklake_delete_orphaned_files('lake', dry_run => true, older_than => TIMESTAMPTZ '{before:%F %T}+00')"
    folders = {spec.name.replace(".", "/") for spec in tables()}

    def remove() -> int:
        paths = lake.query(f"FROM {call}")["path"].to_pylist()
        keys = [path.partition(lake.storage.root)[2].lstrip("/") for path in paths]
        # Whatever else somebody keeps in the storage isn't ours to delete.
        ours = [key for key in keys if _folder(key) in folders and PurePosixPath(key).name.startswith(FILE_PREFIX)]
        return sum(map(lake.storage.remove, ours))

    return lake.run(remove)


def _folder(key: str) -> str:
    return "/".join(PurePosixPath(key).parts[:2])


def _jobs(lake: Lake, what: str, age: timedelta | None, twin_id: str | None) -> list[TwinJob]:
    """Jobs that were completed longer ago and not recorded into since, and of which `what` hasn't been deleted yet."""
    if age is None:
        return []
    done = lake.query(
        "SELECT asset_id, job_id FROM lake.twins.events LEFT JOIN lake.recordings.segments USING (asset_id, job_id)"
        " WHERE event_type = $expired AND (payload->>'what') = $what GROUP BY ALL"
        " HAVING (max(timestamp) >= max(committed_at)) IS NOT FALSE",
        {"expired": EXPIRED, "what": what},
    )
    is_done = {(row["asset_id"], row["job_id"]) for row in done.to_pylist()}
    old = lake.rows(
        TwinJob,
        "completed_at < $before AND (twin_id = $twin OR $twin IS NULL)"
        # Who records under the name of a job that ended long ago loses nothing of it.
        " AND (twin_id, job_id) NOT IN (SELECT (asset_id, job_id) FROM lake.recordings.segments"
        " WHERE committed_at >= $before) ORDER BY completed_at",
        {"before": lake.clock() - age, "twin": twin_id},
    )
    return [job for job in old if (job.twin_id, job.job_id) not in is_done]


def _expire_rows(lake: Lake, job: TwinJob, *, dry_run: bool) -> int:
    """Deletes the job's rows in one transaction; gives their number."""
    # The segments' marks stay: without them a segment that comes again would bring its rows back.
    partitioned = [spec for spec in tables() if spec.partition_by == "job_id" and spec is not spec_of(Segment)]
    of_job = {spec.name: "asset_id = ? AND job_id = ?" for spec in partitioned}
    of_job[spec_of(Event).name] += f" AND event_type <> '{EXPIRED}'"

    def delete() -> int:
        count = 0
        for name, where in of_job.items():
            if dry_run:
                counted = lake.query(f"SELECT count(*) AS n FROM lake.{name} WHERE {where}", [job.twin_id, job.job_id])
                count += counted["n"][0].as_py()
            else:
                count += lake.execute(f"DELETE FROM lake.{name} WHERE {where}", [job.twin_id, job.job_id])
        if not dry_run:
            lake.insert(_event(lake.clock(), job, "rows", count, 0))
        return count

    return lake.run(delete)


def kept_recordings(lake: Lake, twin_id: str, job_id: str) -> list[Segment]:
    """A job's segments by sequence, but for those whose recorded files were deleted here. Raises LakeAwayError."""
    return lake.rows(
        Segment,
        "asset_id = $twin AND job_id = $job AND committed_at > coalesce((SELECT max(timestamp) FROM lake.twins.events"
        " WHERE asset_id = $twin AND job_id = $job AND event_type = $expired AND (payload->>'what') = 'recordings'),"
        " '-infinity') ORDER BY sequence, started_at",
        {"twin": twin_id, "job": job_id, "expired": EXPIRED},
    )


def _expire_recordings(lake: Lake, job: TwinJob, *, dry_run: bool) -> list[int]:
    """Deletes the job's recorded files; gives their sizes in bytes. After an interruption the next run goes on."""
    # To delete takes minutes: what is committed meanwhile stays, and the event must not say that it went.
    now = lake.clock()
    segments = [each for each in kept_recordings(lake, job.twin_id, job.job_id) if (each.committed_at or now) <= now]
    if not dry_run:
        # First: a bag without metadata can be read, one whose metadata names files that are gone can't.
        lake.storage.remove(bag_metadata_key(job.twin_id, job.job_id))
    held = lake.storage.exists if dry_run else lake.storage.remove
    sizes = [segment.size_bytes for segment in segments if held(segment.raw_path)]
    if not dry_run:
        event = _event(now, job, "recordings", len(sizes), sum(sizes))
        lake.run(lambda: lake.insert(event))
    return sizes


def _event(timestamp: datetime, job: TwinJob, what: str, count: int, size_bytes: int) -> Event:
    return Event(
        event_id=uuid4(),
        asset_id=job.twin_id,
        job_id=job.job_id,
        event_type=EXPIRED,
        timestamp=timestamp,
        actor=_ACTOR,
        payload=json.dumps({"what": what, "count": count, "bytes": size_bytes}),
    )
