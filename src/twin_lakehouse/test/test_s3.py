"""The same lake with its data in S3, against the server that `scripts/setup --tests` installs."""

# ruff: noqa: S106  no secret

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
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
from twin_lakehouse.settings import S3Access
from twin_lakehouse.storage import S3Storage

from .making import JOB, TWIN, segment, snapshot

KEY = "raw/turtlebot-01/job_id=job-1/000001.mcap"


SERVER = Path(sys.prefix) / "s3" / "bin" / "moto_server"
START_S = 60.0


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
        return True
    return False


@pytest.fixture(scope="module")
def access() -> Iterator[S3Access]:
    if not SERVER.exists():
        pytest.skip("there is no S3 server (./scripts/setup --tests installs one)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [SERVER, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        end_s = time.monotonic() + START_S
        while not _answers(port):
            assert server.poll() is None, f"{SERVER} ended with {server.returncode}"
            assert time.monotonic() < end_s, f"{SERVER} doesn't answer on port {port}"
            time.sleep(0.05)
        yield S3Access(access_key="testing", secret_key="testing", endpoint_url=f"http://127.0.0.1:{port}")
        server.terminate()


@pytest.fixture
def bucket(access: S3Access, request: pytest.FixtureRequest) -> str:
    from pyarrow.fs import S3FileSystem

    name = f"bucket-{abs(hash(request.node.name))}"
    filesystem = S3FileSystem(
        access_key=access.access_key,
        secret_key=access.secret_key,
        endpoint_override=access.host,
        scheme="http",
        allow_bucket_creation=True,
    )
    filesystem.create_dir(name)
    return name


@pytest.fixture
def settings(access: S3Access, bucket: str, tmp_path: Path) -> LakeSettings:
    return LakeSettings(catalog=f"sqlite:{tmp_path}/catalog.sqlite", storage=f"s3://{bucket}/twin", s3=access)


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
    with closing(S3Storage(settings.storage, settings.s3)) as storage:
        assert not storage.exists(KEY)
        with pytest.raises(MissingFileError, match="is not in the storage s3://"):
            storage.fetch(KEY)


def test_bucket_that_is_not_there_is_an_outage(settings: LakeSettings) -> None:
    with pytest.raises(LakeAwayError, match=r"s3://no-such-bucket/twin/lake\.json can't be written"):
        Lake.open(LakeSettings(catalog=settings.catalog, storage="s3://no-such-bucket/twin", s3=settings.s3))
