"""SQL on a twin: its own rows, read only, nothing outside the lake."""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from twin_lakehouse import Lake, create_twin, query_twin, to_pandas, to_polars
from twin_lakehouse.errors import InvalidValueError, MissingPackageError, QueryError, QueryLimitError, UnknownTwinError
from twin_lakehouse.frames import write_rows
from twin_lakehouse.query import WORKER

from .making import TWIN, segment, snapshot

ENDLESS = "SELECT count(*) FROM range(100000000) a, range(1000) b WHERE a.range * b.range % 7 = 3"


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


REFUSED = [
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
    ("FROM sqlite_query('__ducklake_metadata_lake', 'SELECT 1')", r"sqlite_query\(\) is not allowed"),
    ("FROM postgres_query('lake_server', 'SELECT 1')", r"postgres_query\(\) is not allowed"),
    ("FROM ducklake_cleanup_old_files('lake', cleanup_all => true)", r"cleanup_old_files\(\) is not allowed"),
    ("SELECT 1 WHERE EXISTS (FROM read_csv('/etc/passwd'))", r"read_csv\(\) is not allowed"),
    ("WITH x AS (FROM read_parquet('/tmp/*')) FROM x", r"read_parquet\(\) is not allowed"),
    ("SELECT 1 UNION ALL FROM glob('/etc/*')", r"glob\(\) is not allowed"),
    ("FROM read_json('https://example.com/x.json')", r"read_json\(\) is not allowed"),
    ("FROM query_table('assets')", r"query_table\(\) is not allowed"),
    ("FROM pragma_table_info('assets')", r"pragma_table_info\(\) is not allowed"),
    ("SELECT getenv('HOME')", r"getenv\(\) is not allowed"),
    ("FROM 'https://example.com/x.parquet'", "query"),
    ("FROM 's3://bucket/x.parquet'", "query"),
    ("COPY (SELECT 1) TO '/tmp/out.csv'", "it isn't a SELECT"),
    ("COPY assets FROM '/etc/passwd'", "it isn't a SELECT"),
    ("EXPORT DATABASE '/tmp/x'", "it isn't a SELECT"),
    ("INSTALL httpfs", "it isn't a SELECT"),
    ("LOAD '/tmp/x.duckdb_extension'", "it isn't a SELECT"),
    ("SET enable_external_access = true", "it isn't a SELECT"),
    ("PRAGMA enable_profiling", "query"),
    ("CREATE TEMP TABLE x AS SELECT 1", "it isn't a SELECT"),
    ("CALL ducklake_expire_snapshots('lake')", "it isn't a SELECT"),
    ("USE lake.recordings", "it isn't a SELECT"),
    ("SELECT 1; COPY (SELECT 1) TO '/tmp/out.csv'", "query"),
    ("FROM duckdb_databases", "duckdb_databases is not allowed"),
    ("FROM system.main.duckdb_databases", "duckdb_databases is not allowed"),
    ("FROM (WITH duckdb_secrets AS (SELECT 1) SELECT 1), duckdb_secrets", "duckdb_secrets is not allowed"),
    ("FROM pg_catalog.pg_settings", "pg_settings is not allowed"),
    ("FROM lake_server.pg_catalog.pg_authid", "pg_authid is not allowed"),
    ("SUMMARIZE lake_server.public.ducklake_metadata", "ducklake_metadata is not allowed"),
    ("FROM __ducklake_metadata_lake.ducklake_metadata", "ducklake_metadata is not allowed"),
    ("FROM memory.main.x", "memory.main.x is not allowed"),
    ('WITH "/etc/passwd" AS (SELECT 1) SELECT * FROM (SELECT 1), "/etc/passwd"', "files can't be read"),
    ("SELECT current_setting('s3_secret_access_key')", r"current_setting\(\) is not allowed"),
    ("SELECT list_transform([1], x -> write_log('x'))", r"write_log\(\) is not allowed"),
    ("FROM duckdb_secrets()", r"duckdb_secrets\(\) is not allowed"),
    ("FROM sniff_csv('/etc/passwd')", r"sniff_csv\(\) is not allowed"),
    ("SELECT * FROM assets, LATERAL (FROM read_text(asset_id))", r"read_text\(\) is not allowed"),
    ("FROM json_execute_serialized_sql('{}')", r"json_execute_serialized_sql\(\) is not allowed"),
    ("SELECT json_serialize_plan('FROM x')", r"json_serialize_plan\(\) is not allowed"),
    ("FROM lake.table_changes('assets', 0, 1)", r"table_changes\(\) is not allowed"),
    ("FROM parquet_metadata('/tmp/x')", r"parquet_metadata\(\) is not allowed"),
    ("WITH x AS (DELETE FROM assets RETURNING *) FROM x", "A CTE needs a SELECT"),
    ("SELECT 1 INTO x", "SELECT INTO not supported"),
    ("PREPARE x AS SELECT 1", "it isn't a SELECT"),
    ("EXECUTE x", "it isn't a SELECT"),
    ("EXPLAIN COPY (SELECT 1) TO '/tmp/x'", "it isn't a SELECT"),
    ("CREATE MACRO x() AS TABLE FROM read_text('/etc/passwd')", "it isn't a SELECT"),
    ("BEGIN", "it isn't a SELECT"),
    ("PIVOT assets ON status", "it isn't a SELECT"),
    ("/* SELECT */ DROP TABLE assets -- SELECT", "it isn't a SELECT"),
    ("\uff33\uff25\uff2c\uff25\uff23\uff34 1", "syntax error"),
    ("SELECT '\0'", "unterminated"),
    ("", "0 statements"),
    ("SELECT 1" + " + 1" * 900, "nested too deeply"),
    ("SELECT 1" + " + 1" * 100_000, "expression depth"),
    ("SELECT " + "(" * 100_000 + "1" + ")" * 100_000, "memory exhausted"),
    ("FROM (" * 5_000 + "SELECT 1" + ")" * 5_000, "memory exhausted|too deeply"),
    ("SELECT '" + "[" * 100_000 + "'::JSON", "Malformed JSON"),
    ("SELECT repeat('x', 10000000000)", "maximum supported string size"),
    ("SELECT regexp_matches('a', '((a{1,100}){1,100}){1,100}$')", "invalid repetition size"),
    ("FROM '/etc/passwd'", "does not exist"),
    ("FROM nosuch", "nosuch does not exist!; the tables are assets, urdf_assets"),
    ("SELECT nosuch FROM assets", '"nosuch" not found.*DESCRIBE TABLE lists the columns'),
    ("SELECT 'a'::INTEGER", "Could not convert"),
    ("SELECT $x", "Values were not provided"),
    ("FROM lake", "does not exist"),
]


def test_anything_else_is_refused_in_one_sentence(lake: Lake) -> None:
    # One lake for all: opening one for each takes longer than all of them.
    for sql, problem in REFUSED:
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


def test_query_that_takes_too_long_is_stopped_and_the_next_one_runs(lake: Lake) -> None:
    with pytest.raises(QueryLimitError, match=r"it took longer than 0\.1 s; .* more time"):
        query_twin(lake, TWIN, ENDLESS, timeout_s=0.1)
    assert query_twin(lake, TWIN, "SELECT 1 AS one")["one"].to_pylist() == [1]


def test_query_that_needs_too_much_memory_is_refused_and_writes_no_file(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryLimitError, match="it needs more than 64 MiB of memory"):
        query_twin(lake, TWIN, "SELECT list(range) FROM range(30000000)", memory_mb=64)
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]


@pytest.mark.timeout(600)  # DuckDB builds 2,048 rows at once: of the wide ones that is 200 MB, several times over
def test_result_that_is_too_large_is_refused_as_it_comes(lake: Lake) -> None:
    for sql in ("FROM range(1000000000)", "SELECT i, repeat('x', 100000) FROM range(10000000) t(i)"):
        with pytest.raises(QueryLimitError, match=r"its result is larger than 64 MiB; ask for less"):
            query_twin(lake, TWIN, sql, memory_mb=64, timeout_s=500.0)


def test_error_in_the_midst_of_the_rows_is_one_of_the_query(lake: Lake) -> None:
    late = "SELECT CASE WHEN range = 90000 THEN 'a' ELSE '1' END::INTEGER FROM range(100000)"
    with pytest.raises(QueryError, match="Could not convert string 'a' to INT32; DESCRIBE TABLE"):
        query_twin(lake, TWIN, late)


def test_endless_recursion_ends_at_the_limit_of_time(lake: Lake) -> None:
    endless = "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"
    with pytest.raises(QueryLimitError, match="it took longer"):
        query_twin(lake, TWIN, endless, timeout_s=0.2)


def test_limits_that_are_none_are_refused(lake: Lake) -> None:
    for timeout_s in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InvalidValueError, match="timeout"):
            query_twin(lake, TWIN, "SELECT 1", timeout_s=timeout_s)
    with pytest.raises(InvalidValueError, match="memory"):
        query_twin(lake, TWIN, "SELECT 1", memory_mb=1)


def test_interrupt_stops_a_query_at_once(lake: Lake) -> None:
    def interrupt() -> None:
        while not any(thread.name == WORKER for thread in threading.enumerate()):
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        query_twin(lake, TWIN, ENDLESS)
    thread.join()
    assert not any(thread.name == WORKER for thread in threading.enumerate())


@pytest.mark.parametrize(("package", "convert"), [("pandas", to_pandas), ("polars", to_polars)])
def test_frame_of_a_package_that_is_missing_says_how_to_get_it(
    package: str, convert: Callable[[pa.Table], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=f"pip install {package}"):
        convert(pa.table({"a": [1]}))


@pytest.mark.parametrize(("package", "convert"), [("pandas", to_pandas), ("polars", to_polars)])
def test_rows_become_a_frame(package: str, convert: Callable[[pa.Table], object], lake: Lake) -> None:
    pytest.importorskip(package)
    frame = convert(query_twin(lake, TWIN, "SELECT position_x FROM state_snapshots"))
    assert frame.shape == (5, 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_rows_become_a_file(lake: Lake, tmp_path: Path, suffix: str) -> None:
    rows = query_twin(lake, TWIN, "SELECT timestamp, position_x, [1, 2] AS pair FROM state_snapshots")
    path = tmp_path / f"rows{suffix}"
    write_rows(rows, path)
    read = parquet.read_table(path) if suffix == ".parquet" else feather.read_table(path)
    assert read.equals(rows)


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"\.parquet or \.arrow"):
        write_rows(pa.table({"a": [1]}), tmp_path / "rows.xlsx")
