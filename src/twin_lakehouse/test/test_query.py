"""SQL on a twin: its own rows, read only, nothing outside the lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_lakehouse import Lake, create_twin, query_twin
from twin_lakehouse.errors import QueryError, UnknownTwinError

from .making import TWIN, segment, snapshot


@pytest.fixture(autouse=True)
def twin(lake: Lake) -> None:
    create_twin(lake, TWIN)
    create_twin(lake, "other")
    with lake.transaction():
        lake.insert(*map(snapshot, range(5)), *(snapshot(i, twin="other") for i in range(2)))
        lake.insert(segment())


def test_trajectory_is_one_select(lake: Lake) -> None:
    sql = "SELECT timestamp, position_x, position_y FROM state_snapshots ORDER BY timestamp"
    rows = [(snapshot(i).timestamp, snapshot(i).position_x, 0.0) for i in range(5)]
    assert [tuple(row.values()) for row in query_twin(lake, TWIN, sql).to_pylist()] == rows


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT count(*) FROM state_snapshots", 5),
        ("FROM (SELECT count(*) FROM lake.twins.state_snapshots)", 7),
        ("SELECT asset_id FROM assets", TWIN),
        ("SELECT count(*) FROM segments", 1),
        ("SELECT count(*) FROM object_detections", 0),
        ("WITH moved AS (SELECT max(position_x) AS x FROM state_snapshots) SELECT x FROM moved", 0.02),
        ("SELECT getvariable('twin_id')", TWIN),
        ("SELECT sum(range) FROM range(4)", 6),
        ("VALUES (1)", 1),
    ],
)
def test_select_is_answered(lake: Lake, sql: str, value: object) -> None:
    assert list(query_twin(lake, TWIN, sql).to_pylist()[0].values()) == [value]


def test_parameters_are_values_not_text(lake: Lake) -> None:
    sql = "SELECT count(*) AS n FROM state_snapshots WHERE position_x > $x AND asset_id <> $name"
    assert query_twin(lake, TWIN, sql, {"x": 0.012, "name": "' OR true --"})["n"].to_pylist() == [2]


def test_columns_can_be_asked_for(lake: Lake) -> None:
    names = query_twin(lake, TWIN, "DESCRIBE events")["column_name"].to_pylist()
    assert names == ["event_id", "asset_id", "job_id", "event_type", "timestamp", "actor", "payload"]


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("", "0 statements"),
        ("SELCT 1", "syntax error"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("DELETE FROM assets", "it isn't a SELECT"),
        ("INSERT INTO assets SELECT * FROM assets", "it isn't a SELECT"),
        ("DROP TABLE lake.twins.assets", "it isn't a SELECT"),
        ("SET VARIABLE twin_id = 'other'", "it isn't a SELECT"),
        ("EXPLAIN ANALYZE SELECT 1", "it isn't a SELECT"),
        ("ATTACH 'x.db'", "it isn't a SELECT"),
        ("FROM ducklake_expire_snapshots('lake')", r"ducklake_expire_snapshots\(\) is not allowed"),
        ("SELECT * FROM (SELECT * FROM query('DELETE FROM assets'))", r"query\(\) is not allowed"),
        ("SELECT (SELECT content FROM read_text('/etc/passwd'))", r"read_text\(\) is not allowed"),
        ("FROM sqlite_scan('/tmp/x', 'y')", r"sqlite_scan\(\) is not allowed"),
        ("FROM duckdb_databases", "duckdb_databases is not allowed"),
        ("FROM '/etc/passwd'", "does not exist"),
        ("FROM nosuch", "nosuch does not exist!; the tables are assets, urdf_assets"),
        ("SELECT nosuch FROM assets", '"nosuch" not found.*DESCRIBE TABLE lists the columns'),
        ("SELECT 'a'::INTEGER", "Could not convert"),
        ("SELECT $x", "Values were not provided"),
        ("FROM lake", "does not exist"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(lake: Lake, sql: str, problem: str) -> None:
    with pytest.raises(QueryError, match=problem) as caught:
        query_twin(lake, TWIN, sql)
    assert "\n" not in str(caught.value)
    assert len(lake.query("FROM assets")) == 2


def test_reading_connection_reaches_no_file_and_no_setting(lake: Lake, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    for sql in (
        f"FROM read_csv('{secret}')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        f"ATTACH '{tmp_path}/x.db'",
        "SET enable_external_access = true",
        "UPDATE assets SET status = 'retired'",
    ):
        with pytest.raises(QueryError):
            lake.reader().query(sql)
    assert not (tmp_path / "out.csv").exists()


def test_unknown_twin_is_refused(lake: Lake) -> None:
    with pytest.raises(UnknownTwinError):
        query_twin(lake, "nobody", "SELECT 1")
