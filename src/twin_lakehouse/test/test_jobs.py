"""Jobs: one row each, however often they are started."""

# ruff: noqa: DTZ001  times in the lake are UTC without zone

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest

from twin_lakehouse import Lake, complete_job, create_twin, get_job, list_jobs, start_job, update_job_metadata
from twin_lakehouse.errors import InvalidValueError, JobConflictError, UnknownJobError, UnknownTwinError

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


@pytest.mark.parametrize(
    ("field", "value"),
    [("environment", "ros.dev.gpu"), ("ray_job_id", "raysubmit_2"), ("wandb_run_id", "e5f6")],
)
def test_second_job_under_a_known_id_is_refused_with_both_values(lake: Lake, field: str, value: str) -> None:
    known = {"environment": "torch.dev.gpu", "ray_job_id": "raysubmit_1", "wandb_run_id": "a1b2"}
    job = start_job(lake, TWIN, JOB, **known)  # type: ignore[arg-type]
    with pytest.raises(JobConflictError, match=f"job 'job-1' of twin .* has {field} {known[field]}, not {value}"):
        start_job(lake, TWIN, JOB, **{field: value}, metadata={"more": 1})  # type: ignore[arg-type]
    assert start_job(lake, TWIN, JOB, **known) == job  # type: ignore[arg-type]
    assert list_jobs(lake, TWIN) == [job]


def test_job_that_is_there_learns_what_it_lacks(lake: Lake) -> None:
    first = start_job(lake, TWIN, JOB, ray_job_id="raysubmit_1", started_at=T0)
    later = start_job(lake, TWIN, JOB, wandb_run_id="a1b2", metadata={"pose": {"rule": "tf"}}, started_at=datetime.max)  # noqa: DTZ901
    assert (later.ray_job_id, later.wandb_run_id, later.started_at) == ("raysubmit_1", "a1b2", first.started_at)
    assert json.loads(get_job(lake, TWIN, JOB).metadata) == {"pose": {"rule": "tf"}}


def test_two_twins_share_a_job_with_a_row_each(lake: Lake) -> None:
    create_twin(lake, "turtlebot-02")
    start_job(lake, TWIN, JOB, ray_job_id="raysubmit_1")
    start_job(lake, "turtlebot-02", JOB, ray_job_id="raysubmit_2")
    assert [get_job(lake, twin, JOB).ray_job_id for twin in (TWIN, "turtlebot-02")] == ["raysubmit_1", "raysubmit_2"]


def test_metadata_is_changed_key_by_key(lake: Lake) -> None:
    start_job(lake, TWIN, JOB, metadata={"pose": {"rule": "auto"}, "note": "Größe", "old": 1})
    update_job_metadata(lake, TWIN, JOB, {"wandb": {"run_id": "a1b2"}, "pose": {"rule": "tf"}, "old": None})
    assert json.loads(get_job(lake, TWIN, JOB).metadata) == {
        "pose": {"rule": "tf"},
        "note": "Größe",
        "wandb": {"run_id": "a1b2"},
    }


@pytest.mark.parametrize("value", [math.nan, datetime(2026, 3, 1), "\ud800"])
def test_metadata_that_json_does_not_have_is_refused(lake: Lake, value: object) -> None:
    job = start_job(lake, TWIN, JOB)
    with pytest.raises(InvalidValueError, match="metadata"):
        update_job_metadata(lake, TWIN, JOB, {"x": value})
    with pytest.raises(UnknownJobError):
        update_job_metadata(lake, TWIN, "other", {"x": 1})
    assert get_job(lake, TWIN, JOB) == job


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
