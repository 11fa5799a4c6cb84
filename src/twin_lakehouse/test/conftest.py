"""A fresh lake, and servers for those that are not in files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import pytest

from twin_lakehouse import Lake, LakeSettings
from twin_lakehouse.testing import NotInstalledError, PostgresServer, S3Server, running_postgres, running_s3

_Server = TypeVar("_Server")


def installed(server: AbstractContextManager[_Server]) -> Iterator[_Server]:
    """The server while it runs, or a skipped test where it isn't installed."""
    try:
        with server as running:
            yield running
    except NotInstalledError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    yield from installed(running_postgres())


@pytest.fixture(scope="session", params=["seaweedfs", "moto"])
def s3(request: pytest.FixtureRequest) -> Iterator[S3Server]:
    yield from installed(running_s3(request.param))


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(catalog=f"sqlite:{tmp_path}/lake/catalog.sqlite", storage=f"{tmp_path}/lake/data")


@pytest.fixture
def lake(settings: LakeSettings) -> Iterator[Lake]:
    with Lake.open(settings) as opened:
        yield opened
