import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from embedded_ros.wire.config import (
    connect_endpoints,
    override_without_place,
    router_check_attempts,
    router_config,
    session_config,
)
from embedded_ros.wire.errors import ConfigError

# Of rmw_zenoh_cpp's packaged files, where Zenoh's own default is another.
PACKAGED = {
    "scouting/multicast/enabled": False,
    "timestamping/enabled": True,
    "timestamping/drop_future_timestamp": False,
    "queries_default_timeout": 600_000,
    "routing/interests/timeout": 10_000,
    "transport/unicast/accept_timeout": 60_000,
    "transport/unicast/accept_pending": 10_000,
    "transport/unicast/max_sessions": 10_000,
    "transport/link/tx/lease": 60_000,
    "transport/link/tx/keep_alive": 2,
    "transport/shared_memory/enabled": False,
    "transport/shared_memory/transport_optimization/pool_size": 50_331_648,
    "transport/shared_memory/transport_optimization/message_size_threshold": 512,
    "adminspace/permissions/write": False,
}


def values(config: Any, keys: Any) -> dict[str, Any]:
    return {key: json.loads(config.get_json(key)) for key in keys}


def test_sessions_and_routers_are_set_as_the_packaged_files_set_them() -> None:
    assert values(session_config({}), PACKAGED) == PACKAGED
    assert values(router_config({}), PACKAGED) == PACKAGED


def test_the_default_session_is_a_client_of_the_local_router_and_listens_nowhere() -> None:
    config = session_config({})
    assert json.loads(config.get_json("mode")) == "client"
    assert connect_endpoints(config) == ["tcp/localhost:7447"]
    assert json.loads(config.get_json("listen/endpoints"))["client"] == []


def test_a_session_made_a_peer_listens_on_loopback_and_gossips_with_the_router() -> None:
    config = session_config({"ZENOH_CONFIG_OVERRIDE": 'mode="peer"'})
    assert json.loads(config.get_json("listen/endpoints"))["peer"] == ["tcp/localhost:0"]
    assert json.loads(config.get_json("scouting/gossip/target"))["peer"] == ["router"]
    assert json.loads(config.get_json("scouting/gossip/autoconnect_strategy"))["peer"]["to_peer"] == "greater-zid"


def test_the_default_router_listens_and_connects_nowhere() -> None:
    config = router_config({})
    assert json.loads(config.get_json("mode")) == "router"
    assert json.loads(config.get_json("listen/endpoints")) in (["tcp/[::]:7447"], ["tcp/0.0.0.0:7447"])
    assert json.loads(config.get_json("connect/endpoints")) == []


def test_overrides_apply_and_a_wrong_pair_only_warns(spoken: list[str]) -> None:
    text = 'mode="peer";no/such/key=1;queries_default_timeout=1000'
    config = session_config({"ZENOH_CONFIG_OVERRIDE": text})
    assert json.loads(config.get_json("mode")) == "peer"
    assert json.loads(config.get_json("queries_default_timeout")) == 1000
    assert [line.partition(":")[2].partition(":")[0] for line in spoken] == [" 'no/such/key=1' is not applied"]


@pytest.mark.usefixtures("spoken")
def test_shared_memory_sizes_come_from_the_environment() -> None:
    config = session_config({"ZENOH_SHM_ALLOC_SIZE": "1048576", "ZENOH_SHM_MESSAGE_SIZE_THRESHOLD": "many"})
    found = json.loads(config.get_json("transport/shared_memory/transport_optimization"))
    assert (found["pool_size"], found["message_size_threshold"]) == (1_048_576, 512)


@pytest.mark.parametrize("variable", ["ROS_LOCALHOST_ONLY", "ROS_AUTOMATIC_DISCOVERY_RANGE", "ROS_STATIC_PEERS"])
def test_discovery_variables_change_nothing_as_in_rmw_zenoh(variable: str) -> None:
    text = str(session_config({}))
    assert all(str(session_config({variable: value})) == text for value in ("1", "OFF", "LOCALHOST", "10.0.0.1"))


@pytest.mark.parametrize(
    ("text", "attempts"), [(None, 1), ("", 1), ("3", 3), ("0", None), ("-1", 0), ("-7", 0), ("soon", 1)]
)
def test_how_often_a_router_is_looked_for(text: str | None, attempts: int | None) -> None:
    environ = {} if text is None else {"ZENOH_ROUTER_CHECK_ATTEMPTS": text}
    assert router_check_attempts(environ) == attempts


def test_a_session_file_replaces_the_defaults_and_overrides_change_it(tmp_path: Path) -> None:
    path = tmp_path / "session.json5"
    path.write_text('{mode: "client", connect: {endpoints: {client: ["tcp/10.0.0.1:7447"]}}}')
    environ = {"ZENOH_SESSION_CONFIG_URI": str(path), "ZENOH_CONFIG_OVERRIDE": "queries_default_timeout=5"}
    config = session_config(environ)
    assert connect_endpoints(config) == ["tcp/10.0.0.1:7447"]
    assert json.loads(config.get_json("queries_default_timeout")) == 5


def test_a_router_file_replaces_the_defaults_and_what_it_is_started_with(tmp_path: Path) -> None:
    path = tmp_path / "router.json5"
    path.write_text('{mode: "router", listen: {endpoints: ["tcp/127.0.0.1:7999"]}}')
    config = router_config({"ZENOH_ROUTER_CONFIG_URI": str(path)}, listen=["tcp/127.0.0.1:1"])
    assert json.loads(config.get_json("listen/endpoints")) == ["tcp/127.0.0.1:7999"]


@pytest.mark.parametrize("text", [None, "{mode: "])
def test_a_missing_or_broken_file_is_named(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "session.json5"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError, match=rf"^ZENOH_SESSION_CONFIG_URI={path}: .*; unset it or correct the file$"):
        session_config({"ZENOH_SESSION_CONFIG_URI": str(path)})


def test_a_router_shares_its_starters_override_except_for_the_place() -> None:
    override = 'connect/endpoints=["tcp/localhost:7999"];mode="client";transport/link/tx/lease=9000'
    assert override_without_place(override) == "transport/link/tx/lease=9000"


def test_the_router_ends_when_nobody_is_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", 'listen/endpoints=["tcp/127.0.0.1:0"]')
    command = [sys.executable, "-m", "embedded_ros.wire.router", "--idle-exit", "0.2"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    assert "Started Zenoh router with id" in result.stdout
