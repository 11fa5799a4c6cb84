"""What all tests of the underlay share."""

import json
import socket
from collections.abc import Iterator

import pytest
import zenoh

import embedded_ros.rosidl.hook  # noqa: F401  # interface packages, also where the .pth file is not installed


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A Zenoh router of the tests' own, so that no other graph on this machine shows up."""
    endpoint = f"tcp/127.0.0.1:{_free_port()}"
    config = zenoh.Config()
    config.insert_json5("mode", '"router"')
    config.insert_json5("listen/endpoints", json.dumps([endpoint]))
    config.insert_json5("scouting/multicast/enabled", "false")
    with zenoh.open(config):
        yield endpoint


@pytest.fixture
def own_router(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Contexts that are initialized in this test meet on the tests' own router; gives the override's text."""
    override = f'connect/endpoints=["{endpoint}"]'
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", override)
    return override
