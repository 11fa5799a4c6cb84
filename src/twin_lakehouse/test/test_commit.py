"""A segment's rows are in the lake once, or not at all, whatever dies and however often it is committed."""

# ruff: noqa: S608, PT012  table names are from this file; the block is what dies

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

from twin_lakehouse import (
    Lake,
    LakeSettings,
    Segment,
    StateSnapshot,
    annotate_twin,
    create_twin,
    get_job,
    start_job,
    sync_twin,
    to_arrow,
)
from twin_lakehouse.errors import InvalidValueError, SchemaError

from .making import JOB, TWIN, imu, segment, snapshot


def rows_of(first: int = 0, count: int = 5, *, job: str = JOB) -> dict[str, pa.Table]:
    return {
        "twins.state_snapshots": to_arrow([snapshot(i, job=job) for i in range(first, first + count)]),
        "twins.sensor_readings": to_arrow([imu(i, job=job) for i in range(first, first + count)]),
    }


def counts(lake: Lake) -> tuple[int, ...]:
    tables = ("twins.state_snapshots", "twins.sensor_readings", "recordings.segments")
    return tuple(lake.query(f"SELECT count(*) AS n FROM lake.{name}")["n"][0].as_py() for name in tables)


def test_segment_and_rows_are_there_together(lake: Lake) -> None:
    assert lake.commit_segment(segment(), rows_of()) == 10
    assert counts(lake) == (5, 5, 1)
    (stored,) = lake.rows(Segment)
    assert stored == dataclasses.replace(segment(), committed_at=stored.committed_at)
    assert stored.committed_at is not None


def test_replayed_segment_adds_no_rows(lake: Lake) -> None:
    lake.commit_segment(segment(), rows_of())
    assert lake.commit_segment(segment(), rows_of()) == 0
    assert counts(lake) == (5, 5, 1)


def test_job_that_grows_after_its_sync_is_pending_again(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)
    for sequence in range(2):
        lake.commit_segment(segment(sequence), rows_of(10 * sequence))
        assert get_job(lake, TWIN, JOB).sync_status == "pending"
        sync_twin(lake, TWIN, JOB)
        assert get_job(lake, TWIN, JOB).sync_status == "synced"
        lake.commit_segment(segment(sequence), rows_of(10 * sequence))
        assert get_job(lake, TWIN, JOB).sync_status == "synced"


@pytest.fixture
def recorder(settings: LakeSettings) -> Iterator[Lake]:
    """A lake as recorders open it, with a job in it."""
    with Lake.open(settings, for_small_commits=True) as opened:
        create_twin(opened, TWIN)
        start_job(opened, TWIN, JOB)
        yield opened


def test_job_that_another_process_synced_is_pending_again(recorder: Lake, settings: LakeSettings) -> None:
    found = []
    with Lake.open(settings) as other:
        for sequence in range(4):
            recorder.commit_segment(segment(sequence), rows_of(10 * sequence))
            if sequence % 2:
                found.append(get_job(other, TWIN, JOB).sync_status)
                found.append(sync_twin(other, TWIN, JOB).sync_status)
        recorder.commit_segment(segment(4), rows_of(40))
        assert [*found, get_job(other, TWIN, JOB).sync_status] == ["pending", "synced", "pending", "synced", "pending"]


def test_job_is_made_pending_once_while_nobody_else_writes(recorder: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(recorder, "execute", lambda sql, params: done.append(f"{sql.split()[0]} {params[1]}"))
    for sequence, job in enumerate((JOB, JOB, "job-2", JOB, "job-2")):
        recorder.commit_segment(segment(sequence, job=job), rows_of(10 * sequence, job=job))
    assert done == [f"UPDATE {JOB}", "UPDATE job-2"]
    annotate_twin(recorder, TWIN, "a remark")
    recorder.commit_segment(segment(9), rows_of(90))
    assert done[2:] == [f"UPDATE {JOB}"]


def test_commit_sees_what_its_own_transaction_did_to_the_job(recorder: Lake) -> None:
    recorder.commit_segment(segment(0), rows_of())
    with recorder.transaction():
        recorder.execute("UPDATE lake.twins.twin_jobs SET sync_status = 'synced'")
        recorder.commit_segment(segment(1), rows_of(10))
    assert get_job(recorder, TWIN, JOB).sync_status == "pending"
    with suppress(ZeroDivisionError), recorder.transaction():
        recorder.commit_segment(segment(2), rows_of(20))
        raise ZeroDivisionError
    sync_twin(recorder, TWIN, JOB)
    recorder.commit_segment(segment(3), rows_of(30))
    assert get_job(recorder, TWIN, JOB).sync_status == "pending"


def test_rows_lie_below_their_job(lake: Lake) -> None:
    lake.commit_segment(segment(), rows_of())
    lake.commit_segment(segment(job="job-2"), rows_of(job="job-2"))
    data = Path(lake.storage.root)
    for table in ("state_snapshots", "sensor_readings"):
        folders = {path.parent.name for path in (data / "twins" / table).rglob("*.parquet")}
        assert folders == {"job_id=job-1", "job_id=job-2"}


def test_rows_keep_the_order_in_which_they_came(lake: Lake) -> None:
    for sequence in range(3):
        lake.commit_segment(segment(sequence), rows_of(10 * sequence))
    with lake.transaction():
        lake.execute("UPDATE lake.twins.state_snapshots SET reconciled = true WHERE position_x < 0.06")
    expected = [snapshot(10 * sequence + i).snapshot_id for sequence in range(3) for i in range(5)]
    assert [row.snapshot_id for row in lake.rows(StateSnapshot, "true ORDER BY rowid")] == expected


@pytest.mark.parametrize("step", ["insert_table", "insert", "clock"])
def test_death_inside_the_commit_leaves_nothing_and_a_replay_everything(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Died(BaseException):
        pass

    def die(*_arguments: object) -> None:
        raise Died

    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(lake, step, die)
        lake.commit_segment(segment(), rows_of())
    assert counts(lake) == (0, 0, 0)
    assert lake.commit_segment(segment(), rows_of()) == 10
    assert counts(lake) == (5, 5, 1)


KILLED = """
import os, sys
from twin_lakehouse import Lake
sys.path.insert(0, {folder!r})
from making import segment, snapshot
from twin_lakehouse import to_arrow
lake = Lake.open()
lake.storage.put_bytes(b"raw", segment().raw_path)
with lake.transaction():
    lake.insert_table("twins.state_snapshots", to_arrow([snapshot(i) for i in range(5)]))
    os.kill(os.getpid(), 9)
"""


def test_process_killed_between_upload_and_commit_blocks_nobody(settings: LakeSettings) -> None:
    environment = {"TWIN_CATALOG": settings.catalog, "TWIN_STORAGE": settings.storage}
    killed = run_python(KILLED, environment)
    assert killed.returncode == -9, killed.stderr
    with Lake.open(settings) as lake:
        assert lake.storage.exists(segment().raw_path)
        assert counts(lake) == (0, 0, 0)
        assert lake.commit_segment(segment(), rows_of()) == 10


COMMITTING = """
import sys
sys.path.insert(0, {folder!r})
from making import segment, snapshot
from twin_lakehouse import Lake, to_arrow
with Lake.open() as lake:
    for sequence in range(10):
        rows = to_arrow([snapshot(100 * sequence + i) for i in range(5)])
        lake.commit_segment(segment(sequence), {{"twins.state_snapshots": rows}})
"""


def test_processes_that_create_the_lake_and_commit_the_same_segments_at_once_add_each_once(
    settings: LakeSettings,
) -> None:
    environment = {"TWIN_CATALOG": settings.catalog, "TWIN_STORAGE": settings.storage}
    writers = [start_python(COMMITTING, environment) for _ in range(3)]
    problems = [writer.communicate(timeout=100)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], problems
    with Lake.open(settings, read_only=True) as lake:
        assert counts(lake) == (50, 0, 10)
        assert len(lake.query("SELECT DISTINCT snapshot_id FROM state_snapshots")) == 50


def test_empty_tables_are_fine(lake: Lake) -> None:
    assert lake.commit_segment(segment(), {"twins.state_snapshots": rows_of()["twins.state_snapshots"][:0]}) == 0
    assert counts(lake) == (0, 0, 1)


def test_column_that_is_unknown_or_missing_is_named_and_nothing_is_written(lake: Lake) -> None:
    rows = rows_of()["twins.sensor_readings"]
    cases = {
        "there is no column colour": rows.append_column("colour", pa.array(["red"] * 5)),
        "column payload, timestamp is missing": rows.drop_columns(["payload", "timestamp"]),
    }
    for problem, table in cases.items():
        with pytest.raises(SchemaError) as caught:
            lake.commit_segment(segment(), {**rows_of(), "twins.sensor_readings": table})
        assert "twins.sensor_readings" in str(caught.value)
        assert set(problem.replace(",", "").split()) <= set(str(caught.value).replace(",", "").replace(";", "").split())
    assert counts(lake) == (0, 0, 0)


@pytest.mark.parametrize(
    ("column", "value"), [("reading_id", "not-a-uuid"), ("payload", "{no json"), ("asset_id", None)]
)
def test_value_that_does_not_fit_is_refused_and_nothing_is_written(lake: Lake, column: str, value: str | None) -> None:
    rows = rows_of()["twins.sensor_readings"]
    at = rows.column_names.index(column)
    wrong = rows.set_column(at, column, pa.array([value] * 5, pa.string()))
    with pytest.raises(SchemaError, match=r"table twins.sensor_readings: .*nothing of this transaction was written"):
        lake.commit_segment(segment(), {**rows_of(), "twins.sensor_readings": wrong})
    assert counts(lake) == (0, 0, 0)


def test_segment_of_an_impossible_job_is_refused(lake: Lake) -> None:
    with pytest.raises(InvalidValueError, match="job_id"):
        lake.commit_segment(dataclasses.replace(segment(), job_id="../x"), {})


def test_twin_and_job_are_in_every_row(lake: Lake) -> None:
    lake.commit_segment(segment(), rows_of())
    sql = "SELECT DISTINCT asset_id, job_id FROM state_snapshots UNION SELECT asset_id, job_id FROM sensor_readings"
    assert lake.query(sql).to_pylist() == [{"asset_id": TWIN, "job_id": JOB}]


def start_python(script: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    code = script.format(folder=str(Path(__file__).parent))
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_python(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    process = start_python(script, environment)
    _, errors = process.communicate(timeout=100)
    return subprocess.CompletedProcess(process.args, process.returncode, "", errors)
