"""Jobs: one row each, however often they are started."""

# ruff: noqa: DTZ001  times in the lake are UTC without zone

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twin_lakehouse import Lake, complete_job, create_twin, get_job, list_jobs, start_job
from twin_lakehouse.errors import InvalidValueError, UnknownJobError, UnknownTwinError

from .making import JOB, T0, TWIN


@pytest.fixture(autouse=True)
def twin(lake: Lake) -> None:
    create_twin(lake, TWIN)


def test_started_job_is_pending_and_has_one_row(lake: Lake) -> None:
    job = start_job(lake, TWIN, JOB, "torch.dev.gpu", ray_job_id="raysubmit_1", started_at=T0.replace(tzinfo=UTC))
    assert start_job(lake, TWIN, JOB) == job
    assert list_jobs(lake, TWIN) == [job]
    assert (job.sync_status, job.environment, job.started_at, job.completed_at) == (
        "pending",
        "torch.dev.gpu",
        T0,
        None,
    )


def test_job_is_completed_once(lake: Lake) -> None:
    start_job(lake, TWIN, JOB)
    end = datetime(2026, 3, 1, 13)
    assert complete_job(lake, TWIN, JOB, completed_at=end).completed_at == end
    assert complete_job(lake, TWIN, JOB).completed_at == end
    assert get_job(lake, TWIN, JOB).completed_at == end


def test_what_is_unknown_or_wrong_is_refused(lake: Lake) -> None:
    with pytest.raises(UnknownTwinError):
        start_job(lake, "nobody", JOB)
    with pytest.raises(InvalidValueError, match="job_id"):
        start_job(lake, TWIN, "a b")
    with pytest.raises(InvalidValueError, match=r"one of ros\.dev\.gpu, torch\.dev\.gpu"):
        start_job(lake, TWIN, JOB, "laptop")
    start_job(lake, TWIN, JOB)
    with pytest.raises(UnknownJobError, match=f"no job 'other' .jobs: {JOB}."):
        get_job(lake, TWIN, "other")
