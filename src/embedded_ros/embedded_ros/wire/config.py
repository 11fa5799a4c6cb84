"""Zenoh configuration of sessions and routers, with rmw_zenoh_cpp's environment variables."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
from collections.abc import Mapping, Sequence
from typing import Any

import zenoh

from embedded_ros.wire.errors import ConfigError, reason

SESSION_CONFIG_URI = "ZENOH_SESSION_CONFIG_URI"
ROUTER_CONFIG_URI = "ZENOH_ROUTER_CONFIG_URI"
CONFIG_OVERRIDE = "ZENOH_CONFIG_OVERRIDE"
ROUTER_CHECK_ATTEMPTS = "ZENOH_ROUTER_CHECK_ATTEMPTS"

GATHER = "EMBEDDED_ROS_GATHER_MS"
_DEFAULT_GATHER_MS = "8"

ROUTER_PORT = 7447
DEFAULT_ROUTER_ENDPOINT = f"tcp/localhost:{ROUTER_PORT}"
CONNECT_ENDPOINTS = "connect/endpoints"

_LOG = logging.getLogger("rmw_zenoh_cpp")

# Shared by sessions and routers: what rmw_zenoh_cpp's packaged files set and Zenoh's own default does not.
_COMMON: dict[str, Any] = {
    "scouting/multicast/enabled": False,
    "timestamping": {"enabled": True, "drop_future_timestamp": False},
    "queries_default_timeout": 600_000,
    "routing/interests/timeout": 10_000,
    "transport/shared_memory/enabled": False,
    "transport/shared_memory/transport_optimization/pool_size": 50_331_648,
    "transport/shared_memory/transport_optimization/message_size_threshold": 512,
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

_SESSION: dict[str, Any] = {
    # A client, not a peer: a client is always routed, also to hosts that a peer on `localhost` could not reach.
    "mode": "client",
    CONNECT_ENDPOINTS: [DEFAULT_ROUTER_ENDPOINT],
    # For those whom an override makes peers: as in rmw_zenoh_cpp they find each other through the router, on loopback.
    "listen/endpoints": {"client": [], "peer": ["tcp/localhost:0"], "router": []},
    "scouting/gossip/target": {"router": ["router", "peer"], "peer": ["router"]},
    "scouting/gossip/autoconnect_strategy": {"peer": {"to_router": "always", "to_peer": "greater-zid"}},
    # Not rmw_zenoh_cpp's 60 s: what accepts and never speaks Zenoh would hold `rclpy.init()` for so long. A slow
    # router loses nothing by it, for the session tries again.
    "transport/unicast/open_timeout": 2_000,
    "transport/link/tx/queue/congestion_control/block/wait_before_close": 60_000_000,
}

_ROUTER: dict[str, Any] = {
    "mode": "router",
    "listen/endpoints": [f"tcp/[::]:{ROUTER_PORT}"],
    CONNECT_ENDPOINTS: [],
    "transport/unicast/open_timeout": 60_000,
    "transport/link/tx/queue/congestion_control/block/wait_before_close": 5_000_000,
}

_SHARED_MEMORY = {
    "ZENOH_SHM_ALLOC_SIZE": "transport/shared_memory/transport_optimization/pool_size",
    "ZENOH_SHM_MESSAGE_SIZE_THRESHOLD": "transport/shared_memory/transport_optimization/message_size_threshold",
}


def session_config(environ: Mapping[str, str] | None = None) -> zenoh.Config:
    """Configuration of a context's session. Raises ConfigError where the named file cannot be read."""
    environ = os.environ if environ is None else environ
    config = _build(SESSION_CONFIG_URI, {**_COMMON, **_SESSION}, environ)
    for variable, key in _SHARED_MEMORY.items():
        if environ.get(variable):
            _apply(config, key, environ[variable], variable)
    return config


def router_config(environ: Mapping[str, str] | None = None, listen: Sequence[str] = ()) -> zenoh.Config:
    """Configuration of `rmw_zenohd`; `listen`: endpoints in place of the packaged ones, not of a named file's.

    Raises ConfigError where the named file cannot be read.
    """
    defaults = {**_COMMON, **_ROUTER}
    if listen:
        defaults["listen/endpoints"] = list(listen)
    elif not has_ipv6("::"):
        defaults["listen/endpoints"] = [f"tcp/0.0.0.0:{ROUTER_PORT}"]
    return _build(ROUTER_CONFIG_URI, defaults, os.environ if environ is None else environ)


def has_ipv6(address: str) -> bool:
    """True where that address can be bound. Containers are often without, and would be left without a router."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def connect_endpoints(config: zenoh.Config) -> list[str]:
    """Where a session of this configuration looks for its router."""
    mode = json.loads(config.get_json("mode"))
    endpoints = json.loads(config.get_json(CONNECT_ENDPOINTS))
    if isinstance(endpoints, dict):
        endpoints = endpoints.get(mode, [])
    return [endpoint for endpoint in endpoints if isinstance(endpoint, str)]


def router_check_attempts(environ: Mapping[str, str] | None = None) -> int | None:
    """How often, 1 s apart, to look whether a router is there: 1 if unset, None (for ever) if 0, 0 if negative."""
    text = (os.environ if environ is None else environ).get(ROUTER_CHECK_ATTEMPTS, "").strip() or "1"
    try:
        attempts = int(text)
    except ValueError:
        _LOG.warning("%s='%s' is not a number; looking once", ROUTER_CHECK_ATTEMPTS, text)
        return 1
    return None if attempts == 0 else max(0, attempts)


def gather_s(environ: Mapping[str, str] | None = None) -> float:
    """For how long messages of raw subscriptions gather where they come fast, in seconds; 0: not at all."""
    # At 2,000 messages a second receiving one costs half of what a plain Zenoh callback costs with 2 ms, 0.4 with 3 ms.
    # In a recorder, which does much else meanwhile, each wake finds the processor's caches cold: on two busy cores 6 ms
    # instead of 3 save 8 us a message, 8 ms another 4 and 12 ms hardly more.
    text = (os.environ if environ is None else environ).get(GATHER, "").strip() or _DEFAULT_GATHER_MS
    if not re.fullmatch(r"\d{1,2}(\.\d+)?", text):
        _LOG.warning("%s='%s' is no number of milliseconds below 100; using %s", GATHER, text, _DEFAULT_GATHER_MS)
        text = _DEFAULT_GATHER_MS
    return float(text) / 1000


def override_without_place(text: str) -> str:
    """An override's text less what says where a session connects: what a router that it starts can share."""
    places = ("mode", "connect", "listen")
    return ";".join(f"{key}={value}" for key, value in _overrides(text) if key.split("/")[0] not in places)


def _build(uri_variable: str, defaults: dict[str, Any], environ: Mapping[str, str]) -> zenoh.Config:
    path = environ.get(uri_variable)
    if path:
        try:
            config = zenoh.Config.from_file(path)
        except zenoh.ZError as error:
            raise ConfigError(f"{uri_variable}={path}: {reason(error)}; unset it or correct the file") from error
    else:
        config = zenoh.Config()
        for key, value in defaults.items():
            config.insert_json5(key, json.dumps(value))
    for key, text in _overrides(environ.get(CONFIG_OVERRIDE, "")):
        _apply(config, key, text, CONFIG_OVERRIDE)
    return config


def _overrides(text: str) -> list[tuple[str, str]]:
    """`key/path=json5;key2=json5`, split on `;` and the first `=`."""
    pairs = [item.partition("=") for item in text.split(";") if item.strip()]
    return [(key.strip(), value.strip()) for key, _, value in pairs]


def _apply(config: zenoh.Config, key: str, text: str, variable: str) -> None:
    # As in rmw_zenoh_cpp a pair that does not fit is passed over with a warning, so that one typing
    # error does not keep a robot from starting.
    try:
        config.insert_json5(key, text)
    except zenoh.ZError as error:
        _LOG.warning("%s: '%s=%s' is not applied: %s", variable, key, text, reason(error))
