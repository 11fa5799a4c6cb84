"""Several recorders of several robots at once, on a PostgreSQL catalog and S3."""

# ruff: noqa: S105  no secret

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pytest

from twin_lakehouse import Lake, LakeAwayError, LakeSettings, StateSnapshot, create_twin, list_jobs, start_job, to_arrow
from twin_lakehouse.settings import S3Access
from twin_lakehouse.testing import PostgresServer, S3Server, running_s3

from .conftest import installed
from .making import TWIN, segment, snapshot

ROBOTS, SEGMENTS, ROWS = 4, 12, 50
PASSWORD = "p@ss/w:rd #1?&=%'\""

RECORDING = """
import sys, time
sys.path.insert(0, {folder!r})
from making import segment, snapshot
from twin_lakehouse import Lake, create_twin, start_job, to_arrow
robot = sys.argv[1]
with Lake.open() as lake:
    create_twin(lake, robot)
    start_job(lake, robot, "job-1")
    for number in range({segments}):
        rows = to_arrow([snapshot({rows} * number + i, twin=robot) for i in range({rows})])
        recorded = segment(number, twin=robot)
        lake.storage.put_bytes(b"recorded", recorded.raw_path)
        assert lake.commit_segment(recorded, {{"twins.state_snapshots": rows}}) == {rows}
"""

HOLDING = """
import time
from twin_lakehouse import Lake
with Lake.open() as lake, lake.transaction():
    print("held", flush=True)
    time.sleep(300)
"""


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    yield from installed(running_s3("seaweedfs"))


@pytest.fixture
def settings(postgres: PostgresServer, s3: S3Server) -> LakeSettings:
    storage = f"s3://{s3.new_bucket()}/twin"
    return LakeSettings(catalog=postgres.new_database(), storage=storage, timeout_s=60.0, s3=s3.access)


def child(code: str, settings: LakeSettings, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "TWIN_CATALOG": settings.catalog,
        "TWIN_STORAGE": settings.storage,
        "TWIN_LAKE_TIMEOUT_S": "60",
        "AWS_ACCESS_KEY_ID": settings.s3.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.s3.secret_key,
        "AWS_ENDPOINT_URL": settings.s3.endpoint_url,
    }
    program = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.timeout(300)
def test_recorders_of_several_robots_lose_and_double_nothing(lake: Lake, settings: LakeSettings) -> None:
    code = RECORDING.format(folder=str(Path(__file__).parent), segments=SEGMENTS, rows=ROWS)
    robots = [f"robot-{number}" for number in range(ROBOTS)]
    recorders = [child(code, settings, robot) for robot in robots]
    problems = [recorder.communicate(timeout=250)[1] for recorder in recorders]
    assert [recorder.returncode for recorder in recorders] == [0] * ROBOTS, problems
    counted = lake.query(
        "SELECT asset_id, count(*), count(DISTINCT snapshot_id) FROM state_snapshots GROUP BY ALL ORDER BY ALL"
    )
    assert [tuple(row.values()) for row in counted.to_pylist()] == [
        (robot, SEGMENTS * ROWS, SEGMENTS * ROWS) for robot in robots
    ]
    paths = lake.query("SELECT raw_path FROM lake.recordings.segments")["raw_path"].to_pylist()
    assert len(paths) == ROBOTS * SEGMENTS
    assert all(map(lake.storage.exists, paths))
    assert [len(list_jobs(lake, robot)) for robot in robots] == [1] * ROBOTS


def test_recorder_that_dies_with_the_lock_in_hand_frees_it(lake: Lake, settings: LakeSettings) -> None:
    holder = child(HOLDING, settings)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGKILL)
    begun = time.monotonic()
    create_twin(lake, TWIN)
    assert time.monotonic() - begun < settings.timeout_s
    holder.communicate(timeout=30)


def test_outage_of_the_storage_is_over_when_it_is_back(lake: Lake, settings: LakeSettings, s3: S3Server) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, "job-1")
    rows = {"twins.state_snapshots": to_arrow([snapshot(0)])}
    with Lake.open(replace(settings, timeout_s=4.0)) as hasty:
        with s3.stopped():
            for call in (lambda: hasty.storage.put_bytes(b"x", "raw/x"), lambda: hasty.commit_segment(segment(), rows)):
                with pytest.raises(LakeAwayError) as caught:
                    call()
                assert settings.s3.secret_key not in str(caught.value)
        _commit_when_back(hasty, rows)
        assert hasty.rows(StateSnapshot) == [snapshot(0)]


def _commit_when_back(lake: Lake, rows: dict[str, pa.Table]) -> None:
    """Again and again, as a recorder does: a server that has just started may need longer than a hasty lake waits."""
    end = time.monotonic() + 60.0
    while True:
        try:
            lake.commit_segment(segment(), rows)
        except LakeAwayError:
            if time.monotonic() > end:
                raise
        else:
            return


@pytest.mark.parametrize("way", ["url", "PGPASSWORD", "PGPASSFILE"])
def test_password_may_have_any_character_and_come_in_any_usual_way(
    postgres: PostgresServer, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, place = postgres.new_role(PASSWORD)
    given = f":{quote(PASSWORD, safe='')}" if way == "url" else ""
    if way == "PGPASSWORD":
        monkeypatch.setenv(way, PASSWORD)
    if way == "PGPASSFILE":
        escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
        (tmp_path / "pgpass").write_text(f"127.0.0.1:*:*:{role}:{escaped}\n")
        (tmp_path / "pgpass").chmod(0o600)
        monkeypatch.setenv(way, str(tmp_path / "pgpass"))
    catalog = f"postgresql://{role}{given}@{place}?sslmode=prefer&application_name=twin"
    with Lake.open(LakeSettings(catalog=catalog, storage=f"{tmp_path}/data", s3=S3Access())) as lake:
        create_twin(lake, TWIN)
        for secret in (PASSWORD, quote(PASSWORD, safe="")):
            assert secret not in f"{lake} {lake.settings!r}"


def test_wrong_password_is_refused_without_being_shown(postgres: PostgresServer, tmp_path: Path) -> None:
    role, place = postgres.new_role(PASSWORD)
    for query in ("", "?password=wr0ng"):
        catalog = f"postgresql://{role}{'' if query else ':wr0ng'}@{place}{query}"
        with pytest.raises(LakeAwayError, match="password authentication failed") as caught:
            Lake.open(LakeSettings(catalog=catalog, storage=f"{tmp_path}/data"))
        assert "wr0ng" not in str(caught.value)
