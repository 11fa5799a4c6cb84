"""What goes into the lake comes out of it: any record, and any value that its columns can hold."""

# ruff: noqa: DTZ001, S608, PT012  times in the lake are UTC without zone; table names are from records.py

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from twin_lakehouse import Lake, LakeSettings, from_arrow, to_arrow
from twin_lakehouse.schema import tables
from twin_lakehouse.table import ColumnSpec, TableSpec

from .making import snapshot

VALUES: dict[str, st.SearchStrategy[object]] = {
    "UUID": st.uuids(),
    "VARCHAR": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    "JSON": st.dictionaries(st.text("abc"), st.integers() | st.none() | st.text("xyz'\"\\")).map(json.dumps),
    "TIMESTAMP": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    "DOUBLE": st.floats(allow_nan=False),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "BOOLEAN": st.booleans(),
}


def column_values(column: ColumnSpec) -> st.SearchStrategy[object]:
    if column.name == "job_id":
        return st.just("job-1")  # the order of arrival is kept within a job, not between jobs
    values = VALUES[column.sql_type]
    return st.none() | values if column.nullable else values


def records(spec: TableSpec) -> st.SearchStrategy[typing.Any]:
    return st.builds(spec.record, **{column.field: column_values(column) for column in spec.columns})


@pytest.fixture(scope="module")
def shared_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder: Path = tmp_path_factory.mktemp("rows")
    with Lake.open(LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=f"{folder}/data")) as lake:
        yield lake


@pytest.mark.parametrize("spec", tables(), ids=lambda spec: spec.name)
@hypothesis_settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_record_comes_back_as_it_went_in(shared_lake: Lake, spec: TableSpec, data: st.DataObject) -> None:
    rows = data.draw(st.lists(records(spec), min_size=1, max_size=3))
    with pytest.raises(KeyError, match="undo"), shared_lake.transaction():
        shared_lake.execute(f"DELETE FROM lake.{spec.name}")
        shared_lake.insert(*rows)
        assert shared_lake.rows(spec.record, "true ORDER BY rowid") == rows
        raise KeyError("undo")


@given(data=st.data(), spec=st.sampled_from(tables()))
def test_arrow_round_trip(data: st.DataObject, spec: TableSpec) -> None:
    rows = data.draw(st.lists(records(spec), min_size=1))
    assert from_arrow(spec.record, to_arrow(rows)) == rows


def test_zone_becomes_utc() -> None:
    moment = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    (row,) = from_arrow(type(snapshot(0)), to_arrow([dataclasses.replace(snapshot(0), timestamp=moment)]))
    assert row.timestamp == moment.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "-0.0", "5e-324"])
def test_number_stays_exactly_what_it_was(lake: Lake, number: str) -> None:
    row = dataclasses.replace(snapshot(0), snapshot_id=uuid4(), position_x=float(number))
    with lake.transaction():
        lake.insert(row)
    (stored,) = lake.query("SELECT position_x FROM state_snapshots")["position_x"].to_pylist()
    assert str(stored) == str(float(number))
