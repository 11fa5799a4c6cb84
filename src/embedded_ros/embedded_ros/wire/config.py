"""Zenoh configuration of sessions and routers, with rmw_zenoh_cpp's environment variables."""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Mapping
from typing import Any

import zenoh

from embedded_ros.wire.errors import ConfigError

SESSION_CONFIG_URI = "ZENOH_SESSION_CONFIG_URI"
ROUTER_CONFIG_URI = "ZENOH_ROUTER_CONFIG_URI"
CONFIG_OVERRIDE = "ZENOH_CONFIG_OVERRIDE"

ROUTER_PORT = 7447
DEFAULT_ROUTER_ENDPOINT = f"tcp/localhost:{ROUTER_PORT}"
QUERY_TIMEOUT_S = 600.0

_LOG = logging.getLogger("rmw_zenoh_cpp")

# Shared by sessions and routers: what rmw_zenoh_cpp's packaged files set and Zenoh's own default does not.
_COMMON: dict[str, Any] = {
    "scouting/multicast/enabled": False,
    "timestamping": {"enabled": True, "drop_future_timestamp": False},
    "queries_default_timeout": int(QUERY_TIMEOUT_S * 1000),
    "routing/interests/timeout": 10_000,
    "transport/shared_memory/enabled": False,
    "transport/unicast/open_timeout": 60_000,
    "transport/unicast/accept_timeout": 60_000,
    "transport/unicast/accept_pending": 10_000,
    "transport/unicast/max_sessions": 10_000,
    "transport/link/tx/lease": 60_000,
    "transport/link/tx/keep_alive": 2,
    # Deeper and more patient than rmw_zenoh_cpp's 2 batches and 1 ms: a camera picture fills four batches, and two busy
    # cores then cost a recorder one message in 600 (a 4x simulation, 24 s); with these, none. A receiver that is really
    # too slow still loses messages, after 0.1 s.
    "transport/link/tx/queue/size/data": 16,
    "transport/link/tx/queue/congestion_control/drop/wait_before_drop": 100_000,
    "adminspace": {"enabled": True, "permissions": {"read": True, "write": False}},
}

# A client, not a peer: a client is always routed, also to hosts that a peer on `localhost` could not reach.
_SESSION: dict[str, Any] = {
    "mode": "client",
    "connect/endpoints": [DEFAULT_ROUTER_ENDPOINT],
    "transport/link/tx/queue/congestion_control/block/wait_before_close": 60_000_000,
}

_ROUTER: dict[str, Any] = {
    "mode": "router",
    "listen/endpoints": [f"tcp/[::]:{ROUTER_PORT}"],
    "connect/endpoints": [],
    "transport/link/tx/queue/congestion_control/block/wait_before_close": 5_000_000,
}


def session_config(environ: Mapping[str, str] | None = None) -> zenoh.Config:
    """Configuration of a context's session. Raises ConfigError where the named file cannot be read."""
    return _build(SESSION_CONFIG_URI, {**_COMMON, **_SESSION}, os.environ if environ is None else environ)


def router_config(environ: Mapping[str, str] | None = None) -> zenoh.Config:
    """Configuration of `rmw_zenohd`. Raises ConfigError where the named file cannot be read."""
    defaults = {**_COMMON, **_ROUTER}
    if not _has_ipv6():
        defaults["listen/endpoints"] = [f"tcp/0.0.0.0:{ROUTER_PORT}"]
    return _build(ROUTER_CONFIG_URI, defaults, os.environ if environ is None else environ)


def _has_ipv6() -> bool:
    # Containers are often without; there `[::]` cannot be bound, and would leave the host without a router.
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True


def session_is_default(environ: Mapping[str, str] | None = None) -> bool:
    """True where neither a file nor an override changes where the session connects."""
    environ = os.environ if environ is None else environ
    overridden = {key.split("/")[0] for key, _ in _overrides(environ.get(CONFIG_OVERRIDE, ""))}
    return not environ.get(SESSION_CONFIG_URI) and not overridden & {"mode", "connect"}


def _build(uri_variable: str, defaults: dict[str, Any], environ: Mapping[str, str]) -> zenoh.Config:
    path = environ.get(uri_variable)
    if path:
        try:
            config = zenoh.Config.from_file(path)
        except zenoh.ZError as error:
            raise ConfigError(f"{uri_variable}={path}: {error}; unset it or correct the file") from error
    else:
        config = zenoh.Config()
        for key, value in defaults.items():
            config.insert_json5(key, json.dumps(value))
    for key, text in _overrides(environ.get(CONFIG_OVERRIDE, "")):
        _apply_override(config, key, text)
    return config


def _overrides(text: str) -> list[tuple[str, str]]:
    """`key/path=json5;key2=json5`, split on `;` and the first `=`."""
    pairs = [item.partition("=") for item in text.split(";") if item.strip()]
    return [(key.strip(), value.strip()) for key, _, value in pairs]


def _apply_override(config: zenoh.Config, key: str, text: str) -> None:
    # As in rmw_zenoh_cpp a pair that does not fit is passed over with a warning, so that one typing
    # error does not keep a robot from starting.
    try:
        config.insert_json5(key, text)
    except zenoh.ZError as error:
        _LOG.warning("%s: '%s=%s' is not applied: %s", CONFIG_OVERRIDE, key, text, error)
