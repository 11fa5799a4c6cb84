"""Rows that went into the lake as files of Arrow are as those that were inserted, whatever is done with them."""

# ruff: noqa: DTZ001, S608  times in the lake are UTC without zone; table names are from this file

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import twin_lakehouse.lake
from twin_lakehouse import (
    Asset,
    Lake,
    LakeSettings,
    SensorReading,
    Staged,
    StateSnapshot,
    expire_lake,
    list_twins,
    to_arrow,
)
from twin_lakehouse._transaction import all_or_nothing
from twin_lakehouse.clock import utc_now
from twin_lakehouse.errors import (
    LakeAwayError,
    LakeBusyError,
    MissingFileError,
    ReadOnlyLakeError,
    SchemaError,
)
from twin_lakehouse.rows import Record

from .making import JOB, imu, segment, snapshot, typed, uuid

SNAPSHOTS, READINGS = "twins.state_snapshots", "twins.sensor_readings"


def rows_of(first: int = 0, count: int = 5, *, job: str = JOB) -> dict[str, pa.Table]:
    numbers = range(first, first + count)
    return {
        SNAPSHOTS: typed([snapshot(i, job=job) for i in numbers]),
        READINGS: typed([imu(i, job=job) for i in numbers]),
    }


def staged(lake: Lake, tables: Mapping[str, pa.Table]) -> dict[str, Staged]:
    return {name: lake.stage(name, rows) for name, rows in tables.items()}


def is_there(lake: Lake, each: Staged) -> bool:
    return each.key is not None and lake.storage.exists(each.key)


def count(lake: Lake, table: str = SNAPSHOTS) -> int:
    return int(lake.query(f"SELECT count(*) AS n FROM lake.{table}")["n"][0].as_py())


ODD = [
    snapshot(0),
    dataclasses.replace(snapshot(1), position_x=math.nan, linear_velocity=None, cosmos_model="it's \t\N{SNOWMAN}"),
    dataclasses.replace(snapshot(2), position_x=math.inf, position_y=-0.0, reconciled=True, cosmos_model=""),
    dataclasses.replace(snapshot(3), position_x=-math.inf, timestamp=datetime(1970, 1, 1), angular_velocity=math.nan),
    dataclasses.replace(snapshot(4), timestamp=datetime(2262, 4, 11, 23, 47, 16, 854775)),
    dataclasses.replace(snapshot(5), predicted_from_snapshot_id=uuid("other"), position_x=5e-324),
]


@pytest.mark.parametrize(
    ("table", "records"),
    [(SNAPSHOTS, ODD), (READINGS, [imu(0), imu(1, payload='{"\\u0000": "it\'s é"}'), imu(2, payload="[1, NaN]")])],
)
def test_values_are_those_that_were_given_in_the_types_of_an_insert(
    lake: Lake, table: str, records: list[Record]
) -> None:
    rows = typed(records)
    lake.commit_segment(segment(1), {table: rows})
    inserted = lake.query(f"SELECT * FROM lake.{table}")
    with lake.transaction():
        lake.execute(f"DELETE FROM lake.{table}")
    assert lake.commit_segment(segment(2), {table: file_of(lake, table, rows)}) == len(records)
    assert lake.query(f"SELECT * FROM lake.{table}").schema == inserted.schema
    # By their texts: NaN isn't equal to itself, and -0.0 is to 0.0.
    assert [str(row) for row in lake.rows(type(records[0]), "true ORDER BY rowid")] == [str(row) for row in records]


def file_of(lake: Lake, table: str, rows: pa.Table) -> Staged:
    given = lake.stage(table, rows)
    assert given.key is not None
    return given


def test_only_what_has_nan_and_what_is_null_goes_without_least_and_greatest(lake: Lake) -> None:
    """Else DuckLake takes those of later files for the whole table's, and finds no rows that lie outside."""
    lake.commit_segment(
        segment(1), staged(lake, {SNAPSHOTS: typed(ODD), READINGS: typed([imu(0), imu(1, payload="{}")])})
    )
    found = lake.query(
        "SELECT column_name AS name, min_value IS NULL AS low, max_value IS NULL AS high"
        " FROM __ducklake_metadata_lake.ducklake_file_column_stats JOIN __ducklake_metadata_lake.ducklake_data_file"
        " USING (data_file_id, table_id) JOIN __ducklake_metadata_lake.ducklake_column USING (table_id, column_id)"
        " WHERE mapping_id IS NOT NULL AND (min_value IS NULL OR max_value IS NULL) ORDER BY name"
    )
    assert found["name"].to_pylist() == ["angular_velocity", "position_x", "raw_path"]


def test_text_of_a_staged_file_is_found_beside_those_of_later_ones(lake: Lake) -> None:
    for number, payload in enumerate(('"z"', '"a"', '"b"')):
        rows = {READINGS: typed([dataclasses.replace(imu(number), payload=payload, sensor_type=payload)])}
        lake.commit_segment(segment(number), staged(lake, rows) if number != 1 else rows)
    for column in ("payload", "sensor_type"):
        for payload in ('"z"', '"a"', '"b"'):
            assert len(lake.rows(SensorReading, f"{column} = ?", [payload])) == 1, (column, payload)


def test_text_without_statistics_is_inserted(lake: Lake) -> None:
    records = [imu(0, payload=f'"{"z" * 4094}"'), imu(1, payload='"a"')]
    given = lake.stage(READINGS, typed(records))
    assert given.key is None
    assert lake.commit_segment(segment(), {READINGS: given}) == 2
    assert file_of(lake, READINGS, typed([imu(0, payload=f'"{"z" * 4093}"')])).num_rows == 1


def test_time_with_five_digits_of_a_year_is_inserted(lake: Lake) -> None:
    rows = rows_of()[SNAPSHOTS]
    late = pa.array([253_402_300_800_000_000] * 5).cast(pa.timestamp("us"))
    given = lake.stage(SNAPSHOTS, rows.set_column(rows.column_names.index("timestamp"), "timestamp", late))
    assert given.key is None
    assert lake.commit_segment(segment(), {SNAPSHOTS: given}) == 5


def test_lake_with_staged_files_can_be_moved_and_read(settings: LakeSettings, tmp_path: Path) -> None:
    with Lake.open(settings) as lake:
        lake.commit_segment(segment(), staged(lake, rows_of()))
    (tmp_path / "lake").rename(tmp_path / "moved")
    moved = LakeSettings(catalog=f"sqlite:{tmp_path}/moved/catalog.sqlite", storage=f"{tmp_path}/moved/data")
    with Lake.open(moved, read_only=True) as lake:
        assert lake.rows(SensorReading, "true ORDER BY timestamp") == [imu(i) for i in range(5)]


def test_files_lie_where_the_lake_keeps_its_own(lake: Lake) -> None:
    lake.commit_segment(segment(1), rows_of())
    before = {path.parent for path in Path(lake.storage.root).rglob("*.parquet")}
    lake.commit_segment(segment(2), staged(lake, rows_of(10)))
    assert {path.parent for path in Path(lake.storage.root).rglob("*.parquet")} == before


def test_table_without_partitions_is_staged_too(lake: Lake) -> None:
    asset = Asset(
        asset_id="robot", asset_type="robot", display_name="", status="active", created_at=datetime(2026, 1, 1)
    )
    assert lake.commit_segment(segment(), {"twins.assets": file_of(lake, "twins.assets", typed([asset]))}) == 1
    assert list_twins(lake) == [asset]


def test_order_of_the_rows_is_kept(lake: Lake) -> None:
    for sequence in range(4):
        tables = rows_of(10 * sequence)
        lake.commit_segment(segment(sequence), staged(lake, tables) if sequence % 2 else tables)
    expected = [snapshot(10 * sequence + i).snapshot_id for sequence in range(4) for i in range(5)]
    assert [row.snapshot_id for row in lake.rows(StateSnapshot, "true ORDER BY rowid")] == expected


def test_column_that_may_be_null_may_be_missing(lake: Lake) -> None:
    rows = rows_of()[SNAPSHOTS].drop_columns(["cosmos_model", "predicted_from_snapshot_id"])
    lake.commit_segment(segment(), {SNAPSHOTS: file_of(lake, SNAPSHOTS, rows.select(reversed(rows.column_names)))})
    assert lake.rows(StateSnapshot, "true ORDER BY timestamp") == [snapshot(i) for i in range(5)]


def test_no_file_is_made_of_no_rows(lake: Lake) -> None:
    given = lake.stage(SNAPSHOTS, rows_of()[SNAPSHOTS][:0])
    assert given.key is None
    assert lake.commit_segment(segment(), {SNAPSHOTS: given}) == 0


@pytest.mark.parametrize("job", [None, "null", "NULL", "__HIVE_DEFAULT_PARTITION__", "a b", "..", "x=y"])
def test_job_that_is_no_folder_is_inserted(lake: Lake, job: str | None) -> None:
    given = lake.stage(SNAPSHOTS, typed([snapshot(0, job=job)]))
    assert given.key is None
    lake.commit_segment(segment(), {SNAPSHOTS: given})
    assert lake.rows(StateSnapshot) == [snapshot(0, job=job)]


def test_rows_of_several_jobs_are_inserted(lake: Lake) -> None:
    records = [snapshot(0), snapshot(0, job="job-2")]
    given = lake.stage(SNAPSHOTS, typed(records))
    assert given.key is None
    assert lake.commit_segment(segment(), {SNAPSHOTS: given}) == 2
    assert lake.rows(StateSnapshot, "true ORDER BY job_id") == records


@pytest.mark.parametrize("folder", ["job_id=other", "source=x", "a[b]", "a*", "a?"])
def test_folder_that_duckdb_would_misread_changes_nothing(tmp_path: Path, folder: str) -> None:
    settings = LakeSettings(catalog=f"sqlite:{tmp_path}/catalog.sqlite", storage=f"{tmp_path}/{folder}/data")
    with Lake.open(settings) as lake:
        lake.commit_segment(segment(), staged(lake, rows_of()))
        assert lake.rows(StateSnapshot, "true ORDER BY timestamp") == [snapshot(i) for i in range(5)]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("reading_id", pa.array(["not-a-uuid"] * 5)),
        ("payload", pa.array(["{no json"] * 5)),
        ("asset_id", pa.nulls(5, pa.string())),
        (
            "asset_id",
            pa.Array.from_buffers(pa.string(), 5, [None, pa.py_buffer(bytes(20) + b"\1\0\0\0"), pa.py_buffer(b"\xff")]),
        ),
    ],
)
def test_value_that_does_not_fit_is_refused_as_an_insert_refuses_it(lake: Lake, column: str, values: pa.Array) -> None:
    tables = rows_of()
    rows = tables[READINGS]
    wrong = rows.set_column(rows.column_names.index(column), column, values)
    with pytest.raises(SchemaError, match=r"table twins.sensor_readings: .*nothing of this transaction was written"):
        lake.commit_segment(segment(), staged(lake, {**tables, READINGS: wrong}))
    assert (count(lake), count(lake, READINGS)) == (0, 0)


def test_columns_are_checked_before_anything_is_written(lake: Lake) -> None:
    rows = rows_of()[SNAPSHOTS]
    with pytest.raises(SchemaError, match="there is no column colour"):
        lake.stage(SNAPSHOTS, rows.append_column("colour", pa.nulls(5)))
    with pytest.raises(SchemaError, match="column timestamp is missing"):
        lake.stage(SNAPSHOTS, rows.drop_columns(["timestamp"]))
    assert not list(Path(lake.storage.root).rglob("state_snapshots/**/*.parquet"))


def test_rows_are_committed_to_the_table_that_they_were_staged_for(lake: Lake) -> None:
    with pytest.raises(SchemaError, match=r"staged for twins\.state_snapshots"):
        lake.commit_segment(segment(), {READINGS: lake.stage(SNAPSHOTS, rows_of()[SNAPSHOTS])})


def test_reader_stages_nothing(lake: Lake, settings: LakeSettings) -> None:
    with Lake.open(settings, read_only=True) as reader, pytest.raises(ReadOnlyLakeError):
        reader.stage(SNAPSHOTS, rows_of()[SNAPSHOTS])


def test_another_thread_stages_while_the_lake_is_written(lake: Lake) -> None:
    with ThreadPoolExecutor(1) as pool, lake.transaction():
        given = pool.submit(staged, lake, rows_of()).result(timeout=30)
    assert lake.commit_segment(segment(), given) == 10


def test_replayed_segment_adds_nothing_and_leaves_no_file(lake: Lake) -> None:
    first, second = staged(lake, rows_of()), staged(lake, rows_of())
    assert lake.commit_segment(segment(), first) == 10
    assert lake.commit_segment(segment(), second) == 0
    assert lake.commit_segment(segment(), first) == 0
    assert [is_there(lake, each) for each in (*first.values(), *second.values())] == [True, True, False, False]
    assert (count(lake), count(lake, READINGS)) == (5, 5)


@pytest.mark.parametrize("is_committed", [True, False])
def test_commit_that_seemed_to_fail_is_repeated_and_loses_no_file(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, *, is_committed: bool
) -> None:
    given = staged(lake, rows_of())
    conflict = LakeBusyError("lake", 1, "a conflict")
    monkeypatch.setattr(twin_lakehouse.lake, "all_or_nothing", failing_once(conflict, is_committed=is_committed))
    assert lake.commit_segment(segment(), given, is_new=True) == (0 if is_committed else 10)
    assert (count(lake), count(lake, READINGS)) == (5, 5)
    assert all(is_there(lake, each) for each in given.values())


def test_file_of_a_commit_that_failed_is_not_discarded_as_the_lake_may_have_it(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = staged(lake, rows_of())
    monkeypatch.setattr(twin_lakehouse.lake, "all_or_nothing", failing_once(LakeAwayError("no answer", remedy="wait")))
    with pytest.raises(LakeAwayError, match="no answer"):
        lake.commit_segment(segment(), given)
    for each in given.values():
        lake.discard(each)
    assert lake.commit_segment(segment(), given) == 0
    assert (count(lake), count(lake, READINGS)) == (5, 5)
    assert all(is_there(lake, each) for each in given.values())


def failing_once(error: Exception, *, is_committed: bool = True) -> Callable[..., Any]:
    """A transaction's block that ends the first time with the error, and was committed nevertheless or not."""
    left = [error]

    @contextmanager
    def block(*arguments: Any) -> Iterator[None]:
        with all_or_nothing(*arguments):
            yield
            if left and not is_committed:
                raise left.pop()
        if left:
            raise left.pop()

    return block


def test_what_will_not_be_committed_is_discarded(lake: Lake) -> None:
    given = staged(lake, rows_of())
    tables = {**given, "twins.events": to_arrow([snapshot(0)])}
    with pytest.raises(SchemaError):
        lake.commit_segment(segment(), tables)
    for _ in range(2):
        for each in given.values():
            lake.discard(each)
    assert not any(is_there(lake, each) for each in given.values())
    assert lake.commit_segment(segment(), staged(lake, rows_of())) == 10


def test_file_that_nobody_committed_expires_and_no_other(settings: LakeSettings) -> None:
    with Lake.open(settings, clock=lambda: utc_now() + timedelta(days=3)) as lake:
        kept, lost = staged(lake, rows_of()), staged(lake, rows_of(10))
        lake.commit_segment(segment(1), kept)
        assert expire_lake(lake, older_than=timedelta(days=30)).files == 2
        assert [is_there(lake, each) for each in (*kept.values(), *lost.values())] == [True, True, False, False]
        with pytest.raises(MissingFileError, match="stage the rows again"):
            lake.commit_segment(segment(2), lost)
        assert lake.commit_segment(segment(2), staged(lake, rows_of(10))) == 10
        assert lake.rows(SensorReading, "true ORDER BY timestamp") == [imu(i) for i in (*range(5), *range(10, 15))]
