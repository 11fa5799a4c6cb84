"""Looking after the lake while others use it: compact and expire."""

from __future__ import annotations

import dataclasses
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from twin_lakehouse import (
    Event,
    Lake,
    LakeSettings,
    Segment,
    StateSnapshot,
    compact_lake,
    complete_job,
    create_twin,
    expire_lake,
    start_job,
    sync_twin,
    to_arrow,
)
from twin_lakehouse.clock import utc_now
from twin_lakehouse.compact import remove_old_files
from twin_lakehouse.errors import InvalidValueError
from twin_lakehouse.expire import kept_recordings
from twin_lakehouse.raw import bag_metadata_key

from .making import JOB, TWIN, imu, segment, snapshot

ROWS = "SELECT rowid AS row, * FROM lake.twins.state_snapshots ORDER BY row"
NOW = timedelta(0)
SEGMENTS = 4


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two jobs of a few segments, recorded in turn; one of them is synced, and has a row that is wrong."""
    folder = tmp_path_factory.mktemp("recorded")
    with Lake.open(lake_in(folder)) as lake:
        create_twin(lake, TWIN)
        for job in (JOB, "job-2"):
            start_job(lake, TWIN, job)
        for number in range(SEGMENTS):
            job = (JOB, "job-2")[number % 2]
            moved = [snapshot(10 * number + i, job=job) for i in range(10)]
            if number == 2:
                moved[5] = dataclasses.replace(moved[5], position_y=99.0)
            readings = [imu(10 * number + i, job=job) for i in range(10)]
            rows = {"twins.state_snapshots": to_arrow(moved), "twins.sensor_readings": to_arrow(readings)}
            lake.commit_segment(segment(number, job=job), rows)
            lake.storage.put_bytes(b"recorded", segment(number, job=job).raw_path)
        sync_twin(lake, TWIN, JOB)
    return folder


@pytest.fixture
def settings(recorded: Path, tmp_path: Path) -> LakeSettings:
    """The recorded lake, moved here: to record it takes longer than most of the tests."""
    return lake_in(shutil.copytree(recorded, tmp_path / "lake"))


@pytest.fixture
def later(settings: LakeSettings) -> Iterator[Lake]:
    """The same lake, ten days later."""
    with Lake.open(settings, clock=lambda: utc_now() + timedelta(days=10)) as opened:
        yield opened


def lake_in(folder: Path) -> LakeSettings:
    return LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=f"{folder}/data")


def parquet_files(lake: Lake) -> set[Path]:
    return set(Path(lake.storage.root).rglob("*.parquet"))


def states(lake: Lake) -> dict[int, int]:
    """Rows that each state of the lake has, by its number."""
    numbers = lake.query("SELECT snapshot_id FROM ducklake_snapshots('lake')")["snapshot_id"].to_pylist()[2:]
    counts = [
        lake.query(f"SELECT count(*) AS n FROM lake.twins.state_snapshots AT (VERSION => {number})")["n"][0].as_py()  # noqa: S608
        for number in numbers
    ]
    return dict(zip(numbers, counts, strict=True))


def test_merging_changes_no_row_no_row_id_and_no_earlier_state(lake: Lake) -> None:
    rows, earlier = lake.query(ROWS), states(lake)
    result = compact_lake(lake)
    assert result.files_after < result.files_before
    assert lake.query(ROWS).equals(rows)
    assert {number: count for number, count in states(lake).items() if number in earlier} == earlier


def test_each_partition_becomes_one_file(lake: Lake) -> None:
    compact_lake(lake)
    files = "SELECT data_file FROM ducklake_list_files('lake', $table, schema => 'twins')"
    for table in ("state_snapshots", "sensor_readings"):
        paths = [Path(path) for path in lake.query(files, {"table": table})["data_file"].to_pylist()]
        assert sorted(path.parent.name for path in paths) == [f"job_id={JOB}", "job_id=job-2"]


def test_compacting_again_finds_nothing_to_merge(lake: Lake) -> None:
    compact_lake(lake)
    assert compact_lake(lake).merged == 0


def test_merged_files_stay_for_those_who_read_them_and_are_deleted_a_day_later(lake: Lake, later: Lake) -> None:
    before = parquet_files(lake)
    assert compact_lake(lake).removed == 0
    assert parquet_files(lake) >= before
    assert compact_lake(later).removed > 0
    assert len(parquet_files(lake)) < len(before)
    assert lake.query(ROWS).num_rows == 10 * SEGMENTS


def test_merged_files_are_deleted_at_once_where_no_reader_is_to_be_spared(lake: Lake) -> None:
    rows = lake.query(ROWS)
    assert compact_lake(lake, keep_files=NOW).removed > 0
    assert lake.query(ROWS).equals(rows)


def test_deletion_that_died_before_its_commit_is_finished_by_the_next(lake: Lake) -> None:
    compact_lake(lake)
    rows, files = lake.query(ROWS), parquet_files(lake)
    with suppress(KeyboardInterrupt), lake.transaction():
        assert remove_old_files(lake, NOW) > 0
        raise KeyboardInterrupt
    assert parquet_files(lake) < files
    assert remove_old_files(lake, NOW) > 0
    assert remove_old_files(lake, NOW) == 0
    assert lake.query(ROWS).equals(rows)


def test_negative_age_is_refused(lake: Lake) -> None:
    with pytest.raises(InvalidValueError, match="keep_files"):
        compact_lake(lake, keep_files=timedelta(days=-1))
    with pytest.raises(InvalidValueError, match="an age of 0 or more"):
        expire_lake(lake, older_than=NOW, rows_older_than=timedelta(days=-1))


def test_open_reader_keeps_its_state_while_files_are_merged(lake: Lake) -> None:
    with lake.reader().session() as session:
        session.execute("BEGIN")
        before = session.execute(ROWS).to_arrow_table()
        compact_lake(lake)
        assert session.execute(ROWS).to_arrow_table().equals(before)


def test_recorder_that_writes_meanwhile_loses_nothing(lake: Lake, settings: LakeSettings) -> None:
    def record() -> None:
        with Lake.open(settings) as recorder:
            for number in range(100, 110):
                moved = [snapshot(10 * number + i, job="job-2") for i in range(10)]
                recorder.commit_segment(segment(number, job="job-2"), {"twins.state_snapshots": to_arrow(moved)})

    thread = threading.Thread(target=record)
    thread.start()
    while thread.is_alive():
        compact_lake(lake, keep_files=NOW)
    rows = lake.rows(StateSnapshot)
    assert len({row.snapshot_id for row in rows}) == len(rows) == 10 * SEGMENTS + 100


def test_job_syncs_after_merging_as_before(lake: Lake) -> None:
    before = lake.rows(Event, "job_id = ? AND event_type = 'twin.anomaly'", [JOB])
    compact_lake(lake, keep_files=NOW)
    again = sync_twin(lake, TWIN, JOB)
    found = (again.snapshots, again.anomalies, again.new_events, again.new_reconciled)
    assert found == (5 * SEGMENTS, len(before), 0, 0)
    assert "position_jump" in {json.loads(event.payload)["kind"] for event in before}
    assert sync_twin(lake, TWIN, "job-2").new_reconciled == 5 * SEGMENTS


def test_expiring_forgets_earlier_states_and_keeps_every_row(lake: Lake, later: Lake) -> None:
    compact_lake(lake)
    rows, files = lake.query(ROWS), parquet_files(lake)
    result = expire_lake(later, older_than=timedelta(days=5))
    assert result.states > SEGMENTS
    assert result.files > 0
    assert len(parquet_files(lake)) == len(files) - result.files
    assert lake.query(ROWS).equals(rows)
    assert (result.rows, result.recordings) == (0, 0)
    assert len(lake.rows(Segment)) == SEGMENTS


def test_states_younger_than_the_age_stay(lake: Lake) -> None:
    before = states(lake)
    # Also on the day on which they began.
    assert expire_lake(lake, older_than=timedelta(hours=1)).states == 0
    assert before.items() <= states(lake).items()


def test_only_the_files_of_dead_writers_are_swept(lake: Lake, later: Lake) -> None:
    root = Path(lake.storage.root)
    orphan, foreign = root / "twins/events/ducklake-dead.parquet", root / "mine/results.parquet"
    for path in (orphan, foreign):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert expire_lake(lake, older_than=timedelta(days=5)).files == 0
    expire_lake(later, older_than=timedelta(days=5))
    assert (orphan.exists(), foreign.exists()) == (False, True)


def test_rows_go_only_where_asked_and_only_of_completed_jobs(lake: Lake, later: Lake) -> None:
    week = timedelta(days=7)
    planned = expire_lake(later, older_than=week, rows_older_than=week, dry_run=True)
    result = expire_lake(later, older_than=week, rows_older_than=week)
    assert planned.rows == result.rows > 5 * SEGMENTS
    assert {row.job_id for row in lake.rows(StateSnapshot)} == {"job-2"}
    assert [event.event_type for event in lake.rows(Event, "job_id = ?", [JOB])] == ["twin.expired"]
    assert expire_lake(later, older_than=week, rows_older_than=week).rows == 0


def test_segment_that_comes_again_does_not_bring_expired_rows_back(lake: Lake, later: Lake) -> None:
    expire_lake(later, older_than=NOW, rows_older_than=NOW)
    assert lake.commit_segment(segment(0), {"twins.state_snapshots": to_arrow([snapshot(0)])}) == 0


def test_job_that_was_recorded_into_after_its_end_stays(lake: Lake, later: Lake) -> None:
    complete_job(lake, TWIN, "job-2")
    later.commit_segment(segment(100), {"twins.state_snapshots": to_arrow([snapshot(100)])})
    week = timedelta(days=7)
    expire_lake(later, older_than=week, rows_older_than=week)
    assert {row.job_id for row in lake.rows(StateSnapshot)} == {JOB}
    assert len(lake.rows(StateSnapshot)) == 5 * SEGMENTS + 1


def test_recordings_go_only_where_asked_and_rows_stay(lake: Lake, later: Lake) -> None:
    complete_job(lake, TWIN, "job-2")
    other = expire_lake(later, older_than=NOW, recordings_older_than=timedelta(days=7), twin_id="other")
    assert other.recordings == 0
    result = expire_lake(later, older_than=NOW, recordings_older_than=timedelta(days=7), twin_id=TWIN)
    assert (result.recordings, result.recorded_bytes) == (SEGMENTS, 1000 * SEGMENTS)
    assert not list(Path(lake.storage.root).rglob("*.mcap"))
    assert len(lake.rows(StateSnapshot)) == 10 * SEGMENTS


def test_job_that_is_recorded_into_after_its_recordings_went_keeps_the_new_ones(lake: Lake, later: Lake) -> None:
    lake.storage.put_bytes(b"names them all", bag_metadata_key(TWIN, JOB))
    assert [kept.sequence for kept in kept_recordings(lake, TWIN, JOB)] == [0, 2]
    expire_lake(later, older_than=NOW, recordings_older_than=timedelta(days=7))
    assert not lake.storage.exists(bag_metadata_key(TWIN, JOB))
    assert kept_recordings(lake, TWIN, JOB) == []
    later.commit_segment(segment(100), {"twins.state_snapshots": to_arrow([snapshot(100)])})
    assert [kept.sequence for kept in kept_recordings(lake, TWIN, JOB)] == [100]


def test_what_was_recorded_after_an_expiry_expires_as_well(settings: LakeSettings, later: Lake) -> None:
    week = timedelta(days=7)
    expire_lake(later, older_than=NOW, rows_older_than=week, recordings_older_than=week)
    later.commit_segment(segment(100), {"twins.state_snapshots": to_arrow([snapshot(100)])})
    later.storage.put_bytes(b"recorded", segment(100).raw_path)
    assert expire_lake(later, older_than=NOW, rows_older_than=week, recordings_older_than=week).rows == 0
    with Lake.open(settings, clock=lambda: utc_now() + timedelta(days=20)) as latest:
        result = expire_lake(latest, older_than=NOW, rows_older_than=week, recordings_older_than=week)
    assert (result.rows, result.recordings) == (1, 1)


def test_what_is_recorded_while_recordings_are_deleted_is_kept(
    lake: Lake, later: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = later.storage.remove

    def remove_slowly(key: str) -> bool:
        if key == segment(0).raw_path:
            later.commit_segment(segment(100), {"twins.state_snapshots": to_arrow([snapshot(100)])})
        return remove(key)

    monkeypatch.setattr(later.storage, "remove", remove_slowly)
    assert expire_lake(later, older_than=NOW, recordings_older_than=timedelta(days=7)).recordings == 2
    assert [kept.sequence for kept in kept_recordings(lake, TWIN, JOB)] == [100]


def test_dry_run_changes_nothing(lake: Lake, later: Lake) -> None:
    files, rows, number = parquet_files(lake), lake.query(ROWS), states(lake)
    result = expire_lake(later, older_than=NOW, rows_older_than=NOW, recordings_older_than=NOW, dry_run=True)
    assert min(result.states, result.rows, result.recordings) > 0
    assert (parquet_files(lake), states(lake)) == (files, number)
    assert lake.query(ROWS).equals(rows)
    assert len(list(Path(lake.storage.root).rglob("*.mcap"))) == SEGMENTS
