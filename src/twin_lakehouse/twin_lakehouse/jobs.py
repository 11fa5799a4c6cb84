"""Jobs of a twin: what the recorder starts, what sync completes."""

# ruff: noqa: S608  names in SQL are this module's; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from twin_lakehouse.clock import as_utc
from twin_lakehouse.errors import InvalidValueError, JobConflictError, UnknownJobError
from twin_lakehouse.ids import checked_job_id, named_uuid
from twin_lakehouse.lake import Lake
from twin_lakehouse.metadata import changed_metadata, metadata_json
from twin_lakehouse.records import TwinJob
from twin_lakehouse.twins import get_active_twin, get_twin

ENVIRONMENTS = ("ros.dev.gpu", "torch.dev.gpu")
DEFAULT_ENVIRONMENT = "ros.dev.gpu"
SYNC_STATES = ("pending", "synced", "failed")


def start_job(
    lake: Lake,
    asset_id: str,
    job_id: str,
    environment: str | None = None,
    *,
    ray_job_id: str | None = None,
    wandb_run_id: str | None = None,
    started_at: datetime | None = None,
    metadata: Mapping[str, object] | None = None,
) -> TwinJob:
    """The twin's row of this job, created `pending` where it isn't there (any number of calls makes one row).

    A job that is there keeps its start, learns an id that it lacks, and takes the metadata as update_job_metadata does;
    None says nothing about it (a new job without an environment is in DEFAULT_ENVIRONMENT). Twins may share a job: each
    has a row of its own.
    Raises InvalidValueError, UnknownTwinError, RetiredTwinError, JobConflictError (it has another environment or
    another id: two jobs under one id), LakeAwayError.
    """
    checked_job_id(job_id)
    job = TwinJob(
        twin_job_id=named_uuid("twin_job", asset_id, job_id),
        twin_id=asset_id,
        job_id=job_id,
        ray_job_id=ray_job_id,
        environment=checked_environment(environment or DEFAULT_ENVIRONMENT),
        started_at=lake.clock() if started_at is None else as_utc(started_at),
        wandb_run_id=wandb_run_id,
        metadata=metadata_json(metadata or {}),
    )

    def write() -> TwinJob:
        get_active_twin(lake, asset_id, "start_job")
        known = lake.rows(TwinJob, "twin_job_id = ?", [job.twin_job_id])
        if not known:
            lake.insert(job)
            return job
        given = {"environment": environment, "ray_job_id": ray_job_id, "wandb_run_id": wandb_run_id}
        merged = replace(_joined(known[0], given), metadata=changed_metadata(known[0].metadata, metadata or {}))
        return merged if merged == known[0] else update_job(lake, merged)

    return lake.run(write)


def _joined(job: TwinJob, given: Mapping[str, str | None]) -> TwinJob:
    """The job with what it lacked. Raises JobConflictError where it has something else."""
    for field, value in given.items():
        known = getattr(job, field)
        if value is not None and known is not None and known != value:
            raise JobConflictError(job.twin_id, job.job_id, field, known=known, given=value)
    ray_job_id, wandb_run_id = given["ray_job_id"] or job.ray_job_id, given["wandb_run_id"] or job.wandb_run_id
    return replace(job, ray_job_id=ray_job_id, wandb_run_id=wandb_run_id)


def update_job_metadata(lake: Lake, asset_id: str, job_id: str, changes: Mapping[str, object]) -> TwinJob:
    """Replaces these keys of the job's metadata, removes those that are None, and leaves the others.

    Keys in use: `pose` (the recorder's pose rule), `wandb` (the linked run, as sync read it).
    Raises InvalidValueError, UnknownTwinError, UnknownJobError, LakeAwayError.
    """

    def write() -> TwinJob:
        job = get_job(lake, asset_id, job_id)
        changed = replace(job, metadata=changed_metadata(job.metadata, changes))
        return job if changed == job else update_job(lake, changed)

    return lake.run(write)


def checked_environment(environment: str) -> str:
    """The name as it is, if it is one of ENVIRONMENTS. Raises InvalidValueError."""
    if environment not in ENVIRONMENTS:
        raise InvalidValueError("environment", environment, allowed="one of " + ", ".join(ENVIRONMENTS))
    return environment


def complete_job(lake: Lake, asset_id: str, job_id: str, *, completed_at: datetime | None = None) -> TwinJob:
    """Notes when the job ended (default: now); the first time stays. Raises UnknownTwinError, UnknownJobError."""

    def write() -> TwinJob:
        job = get_job(lake, asset_id, job_id)
        if job.completed_at is not None:
            return job
        return update_job(lake, replace(job, completed_at=as_utc(completed_at or lake.clock())))

    return lake.run(write)


def get_job(lake: Lake, asset_id: str, job_id: str) -> TwinJob:
    """The twin's row of the job. Raises InvalidValueError, UnknownTwinError, UnknownJobError."""
    checked_job_id(job_id)
    get_twin(lake, asset_id)
    jobs = list_jobs(lake, asset_id)
    for job in jobs:
        if job.job_id == job_id:
            return job
    raise UnknownJobError(asset_id, job_id, [job.job_id for job in jobs])


def list_jobs(lake: Lake, asset_id: str) -> list[TwinJob]:
    """The twin's jobs, in the order they started."""
    return lake.rows(TwinJob, "twin_id = ? ORDER BY started_at, job_id", [asset_id])


def update_job(lake: Lake, job: TwinJob) -> TwinJob:
    """Writes what can change in a job: all but its ids and its start; inside a transaction. Gives the job back."""
    changing = ("ray_job_id", "environment", "completed_at", "wandb_run_id", "sync_status", "metadata")
    lake.execute(
        f"UPDATE lake.twins.twin_jobs SET {', '.join(f'{name} = ?' for name in changing)} WHERE twin_job_id = ?",
        [*(getattr(job, name) for name in changing), job.twin_job_id],
    )
    return job
