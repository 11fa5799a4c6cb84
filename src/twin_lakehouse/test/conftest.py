"""A fresh lake, and rows to put in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from twin_lakehouse import Lake, LakeSettings

from .servers import PostgresServer, S3Server, running_postgres, running_s3


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session", params=["seaweedfs", "moto"])
def s3(request: pytest.FixtureRequest) -> Iterator[S3Server]:
    with running_s3(request.param) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(catalog=f"sqlite:{tmp_path}/lake/catalog.sqlite", storage=f"{tmp_path}/lake/data")


@pytest.fixture
def lake(settings: LakeSettings) -> Iterator[Lake]:
    with Lake.open(settings) as opened:
        yield opened
