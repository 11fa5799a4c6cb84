"""Staged and inserted files of one table: each question has the answer of the rows themselves, whatever was done."""

# ruff: noqa: DTZ001  times in the lake are UTC without zone

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from twin_lakehouse import (
    Lake,
    LakeSettings,
    Staged,
    StateSnapshot,
    compact_lake,
    complete_job,
    create_twin,
    expire_lake,
    get_twin_state,
    start_job,
    sync_twin,
)
from twin_lakehouse.clock import utc_now
from twin_lakehouse.schema import spec_of
from twin_lakehouse.testing import PostgresServer, S3Server, running_s3

from .conftest import installed
from .making import JOB, PERIOD, T0, TWIN, segment, snapshot, typed

SNAPSHOTS = "twins.state_snapshots"
ROWS = 20_000
"""A segment's: one row group and the beginning of another."""
SEGMENTS = 4
WHERE = (
    *(f"position_x {op} {value}" for op in ("=", "<>", "<", "<=", ">", ">=") for value in (0.0, 1e9, 3000, "'inf'")),
    *(f"position_x {op} 'nan'::DOUBLE" for op in ("=", "<>", "<", ">=", ">")),
    "isnan(position_x)",
    "NOT isnan(position_x)",
    "position_x BETWEEN 19990 AND 20010",
    "position_x IN (19999, 'nan')",
    "position_y = -0.0",
    "position_y < 0",
    "linear_velocity IS NULL",
    "linear_velocity IS NOT NULL",
    "linear_velocity > 1",
    "angular_velocity IS NULL",
    "timestamp = TIMESTAMP '2026-03-01 12:00:00'",
    "timestamp < TIMESTAMP '2026-03-01 12:00:00.5'",
    "timestamp > TIMESTAMP '2026-03-01 12:13:20'",
    "timestamp BETWEEN TIMESTAMP '2026-03-01 12:06:00' AND TIMESTAMP '2026-03-01 12:07:00.123456'",
    "reconciled",
    "NOT reconciled",
    "reconciled = true",
    "source = 'simulation'",
    "source < 'simulation'",
    "source LIKE 's1%'",
    "cosmos_model IS NULL",
    "cosmos_model IS NOT NULL",
    "cosmos_model = ''",
    "cosmos_model > 'it''s'",
    "cosmos_model = 'it''s é'",
    "snapshot_id = '00000000-0000-0000-0000-000000000007'",
    "snapshot_id > 'ffffffff-0000-0000-0000-000000000000'",
    "snapshot_id < '80000000-0000-0000-0000-000000000000'",
    "predicted_from_snapshot_id IS NOT NULL",
    f"job_id = '{JOB}'",
    "job_id <> 'x'",
    "asset_id = 'nobody'",
)
LOST_BY_MERGING = ("position_x = 'nan'::DOUBLE", "position_x > 'inf'")
"""Of a file that it writes, merged or inserted, DuckDB says that it has NaN only where the last row group has."""


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    yield from installed(running_s3("seaweedfs"))


@pytest.fixture(params=["files", "servers"])
def settings(request: pytest.FixtureRequest, settings: LakeSettings) -> LakeSettings:
    """A lake in files, and one of PostgreSQL and S3."""
    if request.param == "files":
        return settings
    postgres: PostgresServer = request.getfixturevalue("postgres")
    s3: S3Server = request.getfixturevalue("s3")
    storage = f"s3://{s3.new_bucket()}/twin"
    return LakeSettings(catalog=postgres.new_database(), storage=storage, timeout_s=60.0, s3=s3.access)


@pytest.fixture
def lake(settings: LakeSettings) -> Iterator[Lake]:
    """Later, so that what was left over is old."""
    with Lake.open(settings, clock=lambda: utc_now() + timedelta(days=3)) as opened:
        create_twin(opened, TWIN)
        start_job(opened, TWIN, JOB)
        yield opened


def odd_rows(number: int) -> pa.Table:
    """Snapshots of the segment `number`; what is odd lies in some segments, and there in some row groups."""
    rng = np.random.default_rng(number)
    x = number * 10_000.0 + np.arange(ROWS)
    if number in (1, 2):
        x[5:ROWS:1999] = np.nan
    if number == 2:
        x[17_000], x[17_001] = np.inf, -np.inf
    ids = [((number << 100) + i * 2**111 + 7 if i else number * 7).to_bytes(16, "big") for i in range(ROWS)]
    models = [None] * ROWS if number % 2 == 0 else ["it's é", "", None, f"m{number}"] * (ROWS // 4)
    others = [None] * ROWS if number < 3 else [ids[0], None] * (ROWS // 2)
    moved = 40_000 * np.arange(number * ROWS, (number + 1) * ROWS)
    plain = typed([snapshot(0)]).take(pa.array(np.zeros(ROWS, np.int64)))
    columns = {
        "snapshot_id": pa.ExtensionArray.from_storage(pa.uuid(), pa.array(ids, pa.binary(16))),
        "timestamp": pa.array(np.datetime64(T0) + moved.astype("timedelta64[us]"), pa.timestamp("us")),
        "source": pa.array([f"s{number}"] * ROWS) if number else plain["source"],
        "position_x": pa.array(x, pa.float64()),
        "position_y": pa.array(np.where(np.arange(ROWS) % 2, -0.0, 0.0) - (number == 3)),
        "linear_velocity": pa.array(rng.normal(size=ROWS), pa.float64(), mask=rng.random(ROWS) < 0.1 * number),
        "reconciled": pa.array([number in (1, 3)] * ROWS),
        "cosmos_model": pa.array(models, pa.string()),
        "predicted_from_snapshot_id": pa.ExtensionArray.from_storage(pa.uuid(), pa.array(others, pa.binary(16))),
    }
    for name, values in columns.items():
        plain = plain.set_column(plain.column_names.index(name), name, values)
    return plain


def commit(lake: Lake, number: int, *, is_staged: bool, rows: pa.Table | None = None) -> str | None:
    """The staged file's key."""
    table = odd_rows(number) if rows is None else rows
    given = lake.stage(SNAPSHOTS, table) if is_staged else table
    assert lake.commit_segment(segment(number), {SNAPSHOTS: given}) == table.num_rows
    assert not isinstance(given, Staged) or given.key is not None
    return given.key if isinstance(given, Staged) else None


def answers(query: Callable[[str], pa.Table]) -> dict[str, str]:
    """Of each condition the number of rows and a sum of their ids; of each column the least and the greatest value."""
    of_rows = "SELECT count(*) AS n, sum(hash(snapshot_id)::HUGEINT)::VARCHAR AS ids FROM state_snapshots WHERE {}"
    of_column = "SELECT min({0})::VARCHAR AS low, max({0})::VARCHAR AS high, count({0}) AS n FROM state_snapshots"
    columns = spec_of(StateSnapshot).column_names
    found = {where: query(of_rows.format(where)) for where in WHERE}
    found |= {name: query(of_column.format(name)) for name in columns}
    # The lake's own files keep one zero of the two, which are equal.
    return {key: str(table.to_pylist()).replace("'-0.0'", "'0.0'") for key, table in found.items()}


def but_lost(found: dict[str, str]) -> dict[str, str]:
    return {key: answer for key, answer in found.items() if key not in LOST_BY_MERGING}


@contextmanager
def in_memory(rows: pa.Table) -> Iterator[Callable[[str], pa.Table]]:
    """The same rows in a DuckDB without files: what asks, and changes, them."""
    with duckdb.connect() as connection:
        connection.register("given", rows)
        # Not a view: the scan of an Arrow table compares NaN as Arrow does.
        connection.execute("CREATE TABLE state_snapshots AS FROM given")
        yield lambda sql: connection.execute(sql).to_arrow_table()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first_is_staged", [True, False])
def test_every_question_has_the_same_answer(lake: Lake, *, first_is_staged: bool) -> None:
    for number in range(SEGMENTS):
        commit(lake, number, is_staged=first_is_staged == (number % 2 == 0))
    with in_memory(pa.concat_tables(map(odd_rows, range(SEGMENTS)))) as query:
        expected = answers(query)
    assert answers(lake.query) == expected
    compact_lake(lake, keep_files=timedelta(0))
    assert but_lost(answers(lake.query)) == but_lost(expected)


def test_reader_finds_new_files_beside_a_merged_one(lake: Lake) -> None:
    for number in range(SEGMENTS):
        if number == 2:
            compact_lake(lake, keep_files=timedelta(0))
        commit(lake, number, is_staged=number % 2 == 0)
    with in_memory(pa.concat_tables(map(odd_rows, range(SEGMENTS)))) as query:
        assert but_lost(answers(lake.reader().query)) == but_lost(answers(query))


def test_rows_are_changed_and_deleted_in_staged_files_as_in_others(lake: Lake) -> None:
    for number in range(SEGMENTS):
        commit(lake, number, is_staged=number % 2 == 0)
    changes = (
        "UPDATE {} SET reconciled = NOT reconciled, position_x = 7 WHERE isnan(position_x)",
        "DELETE FROM {} WHERE position_x % 3 = 0",
    )
    with in_memory(pa.concat_tables(map(odd_rows, range(SEGMENTS)))) as query:
        for change in changes:
            query(change.format("state_snapshots"))
            with lake.transaction():
                lake.execute(change.format(f"lake.{SNAPSHOTS}"))
        expected = answers(query)
    assert answers(lake.query) == expected
    compact_lake(lake, keep_files=timedelta(0))
    assert answers(lake.query) == expected


def test_earlier_states_stay_and_row_ids_too(lake: Lake) -> None:
    for number in range(SEGMENTS):
        commit(lake, number, is_staged=number % 2 == 0, rows=odd_rows(number)[:100])
    rows = "SELECT rowid AS row, snapshot_id FROM lake.twins.state_snapshots {} ORDER BY row"
    versions = lake.query("SELECT max(snapshot_id) AS v FROM ducklake_snapshots('lake')")["v"].to_pylist()[0]
    states = [f"AT (VERSION => {version})" for version in range(versions - SEGMENTS + 1, versions + 1)]
    before = [lake.query(rows.format(state)) for state in states]
    assert [table.num_rows for table in before] == [100 * (number + 1) for number in range(SEGMENTS)]
    with lake.transaction():
        lake.execute("UPDATE lake.twins.state_snapshots SET reconciled = true WHERE position_x < 50")
    compact_lake(lake)
    assert [lake.query(rows.format(state)) for state in states] == before
    assert lake.query(rows.format("")) == before[-1]


def test_job_of_staged_rows_is_synced_merged_and_expired(lake: Lake) -> None:
    def drive(number: int) -> str | None:
        rows = typed([snapshot(10 * number + i) for i in range(10)])
        return commit(lake, number, is_staged=number % 2 == 0, rows=rows)

    keys = [drive(number) for number in range(SEGMENTS)]
    assert get_twin_state(lake, TWIN, snapshot(15).timestamp + PERIOD / 2).snapshot == snapshot(15)
    assert sync_twin(lake, TWIN, JOB).reconciled == 40
    keys.append(drive(SEGMENTS))
    assert compact_lake(lake, keep_files=timedelta(0)).merged >= SEGMENTS
    assert lake.query("SELECT count_if(reconciled) AS n, count(*) AS of FROM state_snapshots").to_pylist() == [
        {"n": 40, "of": 50}
    ]
    keys.append(drive(SEGMENTS + 2))
    complete_job(lake, TWIN, JOB, completed_at=datetime(2026, 1, 1))
    lake.clock = lambda: utc_now() + timedelta(days=30)
    expired = expire_lake(lake, older_than=timedelta(0), rows_older_than=timedelta(days=7))
    assert (expired.rows, count(lake)) == (60 + 1, 0)  # and the event of its sync
    compact_lake(lake, keep_files=timedelta(0))
    assert [key for key in keys if key and lake.storage.exists(key)] == []


def count(lake: Lake) -> int:
    return int(lake.query("SELECT count(*) AS n FROM state_snapshots")["n"][0].as_py())
