"""The same lake with its data in S3: against a server in this process, where `moto` is installed."""

# ruff: noqa: S106  no secret

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from twin_lakehouse import Lake, LakeAwayError, LakeSettings, StateSnapshot, create_twin, query_twin, to_arrow
from twin_lakehouse.errors import MissingFileError
from twin_lakehouse.settings import S3Access
from twin_lakehouse.storage import S3Storage

from .making import TWIN, segment, snapshot

KEY = "raw/turtlebot-01/job_id=job-1/000001.mcap"


@pytest.fixture(scope="module")
def access() -> Iterator[S3Access]:
    moto = pytest.importorskip("moto.server", reason="moto isn't installed (pip install 'moto[server,s3]')")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Access(access_key="testing", secret_key="testing", endpoint_url=f"http://{host}:{port}")
    server.stop()


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
    rows = {"twins.state_snapshots": to_arrow([snapshot(i) for i in range(20)])}
    assert lake.commit_segment(segment(), rows) == 20
    assert lake.commit_segment(segment(), rows) == 0
    assert query_twin(lake, TWIN, "SELECT count(*) AS n FROM state_snapshots")["n"].to_pylist() == [20]
    with Lake.open(settings, read_only=True) as reader:
        assert len(reader.rows(StateSnapshot)) == 20


def test_missing_object_is_named(settings: LakeSettings) -> None:
    storage = S3Storage(settings.storage, settings.s3)
    assert not storage.exists(KEY)
    with pytest.raises(MissingFileError, match="is not in the storage s3://"):
        storage.fetch(KEY)


def test_bucket_that_is_not_there_is_an_outage(settings: LakeSettings) -> None:
    with pytest.raises(LakeAwayError, match=r"s3://no-such-bucket/twin/lake\.json can't be written"):
        Lake.open(LakeSettings(catalog=settings.catalog, storage="s3://no-such-bucket/twin", s3=settings.s3))
