"""Servers of their own for the tests: PostgreSQL, and two S3 services, which `scripts/setup --tests` installs."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from twin_lakehouse.settings import S3Access

POSTGRES_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class PostgresServer:
    """A PostgreSQL server in a folder of its own, reachable on a port of this machine."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._data = folder / "data"
        self._programs = programs
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        (self._port,) = free_ports(1)
        self._data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._data, self._user)
        self._run("initdb", "--auth=trust", "--no-sync", "-D", str(self._data))

    def new_database(self) -> str:
        """URL of a new, empty database."""
        name = f"lake_{uuid4().hex}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), name)
        return f"postgresql://{self._user}:secret@127.0.0.1:{self._port}/{name}"

    def new_role(self, password: str) -> tuple[str, str]:
        """Name of a new role that is let in with its password alone, and host, port and name of its database."""
        database = urlsplit(self.new_database()).path
        role = f"robot_{uuid4().hex}"
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"host all {role} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        literal = password.replace("'", "''")
        sql = f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{literal}'"
        for command in (sql, "SELECT pg_reload_conf()"):
            self._run("psql", "-h", "127.0.0.1", "-p", str(self._port), "-qtc", command, "postgres")
        return role, f"127.0.0.1:{self._port}{database}"

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


S3_PROGRAMS = Path(sys.prefix) / "s3" / "bin"
ACCESS_KEY, SECRET_KEY = "TWINTESTACCESSKEY", "twin/test+secret&key=1"
_START_S = 60.0


class S3Server:
    """An S3 service in a folder of its own: `seaweedfs`, which checks signatures and checksums, or `moto`."""

    def __init__(self, kind: str, folder: Path, *, secret_key: str = SECRET_KEY) -> None:
        self.kind = kind
        self._secret_key = secret_key
        self._folder = folder
        self.ports = free_ports(8)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def access(self) -> S3Access:
        """Settings that are let in."""
        return S3Access(
            access_key=ACCESS_KEY, secret_key=self._secret_key, endpoint_url=f"http://127.0.0.1:{self.ports[0]}"
        )

    def new_bucket(self) -> str:
        """Name of a new, empty bucket."""
        name = f"bucket-{uuid4().hex}"
        self._client().create_bucket(Bucket=name)
        return name

    def buckets(self) -> list[str]:
        """Names of the buckets."""
        return [bucket["Name"] for bucket in self._client().list_buckets()["Buckets"]]

    def _client(self) -> Any:
        from boto3.session import Session

        access = self.access
        return Session().client(
            "s3",
            endpoint_url=access.endpoint_url,
            aws_access_key_id=access.access_key,
            aws_secret_access_key=access.secret_key,
            region_name="us-east-1",
        )

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), cwd=self._folder, stdout=log, stderr=log)
        end_s = time.monotonic() + _START_S
        while not _answers(self.ports[0]):
            assert self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
            assert time.monotonic() < end_s, f"{self.kind} doesn't answer on port {self.ports[0]}"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _command(self) -> list[str]:
        if self.kind == "moto":
            return [str(S3_PROGRAMS / "moto_server"), "-H", "127.0.0.1", "-p", str(self.ports[0])]
        credentials = [{"accessKey": ACCESS_KEY, "secretKey": self._secret_key}]
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        config = {"identities": [{"name": "twin", "credentials": credentials, "actions": actions}]}
        (self._folder / "s3.json").write_text(json.dumps(config))
        names = ("s3", "s3", "filer", "filer", "volume", "volume", "master", "master")
        ports = [
            f"-{name}.port{'.grpc' if number % 2 else ''}={port}"
            for number, (name, port) in enumerate(zip(names, self.ports, strict=True))
        ]
        return [
            *(str(S3_PROGRAMS / "weed"), "server", f"-dir={self._folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
            *("-filer", "-s3", f"-s3.config={self._folder}/s3.json", "-s3.autoCreateBucket=false"),
            # Neither what else it can serve, nor sockets outside its folder.
            *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-filer.localSocket={self._folder}/filer.sock"),
            f"-s3.localSocket={self._folder}/s3.sock",
            *("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=100", *ports),
        ]


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, or a skipped test where it isn't installed."""
    if not POSTGRES_PROGRAMS:
        pytest.skip("PostgreSQL isn't installed (apt install postgresql)")
    with tempfile.TemporaryDirectory(prefix="twin-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder), POSTGRES_PROGRAMS[-1])
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running_s3(kind: str, *, secret_key: str = SECRET_KEY) -> Iterator[S3Server]:
    """An S3 service, or a skipped test where it isn't installed."""
    if not (S3_PROGRAMS / {"moto": "moto_server", "seaweedfs": "weed"}[kind]).exists():
        pytest.skip(f"{kind} isn't installed (./scripts/setup --tests)")
    with tempfile.TemporaryDirectory(prefix="twin-s3-") as folder:
        server = S3Server(kind, Path(folder), secret_key=secret_key)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _answers(port: int) -> bool:
    """Whether something speaks HTTP there."""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        urlopen(f"http://127.0.0.1:{port}/", timeout=1.0).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True
