"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from twin_lakehouse.testing.process import START_S, NotInstalledError, Server, free_ports, wait_until

_PROGRAMS: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class PostgresServer(Server):
    """A server in a folder of its own, reachable on a port of this machine; lets in whoever comes.

    is_synced: commits wait for the disk, as in earnest. Where one of its programs fails, a RuntimeError says what that
    wrote.
    """

    def __init__(self, folder: Path, *, is_synced: bool = False, max_connections: int = 100) -> None:
        if not _PROGRAMS:
            raise NotInstalledError("PostgreSQL isn't installed (apt install postgresql)")
        self._data = folder / "data"
        self._log = self._data / "log"
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        (self.port,) = free_ports(1)
        settings = {
            "listen_addresses": "127.0.0.1",
            "fsync": "on" if is_synced else "off",
            "max_connections": str(max_connections),
        }
        given = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._options = f"-p {self.port} -k {self._data} {given}"
        self._data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._data, self._user)
        self._run("initdb", "--auth=trust", "--no-sync", "-D", str(self._data))

    def new_database(self) -> str:
        """URL of a new, empty database."""
        name = f"lake_{uuid4().hex}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), name)
        return f"postgresql://{self._user}:secret@127.0.0.1:{self.port}/{name}"

    def new_role(self, password: str) -> tuple[str, str]:
        """Name of a new role that is let in with its password alone, and host, port and name of its database."""
        database = urlsplit(self.new_database()).path
        role = f"robot_{uuid4().hex}"
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"host all {role} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        literal = password.replace("'", "''")
        sql = f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{literal}'"
        for command in (sql, "SELECT pg_reload_conf()"):
            self._run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-qtc", command, "postgres")
        return role, f"127.0.0.1:{self.port}{database}"

    def start(self) -> None:
        """Start, or start again, also after `kill`; waits until it answers. Raises TimeoutError."""
        try:
            # After a crash its sessions' memory is there until the last of them has noticed.
            wait_until(self._started, "PostgreSQL's start")
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {self._log.read_text()[-2000:]}") from None

    def stop(self) -> None:
        """Stop at once, without a checkpoint."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """SIGKILL the server and its sessions, as a crash of its machine would."""
        pid = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        processes = (pid, *map(int, children))
        for each in processes:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        wait_until(lambda: not any(map(_is_running, processes)), "PostgreSQL's end")

    def _started(self) -> bool:
        try:
            self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._log), "-o", self._options, "start")
        except RuntimeError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        user = self._user if os.geteuid() == 0 else None
        done = subprocess.run(
            [str(_PROGRAMS[-1] / program), *arguments],
            cwd="/",
            user=user,
            group=user,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_S,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")


@contextmanager
def running_postgres(*, is_synced: bool = False, max_connections: int = 100) -> Iterator[PostgresServer]:
    """A running server, removed at the end; see PostgresServer. Raises NotInstalledError."""
    with tempfile.TemporaryDirectory(prefix="twin-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder), is_synced=is_synced, max_connections=max_connections)
        with server.running():
            yield server


def _is_running(pid: int) -> bool:
    """Whether the process is there, and no zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
