"""The same lake with a PostgreSQL catalog: a server of its own for these tests, where PostgreSQL is installed."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

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
from twin_lakehouse.errors import NoLakeError

from .making import JOB, PERIOD, TWIN, segment, snapshot

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Server:
    """A PostgreSQL server in a folder of its own, reachable on a port of this machine."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._data = folder / "data"
        self._programs = programs
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._data, self._user)
        self._run("initdb", "--auth=trust", "--no-sync", "-D", str(self._data))

    def new_database(self) -> str:
        """URL of a new, empty database."""
        name = f"lake_{uuid4().hex}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), name)
        return f"postgresql://{self._user}:secret@127.0.0.1:{self._port}/{name}"

    def start(self) -> None:
        options = f"-p {self._port} -k {self._data} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._data / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _run(self, program: str, *arguments: str) -> None:
        user = self._user if os.geteuid() == 0 else None
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            cwd="/",
            user=user,
            group=user,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if not PROGRAMS:
        pytest.skip("PostgreSQL isn't installed (apt install postgresql)")
    with tempfile.TemporaryDirectory(prefix="twin-postgres-") as folder:
        Path(folder).chmod(0o755)
        running = Server(Path(folder), PROGRAMS[-1])
        running.start()
        yield running
        running.stop()


@pytest.fixture
def settings(server: Server, tmp_path: Path) -> LakeSettings:
    return LakeSettings(catalog=server.new_database(), storage=f"{tmp_path}/data", timeout_s=5)


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


def test_outage_of_the_server_is_over_when_it_is_back(lake: Lake, server: Server) -> None:
    lake.commit_segment(segment(1), rows_of(0))
    with server.stopped():
        for call in (lambda: lake.commit_segment(segment(2), rows_of(1)), lambda: Lake.open(lake.settings)):
            with pytest.raises(LakeAwayError) as caught:
                call()
            assert caught.value.recoverable
            assert "secret" not in str(caught.value)
    assert lake.commit_segment(segment(2), rows_of(1)) == 1
    assert lake.commit_segment(segment(1), rows_of(0)) == 0
    assert lake.rows(StateSnapshot, "true ORDER BY timestamp") == [snapshot(0), snapshot(1)]
