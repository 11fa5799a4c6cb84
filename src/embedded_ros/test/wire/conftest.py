"""Sessions on the tests' own router."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import zenoh

from embedded_ros.wire.session import WireSession, open_session

DOMAIN = 7
MATCH_S = 30.0


def until_matched(sender: Any) -> None:
    """Wait until a publisher or querier knows of a receiver: declarations travel in their own time."""
    matched = threading.Event()

    def on_change(status: zenoh.MatchingStatus) -> None:
        if status.matching:
            matched.set()

    listener = sender.declare_matching_listener(on_change)
    assert sender.matching_status.matching or matched.wait(MATCH_S)
    listener.undeclare()


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
