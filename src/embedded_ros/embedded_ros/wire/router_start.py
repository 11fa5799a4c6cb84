"""Starts a router in the background where a session would find none on this host."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from embedded_ros.wire.config import CONFIG_OVERRIDE, has_ipv6, override_without_place
from embedded_ros.wire.errors import ConfigError

if TYPE_CHECKING:
    import subprocess

AUTOSTART = "EMBEDDED_ROS_ROUTER"
IDLE_EXIT = "EMBEDDED_ROS_ROUTER_IDLE_S"
_DEFAULT_IDLE_S = "60"
_START_TIMEOUT_S = 10.0
_RETRY_S = 0.05
_LOOPBACK = re.compile(r"tcp/(localhost|127\.\d+\.\d+\.\d+|\[::1\]):(\d+)(?:[?#].*)?")

# Kept: a process object that is dropped while its process runs warns.
_routers: list[subprocess.Popen[bytes]] = []

_LOG = logging.getLogger("rmw_zenoh_cpp")


class _Place(NamedTuple):
    """A host, as an endpoint writes it, and a port."""

    host: str
    port: int

    def endpoints(self) -> list[str]:
        """What to listen on: for `localhost` both families, as a C++ session may try either."""
        if self.host != "localhost":
            return [f"tcp/{self.host}:{self.port}"]
        hosts = ["127.0.0.1", "[::1]"] if has_ipv6("::1") else ["127.0.0.1"]
        return [f"tcp/{host}:{self.port}" for host in hosts]

    def is_listening(self) -> bool:
        """True where something accepts connections."""
        try:
            with socket.create_connection((self.host.strip("[]"), self.port), timeout=1.0):
                return True
        except OSError:
            return False


def ensure_router(endpoints: Sequence[str]) -> bool:
    """Start a detached router unless one listens, and wait until it does. True where one listens in the end.

    Only where all `endpoints` are on loopback; it opens no other interface. Several processes may do this at once:
    the port lets one router in, the others end by themselves. `EMBEDDED_ROS_ROUTER=off` leaves it to the user;
    `EMBEDDED_ROS_ROUTER_IDLE_S` (default 60) is how long the router outlives the last session.
    """
    matches = [_LOOPBACK.fullmatch(endpoint) for endpoint in endpoints]
    places = [_Place(match.group(1), int(match.group(2))) for match in matches if match is not None]
    if not places or len(places) < len(endpoints):
        return False
    if any(place.is_listening() for place in places):
        return True
    if os.environ.get(AUTOSTART, "auto").lower() in ("off", "0", "false", "no"):
        return False
    return _start(places[0])


def _start(place: _Place) -> bool:
    router = _spawn(place.endpoints())
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        has_ended = router.poll() is not None
        # One that ended may have met another process's router on the port.
        if place.is_listening():
            _LOG.info("started a Zenoh router on tcp/%s:%d; it ends when nobody needs it", *place)
            return True
        if has_ended:
            break
        time.sleep(_RETRY_S)
    _LOG.warning("no Zenoh router starts on tcp/%s:%d; 'ros2 run rmw_zenoh_cpp rmw_zenohd' may say why", *place)
    return False


def _idle_exit() -> str:
    text = os.environ.get(IDLE_EXIT) or _DEFAULT_IDLE_S
    try:
        return str(float(text))
    except ValueError:
        raise ConfigError(f"{IDLE_EXIT}='{text}' is no number of seconds; set one or unset it") from None


def _spawn(listen: list[str]) -> subprocess.Popen[bytes]:
    # Imported here: each import counts when a node starts, and most find a router.
    import subprocess

    override = override_without_place(os.environ.get(CONFIG_OVERRIDE, ""))
    options = [option for endpoint in listen for option in ("--listen", endpoint)]
    # A session of its own, and no inherited terminal: Ctrl-C in the caller's terminal must not take it along.
    # In the folder of this package, so that `-m` finds it also where the caller's path is a relative one.
    router = subprocess.Popen(
        [sys.executable, "-m", "embedded_ros.wire.router", "--idle-exit", _idle_exit(), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, CONFIG_OVERRIDE: override},
    )
    _routers.append(router)
    return router
