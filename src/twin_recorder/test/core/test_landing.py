"""Large tables of a segment land as files of Arrow: the same rows, and no file stays that the lake doesn't have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from twin_lakehouse import Lake, LakeSettings, Segment
from twin_lakehouse.errors import LakeAwayError, SchemaError
from twin_recorder.core import landing as landing_module
from twin_recorder.core.errors import SegmentError
from twin_recorder.core.landing import Landing
from twin_recorder.core.once import at_once


def files(settings: LakeSettings) -> set[Path]:
    """All Parquet files of rows in the lake's folder."""
    assert settings.storage_path is not None
    return {path for schema in ("twins", "event_log") for path in (settings.storage_path / schema).rglob("*.parquet")}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table counts as large."""
    monkeypatch.setattr(landing_module, "_STAGED_FROM_ROWS", 1)


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that were staged."""
    names: list[str] = []
    stage = Lake.stage

    def noting(lake: Lake, name: str, rows: pa.Table) -> Any:
        names.append(name)
        return stage(lake, name, rows)

    monkeypatch.setattr(Lake, "stage", noting)
    return names


def test_rows_are_those_of_small_tables(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch, staged: list[str], tmp_path: Path
) -> None:
    run = messages.run_of_everything()
    recorder.record(run)
    assert staged == []
    other = LakeSettings(catalog=f"sqlite:{tmp_path / 'other' / 'c.sqlite'}", storage=str(tmp_path / "other" / "data"))
    again = replace(recorder, folder=tmp_path / "again", settings=other, clock=type(recorder.clock)())
    monkeypatch.setattr(landing_module, "_STAGED_FROM_ROWS", 1)
    again.record(run)
    assert set(staged) == {"twins.state_snapshots", "twins.sensor_readings", "event_log.object_detections"}
    assert again.everything(ids=True) == recorder.everything(ids=True)


@pytest.mark.usefixtures("large")
def test_latched_messages_land_once(recorder: Any, messages: Any) -> None:
    for began_ns in (1, 2):
        recorder.record([("/twin/navigation_trials", messages.trial(0, str(UUID(int=1))))], began_ns=began_ns)
    assert len(recorder.rows("event_log.ros_navigation_trials")) == 1


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("error", [LakeAwayError("the lake is away", remedy="wait"), KeyError("a bug")])
def test_failed_transaction_leaves_no_file(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    before, meanwhile = files(recorder.settings), set[Path]()

    def failing(lake: Lake, segment: Segment, tables: Any, *, is_new: bool) -> int:
        meanwhile.update(files(recorder.settings))
        raise error

    with Lake.open(recorder.settings) as lake:
        (segment,) = lake.rows(Segment)
        rows = landing_module.staged(lake, {"twins.state_snapshots": _snapshots(lake)}, at_once)
        monkeypatch.setattr(Lake, "commit_segment", failing)
        with pytest.raises(type(error)):
            Landing().add(lake, segment, rows, is_new=False)
    assert len(meanwhile - before) == 1
    assert files(recorder.settings) == before


@pytest.mark.usefixtures("large")
def test_file_that_cannot_be_written_takes_the_others_with_it(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    before, stage = files(recorder.settings), Lake.stage

    def failing(lake: Lake, name: str, rows: pa.Table) -> Any:
        if name == "twins.sensor_readings":
            raise SchemaError(name, "doesn't fit", remedy="none")
        return stage(lake, name, rows)

    with Lake.open(recorder.settings) as lake:
        (segment,) = lake.rows(Segment)
        monkeypatch.setattr(Lake, "stage", failing)
        tables = {"twins.state_snapshots": _snapshots(lake), "twins.sensor_readings": _snapshots(lake)}
        rows = landing_module.staged(lake, tables, at_once)
        with pytest.raises(SegmentError, match="doesn't fit the lake"):
            Landing().add(lake, segment, rows, is_new=False)
    assert files(recorder.settings) == before


@pytest.mark.usefixtures("large")
def test_files_that_nobody_began_are_not_written_to_be_discarded(recorder: Any, messages: Any) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    before = files(recorder.settings)
    begun: list[Callable[[], None]] = []
    with Lake.open(recorder.settings) as lake:
        rows = landing_module.staged(lake, {"twins.state_snapshots": _snapshots(lake)}, begun.append)
        rows.discard(lake)
        for each in begun:
            each()
    assert files(recorder.settings) == before


def _snapshots(lake: Lake) -> pa.Table:
    """The lake's, typed as the recorder types them."""
    rows = lake.query("SELECT * FROM lake.twins.state_snapshots")
    ids = pa.array([UUID(text).bytes for text in rows["snapshot_id"].to_pylist()], type=pa.binary(16))
    return rows.set_column(0, "snapshot_id", pa.ExtensionArray.from_storage(pa.uuid(), ids))
