"""Real servers for the lake, each in a folder and on a port of its own: PostgreSQL and an S3 service."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

_START_S: Final = 60.0
S3_SERVER: Final = Path(sys.prefix) / "s3" / "bin" / "moto_server"
POSTGRES: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Postgres:
    """A PostgreSQL server; `kill` is a crash, after which `start` recovers it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._data = folder / "data"
        self._programs = programs
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.port = free_port()
        self._data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._data, self._user)
        self._run("initdb", "--auth=trust", "--no-sync", "-D", str(self._data))

    def url(self, database: str, port: int | None = None) -> str:
        """URL of a database; `port`: that of a proxy."""
        return f"postgresql://{self._user}:secret@127.0.0.1:{port or self.port}/{database}"

    def new_database(self) -> str:
        """Name of a new, empty database."""
        name = f"lake_{uuid4().hex}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), name)
        return name

    def start(self) -> None:
        """Start, or start again; waits until it answers."""
        options = f"-p {self.port} -k {self._data} -c listen_addresses=127.0.0.1 -c max_connections=60"
        starting = ("-D", str(self._data), "-w", "-l", str(self._data / "log"), "-o", options, "start")
        # After a crash its sessions' memory is there until the last of them has noticed.
        until(lambda: self._try("pg_ctl", *starting))

    def kill(self) -> None:
        """SIGKILL the server and its sessions, as a crash of its machine would."""
        pid = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        processes = (pid, *map(int, children))
        for each in processes:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{each}").exists() and not _is_zombie(each) for each in processes))

    def stop(self) -> None:
        """Stop at once."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def _try(self, program: str, *arguments: str) -> bool:
        """Whether it succeeded."""
        try:
            self._run(program, *arguments)
        except subprocess.CalledProcessError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        user = self._user if os.geteuid() == 0 else None
        subprocess.run(
            [str(self._programs / program), *arguments],
            cwd="/",
            user=user,
            group=user,
            capture_output=True,
            check=True,
            timeout=_START_S,
        )


class S3:
    """An S3 service with one bucket, `lake`; `stop` and `start` keep the port, but not what was stored."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and make the bucket."""
        from pyarrow.fs import S3FileSystem

        self._process = subprocess.Popen(
            [S3_SERVER, "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: answers(self.port))
        filesystem = S3FileSystem(
            access_key="testing",
            secret_key="testing",  # noqa: S106  no secret
            endpoint_override=f"127.0.0.1:{self.port}",
            scheme="http",
            allow_bucket_creation=True,
        )
        filesystem.create_dir("lake")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_START_S)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server, removed at the end. Needs PostgreSQL's programs (`POSTGRES`)."""
    with tempfile.TemporaryDirectory(prefix="twin-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder), POSTGRES[-1])
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def s3() -> Iterator[S3]:
    """A running service. Needs `S3_SERVER`."""
    server = S3()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Path]:
    """A file system of its own, mounted at `folder`. Raises PermissionError where this process may not mount."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        raise PermissionError("mounting a small tmpfs needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
        return True
    return False


def until(condition: Callable[[], bool], deadline_s: float = _START_S) -> None:
    """Wait for a condition. Raises TimeoutError."""
    end_s = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end_s:
            raise TimeoutError(f"not within {deadline_s:g} s")
        time.sleep(0.02)


def _is_zombie(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True
