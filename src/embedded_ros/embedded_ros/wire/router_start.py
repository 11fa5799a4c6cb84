"""Starts a router in the background where the default session would find none."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from embedded_ros.wire.config import ROUTER_PORT

AUTOSTART = "EMBEDDED_ROS_ROUTER"
IDLE_EXIT = "EMBEDDED_ROS_ROUTER_IDLE_S"
_DEFAULT_IDLE_S = 60.0
_START_TIMEOUT_S = 10.0
_RETRY_S = 0.05

_router: subprocess.Popen[bytes] | None = None

_LOG = logging.getLogger("rmw_zenoh_cpp")


def is_listening(port: int = ROUTER_PORT) -> bool:
    """True where something on this host accepts connections on the port."""
    try:
        with socket.create_connection(("localhost", port), timeout=1.0):
            return True
    except OSError:
        return False


def ensure_router() -> bool:
    """Start a detached router unless one listens, and wait until it does. True where one listens in the end.

    Several processes may do this at once: the port lets one router in, the others end by themselves.
    `EMBEDDED_ROS_ROUTER=off` leaves it to the user; `EMBEDDED_ROS_ROUTER_IDLE_S` (default 60) is how long the
    router outlives the last session.
    """
    if is_listening():
        return True
    if os.environ.get(AUTOSTART, "auto").lower() in ("off", "0", "false", "no"):
        return False
    _spawn()
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if is_listening():
            _LOG.info("started a Zenoh router on tcp/localhost:%d; it ends when nobody needs it", ROUTER_PORT)
            return True
        time.sleep(_RETRY_S)
    return False


def _spawn() -> None:
    idle_s = os.environ.get(IDLE_EXIT, str(_DEFAULT_IDLE_S))
    global _router  # noqa: PLW0603  # kept: a process object that is dropped while its process runs warns
    # A session of its own, and no inherited terminal: Ctrl-C in the caller's terminal must not take it along.
    # In the folder of this package, so that `-m` finds it also where the caller's path is a relative one.
    _router = subprocess.Popen(
        [sys.executable, "-m", "embedded_ros.wire.router", "--idle-exit", idle_s],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
    )
