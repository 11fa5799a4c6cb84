"""S3 services of the tests' own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

from twin_lakehouse.settings import S3Access
from twin_lakehouse.testing.process import START_S, NotInstalledError, Server, free_ports, wait_until

ACCESS_KEY: Final = "TWINTESTACCESSKEY"
SECRET_KEY: Final = "twin/test+secret&key=1"  # noqa: S105  of a server that lives as long as a test
_PROGRAMS: Final = {
    "seaweedfs": Path(sys.prefix) / "s3" / "bin" / "weed",
    "moto": Path(sys.prefix) / "s3" / "bin" / "moto_server",
}


class S3Server(Server):
    """A service in a folder of its own: `seaweedfs`, which checks signatures and checksums and keeps its objects over a
    stop, or `moto`, which does neither.
    """

    def __init__(self, kind: str, folder: Path, *, secret_key: str = SECRET_KEY) -> None:
        if not _PROGRAMS[kind].exists():
            raise NotInstalledError(f"{kind} isn't installed (./scripts/setup --tests)")
        self.kind = kind
        self._secret_key = secret_key
        self._folder = folder
        self._ports = free_ports(8)
        self.port = self._ports[0]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def access(self) -> S3Access:
        """Settings that are let in."""
        return S3Access(
            access_key=ACCESS_KEY, secret_key=self._secret_key, endpoint_url=f"http://127.0.0.1:{self.port}"
        )

    def new_bucket(self) -> str:
        """Name of a new, empty bucket."""
        name = f"bucket-{uuid4().hex}"
        self._client().create_bucket(Bucket=name)
        return name

    def buckets(self) -> list[str]:
        """Names of the buckets."""
        return [bucket["Name"] for bucket in self._client().list_buckets()["Buckets"]]

    def start(self) -> None:
        """Start, or start again; waits until it answers. Raises RuntimeError where it ends instead."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), cwd=self._folder, stdout=log, stderr=log)
        wait_until(self._answers, f"{self.kind} on port {self.port}", START_S)

    def stop(self) -> None:
        """SIGKILL it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _client(self) -> _BucketClient:
        from boto3.session import Session

        access = self.access
        client: _BucketClient = Session().client(
            "s3",
            endpoint_url=access.endpoint_url,
            aws_access_key_id=access.access_key,
            aws_secret_access_key=access.secret_key,
            region_name="us-east-1",
        )
        return client

    def _answers(self) -> bool:
        """Whether it speaks HTTP."""
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"{self.kind} has ended: {(self._folder / 'log').read_text()[-2000:]}")
        try:
            urlopen(f"http://127.0.0.1:{self.port}/", timeout=1.0).close()
        except HTTPError:
            return True
        except OSError:
            return False
        return True

    def _command(self) -> list[str]:
        program = str(_PROGRAMS[self.kind])
        if self.kind == "moto":
            return [program, "-H", "127.0.0.1", "-p", str(self.port)]
        credentials = [{"accessKey": ACCESS_KEY, "secretKey": self._secret_key}]
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        config = {"identities": [{"name": "twin", "credentials": credentials, "actions": actions}]}
        (self._folder / "s3.json").write_text(json.dumps(config))
        names = ("s3", "s3", "filer", "filer", "volume", "volume", "master", "master")
        ports = [
            f"-{name}.port{'.grpc' if number % 2 else ''}={port}"
            for number, (name, port) in enumerate(zip(names, self._ports, strict=True))
        ]
        return [
            *(program, "server", f"-dir={self._folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
            *("-filer", "-s3", f"-s3.config={self._folder}/s3.json", "-s3.autoCreateBucket=false"),
            # Neither what else it can serve, nor sockets outside its folder.
            *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-filer.localSocket={self._folder}/filer.sock"),
            f"-s3.localSocket={self._folder}/s3.sock",
            *("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=100", *ports),
        ]


@contextmanager
def running_s3(kind: str = "seaweedfs", *, secret_key: str = SECRET_KEY) -> Iterator[S3Server]:
    """A running service, removed at the end; see S3Server. Raises NotInstalledError."""
    with (
        tempfile.TemporaryDirectory(prefix="twin-s3-") as folder,
        S3Server(kind, Path(folder), secret_key=secret_key).running() as server,
    ):
        yield server


class _BucketClient(Protocol):
    """What is used of boto3's client."""

    def create_bucket(self, *, Bucket: str) -> object: ...  # noqa: N803  the service's name

    def list_buckets(self) -> Mapping[str, Sequence[Mapping[str, str]]]: ...
