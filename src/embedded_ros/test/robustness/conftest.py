"""A router that can be killed, and contexts that meet on it."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl import log_output
from rclpy.node import Node

WAIT_S = 30.0
DOMAIN = 78


def wait_until(condition: Callable[[], object]) -> None:
    """Poll until the condition holds, or fail."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come to hold"
        time.sleep(0.02)


def until_matched(sender: Any) -> None:
    """Wait until a Zenoh publisher or querier knows of a receiver: declarations travel in their own time."""
    wait_until(lambda: sender.matching_status.matching)


class RouterProcess:
    """`rmw_zenohd` on one port of loopback; it can be killed and started again there."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "embedded_ros.wire.router", "--listen", f"tcp/127.0.0.1:{self.port}"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._is_listening)

    def _is_listening(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1.0):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def router(free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[RouterProcess]:
    """Where the contexts of this test meet; not started yet."""
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", f'connect/endpoints=["tcp/127.0.0.1:{free_port}"]')
    monkeypatch.setenv("EMBEDDED_ROS_ROUTER", "off")
    router = RouterProcess(free_port)
    yield router
    router.kill()


MakeNode = Callable[[str], Node]


@pytest.fixture
def make_node() -> Iterator[MakeNode]:
    """`make_node(name)`: a node in a context of its own, as if in another process, with a thread that spins it."""
    contexts: list[Context] = []
    threads: list[threading.Thread] = []

    def make(name: str) -> Node:
        context = Context()
        rclpy.init(args=[], context=context, domain_id=DOMAIN)
        contexts.append(context)
        node = Node(name, context=context)
        executor = SingleThreadedExecutor(context=context)
        executor.add_node(node)
        thread = threading.Thread(target=spin, args=(executor,))
        thread.start()
        threads.append(thread)
        return node

    yield make
    for context in contexts:
        context.try_shutdown()
    for thread in threads:
        thread.join(WAIT_S)
    log_output.reset()


def spin(executor: SingleThreadedExecutor) -> None:
    """Run until the context is shut down; an error of a callback ends the test's node, and so the test."""
    from rclpy.executors import ExternalShutdownException

    try:
        executor.spin()
    except ExternalShutdownException:
        return
