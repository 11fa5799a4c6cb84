import json
import subprocess
import sys
from pathlib import Path

import pytest

from embedded_ros.wire.config import router_config, session_config, session_is_default
from embedded_ros.wire.errors import ConfigError, RouterAwayError
from embedded_ros.wire.session import open_session


def test_the_default_session_is_a_client_of_the_local_router() -> None:
    config = session_config({})
    assert json.loads(config.get_json("mode")) == "client"
    assert json.loads(config.get_json("connect/endpoints")) == ["tcp/localhost:7447"]
    assert json.loads(config.get_json("timestamping/enabled"))
    assert json.loads(config.get_json("queries_default_timeout")) == 600_000
    assert not json.loads(config.get_json("scouting/multicast/enabled"))


def test_the_default_router_listens_and_connects_nowhere() -> None:
    config = router_config({})
    assert json.loads(config.get_json("mode")) == "router"
    assert json.loads(config.get_json("listen/endpoints")) == ["tcp/[::]:7447"]
    assert json.loads(config.get_json("connect/endpoints")) == []


def test_overrides_apply_and_a_wrong_pair_only_warns(caplog: pytest.LogCaptureFixture) -> None:
    text = 'mode="peer";no/such/key=1;queries_default_timeout=1000'
    config = session_config({"ZENOH_CONFIG_OVERRIDE": text})
    assert json.loads(config.get_json("mode")) == "peer"
    assert json.loads(config.get_json("queries_default_timeout")) == 1000


def test_a_session_file_replaces_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "session.json5"
    path.write_text('{mode: "client", connect: {endpoints: ["tcp/10.0.0.1:7447"]}}')
    environ = {"ZENOH_SESSION_CONFIG_URI": str(path)}
    assert json.loads(session_config(environ).get_json("connect/endpoints")) == ["tcp/10.0.0.1:7447"]
    assert not session_is_default(environ)


def test_a_missing_session_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"ZENOH_SESSION_CONFIG_URI=/no/such\.json5"):
        session_config({"ZENOH_SESSION_CONFIG_URI": "/no/such.json5"})


@pytest.mark.parametrize(
    ("override", "is_default"),
    [("", True), ("queries_default_timeout=1", True), ('mode="peer"', False), ('connect/endpoints=["tcp/h:1"]', False)],
)
def test_a_router_is_started_only_for_the_default_place(override: str, is_default: bool) -> None:
    assert session_is_default({"ZENOH_CONFIG_OVERRIDE": override}) is is_default


def test_an_absent_router_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", 'connect/endpoints=["tcp/127.0.0.1:1"];connect/timeout_ms=0')
    with pytest.raises(RouterAwayError, match=r"tcp/127\.0\.0\.1:1.*rmw_zenohd") as caught:
        open_session(0)
    assert caught.value.recoverable


def test_the_router_ends_when_nobody_is_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", 'listen/endpoints=["tcp/127.0.0.1:0"]')
    command = [sys.executable, "-m", "embedded_ros.wire.router", "--idle-exit", "0.2"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 0, result.stderr
    assert "Started Zenoh router with id" in result.stdout
