"""Twins and their models: create, list, retire."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import pytest

from twin_lakehouse import (
    Asset,
    Lake,
    create_twin,
    get_twin,
    list_models,
    list_twins,
    retire_twin,
    start_job,
    twin_events,
)
from twin_lakehouse.errors import (
    InvalidValueError,
    MissingFileError,
    RetiredTwinError,
    TwinExistsError,
    UnknownTwinError,
)

from .making import JOB, TWIN


@pytest.fixture
def urdf(tmp_path: Path) -> Path:
    path = tmp_path / "waffle.urdf"
    path.write_text('<robot name="waffle"/>')
    return path


def test_created_twin_has_its_row_and_its_event(lake: Lake) -> None:
    asset = create_twin(lake, TWIN, "drone", display_name="Eye", metadata={"owner": "lab"}, actor="pm")
    assert list_twins(lake) == [asset] == [get_twin(lake, TWIN)]
    assert (asset.asset_type, asset.display_name, asset.status) == ("drone", "Eye", "active")
    assert json.loads(asset.metadata) == {"owner": "lab"}
    (event,) = twin_events(lake, TWIN)
    assert (event.event_type, event.job_id, event.actor) == ("twin.created", None, "pm")
    assert event.timestamp == asset.created_at


def test_model_is_kept_in_the_storage_with_its_checksum(lake: Lake, urdf: Path) -> None:
    create_twin(lake, TWIN, urdf_path=urdf)
    (model,) = list_models(lake, TWIN)
    assert (model.version, model.format) == ("1.0.0", "urdf")
    assert model.checksum == hashlib.sha256(urdf.read_bytes()).hexdigest()
    assert lake.storage.fetch(model.urdf_path).read_bytes() == urdf.read_bytes()


def test_existing_twin_is_refused_and_unchanged(lake: Lake) -> None:
    create_twin(lake, TWIN)
    with pytest.raises(TwinExistsError):
        create_twin(lake, TWIN, "drone")
    assert [asset.asset_type for asset in list_twins(lake)] == ["robot"]
    assert len(twin_events(lake, TWIN)) == 1


def test_existing_twin_can_be_kept_and_get_another_model(lake: Lake, urdf: Path) -> None:
    first = create_twin(lake, TWIN, urdf_path=urdf)
    assert create_twin(lake, TWIN, urdf_path=urdf, exist_ok=True) == first
    urdf.write_text('<robot name="waffle2"/>')
    create_twin(lake, TWIN, urdf_path=urdf, urdf_version="1.1.0", exist_ok=True)
    assert [model.version for model in list_models(lake, TWIN)] == ["1.0.0", "1.1.0"]
    assert len(twin_events(lake, TWIN)) == 1


def test_version_of_a_model_is_never_another_file(lake: Lake, urdf: Path) -> None:
    create_twin(lake, TWIN, urdf_path=urdf)
    original = urdf.read_bytes()
    urdf.write_text("<robot/>")
    with pytest.raises(InvalidValueError, match=r"'1.0.0' is not valid; use a new version"):
        create_twin(lake, TWIN, urdf_path=urdf, exist_ok=True)
    assert lake.storage.fetch(list_models(lake, TWIN)[0].urdf_path).read_bytes() == original


@pytest.mark.parametrize("name", ["missing.urdf", "robot.txt", "robot"])
def test_model_that_cannot_be_used_creates_nothing(lake: Lake, tmp_path: Path, name: str) -> None:
    with pytest.raises((MissingFileError, InvalidValueError), match=name):
        create_twin(lake, TWIN, urdf_path=tmp_path / name)
    assert list_twins(lake) == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"asset_id": "a/b"}, "asset_id 'a/b'"),
        ({"asset_type": "car"}, "asset_type 'car' is not valid; use one of robot, drone"),
        ({"metadata": {"limits": {"speed": 1}}}, "metadata.limits 'speed'"),
        ({"metadata": {"limits": {"linear_velocity": -1}}}, "metadata.limits.linear_velocity -1"),
        ({"metadata": {"limits": 3}}, "metadata.limits 3"),
        ({"metadata": {"limits": {"linear_velocity": math.inf}}}, "finite numbers"),
        ({"metadata": {"mass": math.nan}}, "finite numbers"),
        ({"metadata": {"owner": object()}}, "metadata .* is not valid"),
    ],
)
def test_wrong_argument_creates_nothing(lake: Lake, arguments: dict[str, object], problem: str) -> None:
    with pytest.raises(InvalidValueError, match=problem):
        create_twin(lake, **{"asset_id": TWIN, **arguments})  # type: ignore[arg-type]
    assert list_twins(lake) == []


def test_retired_twin_keeps_its_history_and_takes_no_jobs(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)
    retired = retire_twin(lake, TWIN, reason="sold")
    assert retire_twin(lake, TWIN) == retired == get_twin(lake, TWIN)
    assert retired.status == "retired"
    assert retired.retired_at is not None
    assert [event.event_type for event in twin_events(lake, TWIN)] == ["twin.created", "twin.retired"]
    with pytest.raises(RetiredTwinError, match="start_job is refused"):
        start_job(lake, TWIN, "job-2")
    with pytest.raises(RetiredTwinError):
        create_twin(lake, TWIN, exist_ok=True)


def test_twins_are_listed_by_status(lake: Lake) -> None:
    for name in ("b", "a", "c"):
        create_twin(lake, name)
    retire_twin(lake, "a")

    def ids(twins: list[Asset]) -> list[str]:
        return [asset.asset_id for asset in twins]

    assert ids(list_twins(lake)) == ["a", "b", "c"]
    assert ids(list_twins(lake, status="active")) == ["b", "c"]
    assert ids(list_twins(lake, status="retired")) == ["a"]
    with pytest.raises(InvalidValueError, match="active or retired"):
        list_twins(lake, status="gone")


def test_unknown_twin_is_named_with_those_there_are(lake: Lake) -> None:
    create_twin(lake, "other")
    with pytest.raises(UnknownTwinError, match=f"no twin '{TWIN}' in this lake .twins: other."):
        get_twin(lake, TWIN)
