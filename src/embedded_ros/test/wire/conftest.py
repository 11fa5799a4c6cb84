"""Sessions on the tests' own router."""

import json
from collections.abc import Iterator

import pytest
import zenoh

from embedded_ros.wire.session import WireSession, open_session

DOMAIN = 7


@pytest.fixture
def session(own_router: str) -> Iterator[WireSession]:
    session = open_session(DOMAIN)
    yield session
    session.close()


@pytest.fixture
def peer(endpoint: str) -> Iterator[zenoh.Session]:
    """A plain Zenoh session that knows nothing of ROS."""
    config = zenoh.Config()
    config.insert_json5("mode", '"client"')
    config.insert_json5("connect/endpoints", json.dumps([endpoint]))
    config.insert_json5("scouting/multicast/enabled", "false")
    config.insert_json5("timestamping/enabled", "true")
    with zenoh.open(config) as session:
        yield session
