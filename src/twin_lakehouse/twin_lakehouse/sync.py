"""After a job: check what was recorded, mark what passed, log what didn't."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from twin_lakehouse.anomalies import ACTOR, MOST_SAMPLES, anomaly_events
from twin_lakehouse.arrival import OF_JOB, JobRows, job_rows
from twin_lakehouse.errors import TwinError
from twin_lakehouse.ids import named_uuid
from twin_lakehouse.jobs import get_job, update_job
from twin_lakehouse.judging import Judgement, judge_job
from twin_lakehouse.lake import Lake
from twin_lakehouse.marking import mark_in_advance, mark_rest
from twin_lakehouse.metadata import changed_metadata
from twin_lakehouse.records import Event, SensorReading, StateSnapshot, TwinJob
from twin_lakehouse.twins import get_twin
from twin_lakehouse.wandb_run import WandbLookup, look_up_run

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one sync found, and what this run itself changed (`new_…`).

    `kinds`: anomalies by kind. `withdrawn`: events of earlier syncs whose anomaly is none any more. `limits`: by name
    {value (null: none), from}. `clock` recorded|simulated. `bag`: raw files looked at, and how many of them are absent.
    `wandb`: the run's id and source, or why nothing was read. `notes`: what could not be looked at.
    """

    twin_id: str
    job_id: str
    sync_status: str
    snapshots: int
    readings: int
    reconciled: int
    anomalies: int
    kinds: Mapping[str, int] = field(default_factory=dict)
    withdrawn: int = 0
    new_events: int = 0
    new_reconciled: int = 0
    clock: str = "recorded"
    limits: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    bag: Mapping[str, object] = field(default_factory=dict)
    wandb: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def sync_twin(
    lake: Lake, twin_id: str, job_id: str, *, wandb_run: str | None = None, wandb_dir: str | Path | None = None
) -> SyncResult:
    """Checks the job's rows and its recording, and closes the job.

    Looks first, for as long as it takes, then writes all in one transaction: rows that pass become `reconciled`, each
    anomaly a `twin.anomaly` event, `twin.synced` is appended and the job is `synced`. Of a job with more than half a
    million snapshots to mark, all but the last of them are marked before, half a million a transaction, so that
    recorders get their turn. Rows that came meanwhile wait for the next sync (the job stays `pending`). A second run
    changes nothing; one after more rows have come judges them all anew, one after an interruption does the rest. The
    summary of the linked W&B run (`wandb_run` links another one; offline runs are in `wandb_dir`) goes to the job's
    metadata. On an error the job becomes `failed`, and nothing but such marks is changed. A retired twin's jobs are
    synced as any other's.
    Raises UnknownTwinError, UnknownJobError, InvalidValueError (limits in the metadata, W&B folder), LakeAwayError.
    """
    job = get_job(lake, twin_id, job_id)
    if wandb_run is not None:
        job = replace(job, wandb_run_id=wandb_run)
    lookup = _look_up(job, wandb_dir)
    try:
        judgement = judge_job(lake, get_twin(lake, twin_id), job_id)
        rows = JobRows(lake=lake, record=StateSnapshot, twin_id=twin_id, job_id=job_id, last=judgement.last_row)
        marked = mark_in_advance(rows, judgement.wrong_rows)
        result = lake.run(lambda: _write(lake, job, judgement, lookup, rows))
        return replace(result, new_reconciled=marked + result.new_reconciled)
    except Exception:
        _mark_failed(lake, twin_id, job_id)
        raise


def _look_up(job: TwinJob, wandb_dir: str | Path | None) -> WandbLookup:
    if job.wandb_run_id is None:
        return WandbLookup(problem="the job names no run")
    return look_up_run(job.wandb_run_id, wandb_dir)


def _write(lake: Lake, job: TwinJob, judgement: Judgement, lookup: WandbLookup, rows: JobRows) -> SyncResult:
    """What the judgement means for the lake; inside a transaction. `job`: as it was; its run is the one to link."""
    twin_id, job_id = job.twin_id, job.job_id
    of_job = {"twin_id": twin_id, "job_id": job_id}
    new_reconciled = mark_rest(rows, judgement.wrong_rows)
    events = [
        event for kind, tally in judgement.tallies.items() for event in anomaly_events(twin_id, job_id, kind, tally)
    ]
    known = _known_events(lake, of_job)
    withdrawn = sorted(known["twin.anomaly"] - {str(event.event_id) for event in events})
    synced = _synced_event(lake, of_job, judgement, withdrawn)
    # By id: two rows with one id, both wrong in the same way, are one anomaly.
    new = {
        event.event_id: event for event in [*events, synced] if str(event.event_id) not in set().union(*known.values())
    }
    if new:
        lake.insert(*new.values())
    now = replace(get_job(lake, twin_id, job_id), wandb_run_id=job.wandb_run_id)
    closed = _closed(lake, now, judgement, lookup)
    return SyncResult(
        twin_id=twin_id,
        job_id=job_id,
        sync_status=closed.sync_status,
        withdrawn=len(withdrawn),
        new_events=len(new),
        new_reconciled=new_reconciled,
        limits=_limits_shown(judgement),
        wandb=_wandb_shown(lookup),
        notes=judgement.notes,
        **_counts(judgement),
        kinds=judgement.kinds,
        clock=_clock_shown(judgement),
        bag=asdict(judgement.bag),
    )


def _known_events(lake: Lake, of_job: Mapping[str, object]) -> dict[str, set[str]]:
    """Ids of the events that earlier syncs of the job wrote, by type."""
    kinds = ("twin.anomaly", "twin.synced")
    found = lake.query(
        f"SELECT event_type, event_id FROM lake.twins.events WHERE {OF_JOB} AND event_type IN {kinds}", of_job
    ).to_pylist()
    return {kind: {row["event_id"] for row in found if row["event_type"] == kind} for kind in kinds}


def _closed(lake: Lake, job: TwinJob, judgement: Judgement, lookup: WandbLookup) -> TwinJob:
    """The job as it is after the sync, written."""
    lasts = (job_rows(lake, record, job.twin_id, job.job_id).last for record in (StateSnapshot, SensorReading))
    is_all = tuple(lasts) == (judgement.last_row, judgement.last_reading)
    changes: dict[str, object] = {"sync": {"last_row": judgement.last_row}}
    if lookup.run is not None:
        changes["wandb"] = _wandb_metadata(lake, job, lookup)
    closed = replace(
        job,
        sync_status="synced" if is_all else "pending",
        completed_at=job.completed_at or lake.clock(),
        metadata=changed_metadata(job.metadata, changes),
    )
    return closed if closed in lake.rows(TwinJob, "twin_job_id = ?", [job.twin_job_id]) else update_job(lake, closed)


def _wandb_metadata(lake: Lake, job: TwinJob, lookup: WandbLookup) -> dict[str, object]:
    """The run as the job's metadata keeps it; as it is there already where it is the same."""
    run = {} if lookup.run is None else asdict(lookup.run)
    known = json.loads(job.metadata).get("wandb", {})
    read_at = known.get("read_at") if {**known, **run} == known else None
    return {**run, "read_at": read_at or lake.clock().isoformat() + "Z"}


def _synced_event(lake: Lake, of_job: Mapping[str, str], judgement: Judgement, withdrawn: list[str]) -> Event:
    content = {
        **_counts(judgement),
        "kinds": judgement.kinds,
        "withdrawn": {"count": len(withdrawn), "samples": withdrawn[:MOST_SAMPLES]},
        "limits": _limits_shown(judgement),
        "clock": _clock_shown(judgement),
        "bag": asdict(judgement.bag),
    }
    payload = json.dumps(content, allow_nan=False)
    return Event(
        # What was found is part of the id: the same partition is synced once, one that has grown once more.
        event_id=named_uuid("twin.synced", *of_job.values(), payload),
        asset_id=of_job["twin_id"],
        job_id=of_job["job_id"],
        event_type="twin.synced",
        timestamp=lake.clock(),
        actor=ACTOR,
        payload=payload,
    )


def _counts(judgement: Judgement) -> dict[str, int]:
    return {
        "snapshots": judgement.snapshots,
        "readings": judgement.readings,
        "reconciled": judgement.snapshots - len(judgement.wrong_rows),
        "anomalies": sum(judgement.kinds.values()),
    }


def _limits_shown(judgement: Judgement) -> dict[str, dict[str, object]]:
    values, origins = asdict(judgement.limits.limits), judgement.limits.origins
    return {
        name: {"value": value if math.isfinite(value) else None, "from": origins[name]}
        for name, value in values.items()
    }


def _clock_shown(judgement: Judgement) -> str:
    return "simulated" if judgement.is_simulated else "recorded"


def _wandb_shown(lookup: WandbLookup) -> dict[str, object]:
    if lookup.run is None:
        return {"problem": lookup.problem}
    return {"run_id": lookup.run.run_id, "source": lookup.run.source}


def _mark_failed(lake: Lake, twin_id: str, job_id: str) -> None:
    """Best effort: the reason why the sync failed may also forbid this, and is what the caller must see."""
    try:
        lake.run(lambda: update_job(lake, replace(get_job(lake, twin_id, job_id), sync_status="failed")))
    except TwinError as error:
        _log.warning("job=%s could not be marked failed: %s", job_id, error)
