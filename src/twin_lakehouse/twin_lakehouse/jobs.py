"""Jobs of a twin: what the recorder starts, what sync completes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from twin_lakehouse.clock import as_utc
from twin_lakehouse.errors import InvalidValueError, UnknownJobError
from twin_lakehouse.ids import checked_job_id, named_uuid
from twin_lakehouse.lake import Lake
from twin_lakehouse.records import TwinJob
from twin_lakehouse.twins import get_active_twin, get_twin

ENVIRONMENTS = ("ros.dev.gpu", "torch.dev.gpu")
SYNC_STATES = ("pending", "synced", "failed")


def start_job(
    lake: Lake,
    asset_id: str,
    job_id: str,
    environment: str = "ros.dev.gpu",
    *,
    ray_job_id: str | None = None,
    wandb_run_id: str | None = None,
    started_at: datetime | None = None,
) -> TwinJob:
    """The twin's row of this job, created `pending` where it isn't there (any number of calls makes one row).

    Raises InvalidValueError, UnknownTwinError, RetiredTwinError, LakeAwayError.
    """
    checked_job_id(job_id)
    checked_environment(environment)
    job = TwinJob(
        twin_job_id=named_uuid("twin_job", asset_id, job_id),
        twin_id=asset_id,
        job_id=job_id,
        ray_job_id=ray_job_id,
        environment=environment,
        started_at=lake.clock() if started_at is None else as_utc(started_at),
        wandb_run_id=wandb_run_id,
    )

    def write() -> TwinJob:
        get_active_twin(lake, asset_id, "start_job")
        known = lake.rows(TwinJob, "twin_job_id = ?", [job.twin_job_id])
        if not known:
            lake.insert(job)
        return known[0] if known else job

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
    """Writes what can change in a job: completed_at and sync_status; inside a transaction. Gives the job back."""
    lake.execute(
        "UPDATE lake.twins.twin_jobs SET completed_at = ?, sync_status = ? WHERE twin_job_id = ?",
        [job.completed_at, job.sync_status, job.twin_job_id],
    )
    return job
