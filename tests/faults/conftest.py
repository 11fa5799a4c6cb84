"""Real servers, once a session, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

import pytest

from twin_lakehouse.testing import NotInstalledError, PostgresServer, S3Server, running_postgres, running_s3

_Server = TypeVar("_Server")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    yield from _installed(running_postgres(is_synced=True, max_connections=60))


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    yield from _installed(running_s3("seaweedfs"))


def _installed(server: AbstractContextManager[_Server]) -> Iterator[_Server]:
    """The server while it runs, or a skipped test where it isn't installed."""
    try:
        with server as running:
            yield running
    except NotInstalledError as error:
        pytest.skip(str(error))
