"""The same lake with its data in S3, on each of the services of `twin_lakehouse.testing`."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from twin_lakehouse import (
    Lake,
    LakeAwayError,
    LakeSettings,
    StateSnapshot,
    compact_lake,
    create_twin,
    expire_lake,
    query_twin,
    start_job,
    sync_twin,
    to_arrow,
)
from twin_lakehouse.clock import utc_now
from twin_lakehouse.errors import MissingFileError
from twin_lakehouse.s3 import S3Storage
from twin_lakehouse.testing import S3Server

from .making import JOB, TWIN, segment, snapshot

KEY = "raw/turtlebot-01/job_id=job-1/000001.mcap"


@pytest.fixture
def settings(s3: S3Server, tmp_path: Path) -> LakeSettings:
    storage = f"s3://{s3.new_bucket()}/twin"
    return LakeSettings(catalog=f"sqlite:{tmp_path}/catalog.sqlite", storage=storage, s3=s3.access)


def test_rows_and_files_are_in_the_bucket(lake: Lake, settings: LakeSettings, tmp_path: Path) -> None:
    create_twin(lake, TWIN)
    recorded = tmp_path / "local.mcap"
    recorded.write_bytes(b"recorded" * 1000)
    assert lake.storage.put(recorded, KEY) == KEY
    assert lake.storage.fetch(KEY).read_bytes() == recorded.read_bytes()
    assert (lake.storage.remove(KEY), lake.storage.remove(KEY)) == (True, False)
    rows = {"twins.state_snapshots": to_arrow([snapshot(i) for i in range(20)])}
    assert lake.commit_segment(segment(), rows) == 20
    assert lake.commit_segment(segment(), rows) == 0
    assert query_twin(lake, TWIN, "SELECT count(*) AS n FROM state_snapshots")["n"].to_pylist() == [20]
    with Lake.open(settings, read_only=True) as reader:
        assert len(reader.rows(StateSnapshot)) == 20


def test_bucket_is_maintained(lake: Lake, settings: LakeSettings) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)
    for number in (1, 2):
        rows = {"twins.state_snapshots": to_arrow([snapshot(10 * number + i) for i in range(10)])}
        lake.commit_segment(segment(number), rows)
        lake.storage.put_bytes(b"recorded", segment(number).raw_path)
    sync_twin(lake, TWIN, JOB)
    dead, foreign = "twins/events/ducklake-dead.parquet", "mine/results.parquet"
    for key in (dead, foreign):
        lake.storage.put_bytes(b"x", key)
    now, week = timedelta(0), timedelta(days=7)
    assert compact_lake(lake, keep_files=now).removed > 0
    assert len(lake.rows(StateSnapshot)) == 20
    with Lake.open(settings, clock=lambda: utc_now() + timedelta(days=10)) as later:
        result = expire_lake(later, older_than=now, rows_older_than=week, recordings_older_than=week)
    assert (result.rows, result.recordings) == (21, 2)
    held = [lake.storage.exists(key) for key in (dead, foreign, segment(1).raw_path)]
    assert (lake.rows(StateSnapshot), held) == ([], [False, True, False])


def test_missing_object_is_named(settings: LakeSettings) -> None:
    with closing(S3Storage(settings.storage, settings.s3, timeout_s=5.0)) as storage:
        assert not storage.exists(KEY)
        with pytest.raises(MissingFileError, match="is not in the storage s3://"):
            storage.fetch(KEY)


def test_bucket_that_is_not_there_is_an_outage(settings: LakeSettings) -> None:
    with pytest.raises(LakeAwayError, match=r"data in s3://no-such-bucket/twin can't be.*NoSuchBucket"):
        Lake.open(LakeSettings(catalog=settings.catalog, storage="s3://no-such-bucket/twin", s3=settings.s3))
