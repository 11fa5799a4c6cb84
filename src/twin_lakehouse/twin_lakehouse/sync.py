"""After a job: check what was recorded, mark what passed, log what didn't."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from twin_lakehouse.checks import Anomaly, imu_anomalies, snapshot_anomalies
from twin_lakehouse.errors import TwinError
from twin_lakehouse.ids import named_uuid
from twin_lakehouse.jobs import get_job, update_job
from twin_lakehouse.lake import Lake
from twin_lakehouse.limits import limits_of
from twin_lakehouse.records import Event
from twin_lakehouse.twins import get_twin

_log = logging.getLogger(__name__)
_ACTOR = "twin_sync"
_OF_JOB = "asset_id = $twin_id AND job_id = $job_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """Counts of one sync: rows looked at, snapshots that passed, anomalies found, and what this run itself changed."""

    twin_id: str
    job_id: str
    snapshots: int
    readings: int
    reconciled: int
    anomalies: int
    new_events: int
    new_reconciled: int


def sync_twin(lake: Lake, twin_id: str, job_id: str) -> SyncResult:
    """Checks the job's snapshots and IMU readings and closes the job, all in one transaction.

    Rows that pass become `reconciled`; each anomaly becomes a `twin.anomaly` event {kind, snapshot_id or reading_id,
    value, limit, unit}; `twin.synced` is appended and the job is `synced`. A second run changes nothing; one after more
    rows have come judges them all anew. On an error the job becomes `failed`, and nothing else is changed.
    Raises UnknownTwinError, UnknownJobError, InvalidValueError (limits in the metadata), LakeAwayError.
    """
    get_job(lake, twin_id, job_id)
    try:
        return lake.run(lambda: _sync(lake, twin_id, job_id))
    except Exception:
        _mark_failed(lake, twin_id, job_id)
        raise


def _sync(lake: Lake, twin_id: str, job_id: str) -> SyncResult:
    asset, job = get_twin(lake, twin_id), get_job(lake, twin_id, job_id)
    limits = limits_of(asset.asset_type, asset.metadata)
    snapshots, wrong_snapshots = snapshot_anomalies(lake, twin_id, job_id, limits)
    readings, wrong_readings = imu_anomalies(lake, twin_id, job_id, limits)
    anomalies = [*wrong_snapshots, *wrong_readings]
    wrong_rows = {anomaly.row_id for anomaly in wrong_snapshots}
    counts = {
        "snapshots": snapshots,
        "readings": readings,
        "reconciled": snapshots - len(wrong_rows),
        "anomalies": len(anomalies),
    }
    new_reconciled = _reconcile(lake, twin_id, job_id, wrong_rows)
    ended_at = job.completed_at or lake.clock()
    events = [_anomaly_event(twin_id, job_id, anomaly) for anomaly in anomalies]
    events.append(_synced_event(twin_id, job_id, counts, lake.clock()))
    new_events = _insert_new(lake, twin_id, job_id, events)
    if job.sync_status != "synced" or job.completed_at is None:
        update_job(lake, replace(job, sync_status="synced", completed_at=ended_at))
    return SyncResult(twin_id=twin_id, job_id=job_id, new_events=new_events, new_reconciled=new_reconciled, **counts)


def _reconcile(lake: Lake, twin_id: str, job_id: str, wrong_rows: Iterable[int]) -> int:
    """Makes `reconciled` say which rows passed; gives the number of rows that it newly marks."""
    of_job = {"twin_id": twin_id, "job_id": job_id, "wrong": sorted(wrong_rows)}
    is_wrong = "rowid IN (SELECT unnest($wrong::BIGINT[]))"
    # Only rows that change: a second run must not write a file.
    counted = lake.query(
        f"SELECT count(*) FILTER (NOT reconciled AND NOT ({is_wrong})) AS passed, "
        f"count(*) FILTER (reconciled AND {is_wrong}) AS revoked FROM lake.twins.state_snapshots WHERE {_OF_JOB}",
        of_job,
    ).to_pylist()[0]
    if counted["revoked"]:
        lake.execute(
            f"UPDATE lake.twins.state_snapshots SET reconciled = false WHERE {_OF_JOB} AND reconciled AND {is_wrong}",
            of_job,
        )
    if counted["passed"]:
        lake.execute(
            f"UPDATE lake.twins.state_snapshots SET reconciled = true "
            f"WHERE {_OF_JOB} AND NOT reconciled AND NOT ({is_wrong})",
            of_job,
        )
    return int(counted["passed"])


def _insert_new(lake: Lake, twin_id: str, job_id: str, events: list[Event]) -> int:
    """Adds the events whose ids aren't there; gives their number."""
    known = {event.event_id for event in lake.rows(Event, _OF_JOB, {"twin_id": twin_id, "job_id": job_id})}
    # By id: two rows with one id, both wrong in the same way, are one anomaly.
    new = {event.event_id: event for event in events if event.event_id not in known}
    if new:
        lake.insert(*new.values())
    return len(new)


def _anomaly_event(twin_id: str, job_id: str, anomaly: Anomaly) -> Event:
    payload = {name: value for name, value in asdict(anomaly).items() if name not in ("row_id", "timestamp")}
    subject = {payload.pop("subject"): payload.pop("subject_id")}
    return Event(
        event_id=named_uuid("twin.anomaly", twin_id, job_id, anomaly.kind, anomaly.subject_id),
        asset_id=twin_id,
        job_id=job_id,
        event_type="twin.anomaly",
        timestamp=anomaly.timestamp,
        actor=_ACTOR,
        payload=json.dumps({**subject, **payload}),
    )


def _synced_event(twin_id: str, job_id: str, counts: dict[str, int], now: datetime) -> Event:
    return Event(
        # The counts are part of the id: the same partition is synced once, one that has grown once more.
        event_id=named_uuid("twin.synced", twin_id, job_id, *counts.values()),
        asset_id=twin_id,
        job_id=job_id,
        event_type="twin.synced",
        timestamp=now,
        actor=_ACTOR,
        payload=json.dumps(counts),
    )


def _mark_failed(lake: Lake, twin_id: str, job_id: str) -> None:
    """Best effort: the reason why the sync failed may also forbid this, and is what the caller must see."""
    try:
        lake.run(lambda: update_job(lake, replace(get_job(lake, twin_id, job_id), sync_status="failed")))
    except TwinError as error:
        _log.warning("job=%s could not be marked failed: %s", job_id, error)
