"""Real servers, once a session, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import servers


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    if not servers.POSTGRES:
        pytest.skip("PostgreSQL isn't installed (apt install postgresql)")
    with servers.postgres() as running:
        yield running


@pytest.fixture(scope="session")
def s3() -> Iterator[servers.S3]:
    if not servers.S3_SERVER.exists():
        pytest.skip("there is no S3 server (./scripts/setup --tests installs one)")
    with servers.s3() as running:
        yield running
