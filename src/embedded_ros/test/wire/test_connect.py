"""Where sessions find their router: one that is there, one that they start, none yet, or something else on its port."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
import zenoh

from embedded_ros.wire.connect import open_zenoh
from embedded_ros.wire.errors import ConfigError

WAIT_S = 30.0

# Says who its router is, and stays until its input ends.
SESSION = """
import sys
from embedded_ros.wire.connect import open_zenoh
with open_zenoh() as session:
    print(*session.info.routers_zid(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def meet_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`meet_at(endpoint)`: where sessions look for their router from now on."""
    return lambda endpoint: monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", f'connect/endpoints=["{endpoint}"]')


@pytest.fixture
def no_router(meet_at: Callable[[str], None], free_port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """An endpoint at which nobody listens, and nobody is started."""
    endpoint = f"tcp/127.0.0.1:{free_port}"
    meet_at(endpoint)
    monkeypatch.setenv("EMBEDDED_ROS_ROUTER", "off")
    return endpoint


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come to hold"
        time.sleep(0.02)


def router_at(endpoint: str) -> zenoh.Session:
    config = zenoh.Config()
    for key, value in {"mode": "router", "listen/endpoints": [endpoint], "scouting/multicast/enabled": False}.items():
        config.insert_json5(key, json.dumps(value))
    return zenoh.open(config)


def test_a_session_opens_without_a_router_and_finds_it_later(no_router: str, spoken: list[str]) -> None:
    with open_zenoh() as session:
        assert session.info.routers_zid() == []
        assert [line.split(":")[0] for line in spoken] == ["no Zenoh router at tcp/127.0.0.1"]
        assert "ros2 run rmw_zenoh_cpp rmw_zenohd" in spoken[0]
        with router_at(no_router) as router:
            wait_until(lambda: session.info.routers_zid() == [router.zid()])


@pytest.mark.usefixtures("no_router")
def test_a_folder_for_temporary_files_may_have_a_long_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with open_zenoh() as session:
        assert session.info.routers_zid() == []


@pytest.mark.parametrize(("attempts", "openings"), [("-1", []), ("2", ["waiting for a", "no Zenoh router"])])
@pytest.mark.usefixtures("no_router")
def test_the_check_for_a_router_can_be_longer_or_left_out(
    attempts: str, openings: list[str], spoken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENOH_ROUTER_CHECK_ATTEMPTS", attempts)
    with open_zenoh() as session:
        assert not session.info.routers_zid()
    assert [line[: len(start)] for line, start in zip(spoken, openings, strict=True)] == openings


def test_what_never_speaks_zenoh_is_named_and_does_not_keep_a_session_waiting(
    meet_at: Callable[[str], None], spoken: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        meet_at(f"tcp/127.0.0.1:{mute.getsockname()[1]}")
        start = time.monotonic()
        with open_zenoh():
            assert time.monotonic() - start < 30  # of rmw_zenoh_cpp's 60 s
    assert "what listens there does not answer" in spoken[0]


def listeners(pid: int) -> set[str]:
    """Addresses at which a process can be reached, by TCP or UDP."""
    connections = psutil.Process(pid).net_connections()
    is_udp = socket.SOCK_DGRAM
    return {item.laddr.ip for item in connections if item.status == psutil.CONN_LISTEN or item.type == is_udp}


def process_at(port: int) -> int:
    """The process that listens on a TCP port of this host, 0 where there is none."""
    connections = psutil.net_connections("tcp")
    pids = {item.pid for item in connections if item.status == psutil.CONN_LISTEN and item.laddr.port == port}
    return next((pid for pid in pids if pid is not None), 0)


@pytest.fixture
def crowd(
    meet_at: Callable[[str], None], free_port: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[subprocess.Popen[str]]]:
    """Three sessions that start at once where there is no router."""
    meet_at(f"tcp/localhost:{free_port}")
    monkeypatch.setenv("EMBEDDED_ROS_ROUTER_IDLE_S", "4")
    sessions = [
        subprocess.Popen([sys.executable, "-c", SESSION], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    yield sessions
    for session in sessions:
        session.communicate(timeout=WAIT_S)


def test_sessions_that_start_at_once_start_one_router_on_loopback_that_ends_after_them(
    crowd: list[subprocess.Popen[str]], free_port: int
) -> None:
    routers = {session.stdout.readline() for session in crowd if session.stdout is not None}
    assert len(routers) == 1
    assert routers.pop().strip()
    assert [listeners(session.pid) for session in crowd] == [set()] * 3
    assert listeners(process_at(free_port)) <= {"127.0.0.1", "::1"}
    for session in crowd:
        session.communicate(timeout=WAIT_S)
    wait_until(lambda: not process_at(free_port))


def test_a_router_that_cannot_start_is_not_waited_for(
    free_port: int, meet_at: Callable[[str], None], spoken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_at(f"tcp/127.0.0.1:{free_port}")
    monkeypatch.setenv("ZENOH_ROUTER_CONFIG_URI", "/no/such.json5")
    with open_zenoh() as session:
        assert session.info.routers_zid() == []
    assert spoken[0].startswith(f"no Zenoh router starts on tcp/127.0.0.1:{free_port}")


def test_a_wrong_idle_time_is_named(
    free_port: int, meet_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_at(f"tcp/127.0.0.1:{free_port}")
    monkeypatch.setenv("EMBEDDED_ROS_ROUTER_IDLE_S", "soon")
    with pytest.raises(ConfigError, match="EMBEDDED_ROS_ROUTER_IDLE_S='soon' is no number of seconds"):
        open_zenoh()


def test_no_router_is_started_on_another_host(meet_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    from embedded_ros.wire import router_start

    monkeypatch.setattr(router_start, "_spawn", lambda listen: pytest.fail("started"))
    for endpoint in ("tcp/192.0.2.1:7447", "tls/localhost:7447", "tcp/robot:7447"):
        assert not router_start.ensure_router([endpoint])
    assert not router_start.ensure_router(["tcp/localhost:1", "tcp/192.0.2.1:7447"])
