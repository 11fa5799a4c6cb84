"""Processes, cores and links of the underlay's benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

DEADLINE_S = 30.0
_OVERRIDE = "ZENOH_CONFIG_OVERRIDE"


def pin(index: int) -> None:
    """Keep this process on one core: 0 for receivers, 1 for senders; a single core is shared."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[index % len(cores)]})


def free_endpoint() -> str:
    """A TCP endpoint of this host that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp/127.0.0.1:{probe.getsockname()[1]}"


def listening(endpoint: str) -> dict[str, str]:
    """Environment of a session that others connect to directly."""
    # Without a router, and without a warning of that.
    override = f'mode="peer";listen/endpoints=["{endpoint}"];connect/endpoints=[]'
    return {_OVERRIDE: override, "ZENOH_ROUTER_CHECK_ATTEMPTS": "-1"}


def connecting(endpoint: str) -> dict[str, str]:
    """Environment of a session that connects to `endpoint`, a router or a listening session."""
    return {_OVERRIDE: f'connect/endpoints=["{endpoint}"]'}


def start(module: str, *arguments: str, environ: dict[str, str]) -> subprocess.Popen[str]:
    """A process that runs `module` with `environ` over this one's, its standard output piped."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.PIPE, text=True)


@contextmanager
def running(module: str, *arguments: str, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The same for as long as the block lasts."""
    process = start(module, *arguments, environ=environ)
    try:
        yield process
    finally:
        process.kill()  # it has nothing to lose, and nobody waits for it
        process.communicate()


@contextmanager
def own_router() -> Iterator[None]:
    """A router that nobody else uses, for the sessions of this process and of those that it starts meanwhile."""
    endpoint = free_endpoint()
    with running("embedded_ros.wire.router", environ={_OVERRIDE: f'listen/endpoints=["{endpoint}"]'}):
        await_listener(endpoint)
        before = os.environ.get(_OVERRIDE)
        os.environ.update(connecting(endpoint))
        try:
            yield
        finally:
            os.environ[_OVERRIDE] = before or ""


def await_listener(endpoint: str) -> None:
    """Wait until somebody listens there. Raises TimeoutError."""
    host, port = endpoint.removeprefix("tcp/").split(":")
    deadline = time.monotonic() + DEADLINE_S
    while not _accepts(host, int(port)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody listens on {endpoint} after {DEADLINE_S} s")
        time.sleep(0.01)


def _accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False
