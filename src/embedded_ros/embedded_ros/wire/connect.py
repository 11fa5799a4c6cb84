"""Opens a context's Zenoh session: with the router that is there, one that it starts, or none yet."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence

import zenoh

from embedded_ros.wire.config import CONNECT_ENDPOINTS, connect_endpoints, router_check_attempts, session_config
from embedded_ros.wire.errors import ConfigError, reason
from embedded_ros.wire.router_start import ensure_router

_LOG = logging.getLogger("rmw_zenoh_cpp")
_CHECK_PERIOD_S = 1.0
_FAREWELL_S = 0.005
# The path of a socket has at most 103 bytes on macOS, 107 on Linux; what follows takes 29.
_LONGEST_ROOT = 74
_HOW = "start one with 'ros2 run rmw_zenoh_cpp rmw_zenohd', or name another in ZENOH_CONFIG_OVERRIDE"


def open_zenoh() -> zenoh.Session:
    """Open the session that the environment describes. An absent router is a warning: the session finds it later.

    Raises ConfigError where the configuration cannot be read or does not fit this machine.
    """
    if "RUST_LOG" in os.environ:
        zenoh.try_init_log_from_env()  # type: ignore[no-untyped-call]
    config = session_config()
    endpoints = connect_endpoints(config)
    where = f"at {', '.join(endpoints)}"
    ensure_router(endpoints)
    try:
        session = zenoh.open(config)
    except zenoh.ZError as error:
        if json.loads(config.get_json("mode")) != "client":
            raise ConfigError(f"no Zenoh session opens: {reason(error)}; see ZENOH_SESSION_CONFIG_URI") from error
        session = _open_unconnected(endpoints)
        # Once more: a router with nothing to do may have ended since.
        if ensure_router(endpoints):
            where += " (what listens there does not answer)"
    _await_router(session, where)
    return session


def _open_unconnected(endpoints: Sequence[str]) -> zenoh.Session:
    """A client that goes on looking for its router.

    Zenoh opens none, but one that lost its router looks for it for ever: so it is given one, for this moment only.
    """
    # Imported here: few processes start without a router, and each import counts when a node starts.
    import tempfile

    root = tempfile.gettempdir()
    if len(root) > _LONGEST_ROOT:
        root = "/tmp"  # noqa: S108  # a folder of one's own is made in it
    with tempfile.TemporaryDirectory(prefix="embedded_ros_", dir=root) as folder:
        stand_in = f"unixsock-stream/{folder}/router"
        with zenoh.open(_stand_in_config(stand_in)) as router:
            config = session_config()
            config.insert_json5(CONNECT_ENDPOINTS, json.dumps([stand_in, *endpoints]))
            session = zenoh.open(config)
        # Its end is news that travel: until they are in, it would pass for a router.
        while router.zid() in session.info.routers_zid():
            time.sleep(_FAREWELL_S)
        return session


def _stand_in_config(endpoint: str) -> zenoh.Config:
    config = zenoh.Config()
    settings = {"mode": "router", "listen/endpoints": [endpoint], "connect/endpoints": [], "scouting/delay": 0}
    for key, value in {**settings, "scouting/multicast/enabled": False}.items():
        config.insert_json5(key, json.dumps(value))
    return config


def _await_router(session: zenoh.Session, where: str) -> None:
    """Look for the router as often as `ZENOH_ROUTER_CHECK_ATTEMPTS` says; in the end go on without one."""
    attempts = router_check_attempts()
    looks = 0
    while (attempts is None or looks < attempts) and not session.info.routers_zid():
        looks += 1
        if looks == attempts:
            _LOG.warning("no Zenoh router %s: other processes are out of reach until one is there; %s", where, _HOW)
        else:
            if looks == 1:
                _LOG.warning("waiting for a Zenoh router %s; %s", where, _HOW)
            time.sleep(_CHECK_PERIOD_S)
