"""The same lake with a PostgreSQL catalog."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from twin_lakehouse import (
    Lake,
    LakeAwayError,
    LakeBusyError,
    LakeSettings,
    StateSnapshot,
    compact_lake,
    create_twin,
    expire_lake,
    get_twin_state,
    list_twins,
    query_twin,
    start_job,
    sync_twin,
    to_arrow,
)
from twin_lakehouse.clock import utc_now
from twin_lakehouse.errors import NoLakeError
from twin_lakehouse.testing import PostgresServer

from .making import JOB, PERIOD, TWIN, segment, snapshot


@pytest.fixture
def settings(postgres: PostgresServer, tmp_path: Path) -> LakeSettings:
    return LakeSettings(catalog=postgres.new_database(), storage=f"{tmp_path}/data", timeout_s=5)


def rows_of(*numbers: int) -> dict[str, pa.Table]:
    return {"twins.state_snapshots": to_arrow([snapshot(i) for i in numbers])}


def test_segment_is_committed_once_synced_and_queried(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)
    assert lake.commit_segment(segment(), rows_of(*range(50))) == 50
    assert lake.commit_segment(segment(), rows_of(*range(50))) == 0
    assert sync_twin(lake, TWIN, JOB).reconciled == 50
    assert query_twin(lake, TWIN, "SELECT count(*) AS n FROM state_snapshots")["n"].to_pylist() == [50]


def test_lake_is_compacted_and_expired_beside_a_reader(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)
    for number in range(4):
        lake.commit_segment(segment(number), rows_of(number))
    sync_twin(lake, TWIN, JOB)
    with lake.reader().session() as session:
        session.execute("BEGIN")
        count = "SELECT count(*), sum(position_x) FROM state_snapshots"
        before = session.execute(count).fetchall()
        assert compact_lake(lake).merged > 0
        assert session.execute(count).fetchall() == before
    assert expire_lake(lake, older_than=timedelta(0)).states > 4
    assert compact_lake(lake, keep_files=timedelta(0)).removed > 0
    between = get_twin_state(lake, TWIN, snapshot(1).timestamp + PERIOD / 2, interpolate=True)
    assert between.interpolated_to is not None
    assert lake.reader().query(count).num_rows == 1


def test_files_of_a_commit_that_failed_expire_and_no_other(settings: LakeSettings) -> None:
    with Lake.open(settings, clock=lambda: utc_now() + timedelta(days=3)) as lake:
        lake.commit_segment(segment(), rows_of(0, 1))
        lost = lake.storage.put_bytes(b"", f"twins/state_snapshots/job_id={JOB}/ducklake-lost.parquet")
        assert expire_lake(lake, older_than=timedelta(days=30)).files == 1
        assert not lake.storage.exists(lost)
        assert lake.rows(StateSnapshot, "true ORDER BY timestamp") == [snapshot(0), snapshot(1)]


def test_lake_that_is_not_there_is_not_made_by_reading(settings: LakeSettings) -> None:
    with pytest.raises(NoLakeError):
        Lake.open(settings, read_only=True)


def test_two_that_create_the_lake_at_once_get_one(settings: LakeSettings) -> None:
    def work(name: str) -> None:
        with Lake.open(settings) as lake:
            create_twin(lake, name)

    with ThreadPoolExecutor() as pool:
        list(pool.map(work, ["one", "two"]))
    with Lake.open(settings, read_only=True) as lake:
        assert [asset.asset_id for asset in list_twins(lake)] == ["one", "two"]


def test_writer_without_a_turn_gives_up_at_its_deadline(lake: Lake, settings: LakeSettings) -> None:
    hasty = LakeSettings(catalog=settings.catalog, storage=settings.storage, timeout_s=0.2)
    with Lake.open(hasty) as other, lake.transaction(), pytest.raises(LakeBusyError):
        other.run(lambda: other.insert(snapshot(0)))


def test_outage_of_the_server_is_over_when_it_is_back(lake: Lake, postgres: PostgresServer) -> None:
    lake.commit_segment(segment(1), rows_of(0))
    with postgres.stopped():
        for call in (lambda: lake.commit_segment(segment(2), rows_of(1)), lambda: Lake.open(lake.settings)):
            with pytest.raises(LakeAwayError) as caught:
                call()
            assert caught.value.recoverable
            assert "secret" not in str(caught.value)
    assert lake.commit_segment(segment(2), rows_of(1)) == 1
    assert lake.commit_segment(segment(1), rows_of(0)) == 0
    assert lake.rows(StateSnapshot, "true ORDER BY timestamp") == [snapshot(0), snapshot(1)]
