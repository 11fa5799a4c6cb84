"""Round trips between two processes: rclpy on the underlay beside bare zenoh-python through the same router."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import zenoh
from std_msgs.msg import String

import rclpy
from embedded_ros.wire.config import session_config
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from tests.bench.harness import Figure, Goal, percentile

ROUNDS = 2000
WARM_UP = 200
PING_KEY, PONG_KEY = "bench/ping", "bench/pong"
DEADLINE_S = 20.0


def echo_ros() -> None:
    """Child process: send every ping back, until the parent ends it."""
    rclpy.init()
    node = Node("echo")
    publisher = node.create_publisher(String, "pong", 10)
    node.create_subscription(String, "ping", publisher.publish, 10)
    with suppress(ExternalShutdownException):
        rclpy.spin(node)


def echo_zenoh() -> None:
    """The same without ROS."""
    with zenoh.open(session_config()) as session:
        publisher = session.declare_publisher(PONG_KEY)
        session.declare_subscriber(PING_KEY, lambda sample: publisher.put(sample.payload))
        threading.Event().wait()


@contextmanager
def echo(kind: str) -> Iterator[None]:
    """A child process that echoes."""
    child = subprocess.Popen([sys.executable, "-m", "tests.bench.transport", kind])
    try:
        yield
    finally:
        child.terminate()
        child.wait()


def round_trips(send: Callable[[], None], answered: threading.Event) -> list[float]:
    """Microseconds a round trip; the first answer may take as long as the child needs to start."""
    end = time.monotonic() + DEADLINE_S
    while not answered.is_set() and time.monotonic() < end:
        send()
        answered.wait(0.1)
    times = []
    for _ in range(WARM_UP + ROUNDS):
        answered.clear()
        started = time.perf_counter()
        send()
        if not answered.wait(DEADLINE_S):
            raise TimeoutError(f"no echo within {DEADLINE_S} s")
        times.append((time.perf_counter() - started) * 1e6)
    return times[WARM_UP:]


def measure_ros() -> list[float]:
    """Round trips of std_msgs/String between two nodes."""
    rclpy.init()
    node, answered = Node("bench"), threading.Event()
    publisher = node.create_publisher(String, "ping", 10)
    node.create_subscription(String, "pong", lambda _: answered.set(), 10)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    spinning = threading.Thread(target=executor.spin, daemon=True)
    spinning.start()
    message = String(data="x" * 64)
    try:
        with echo("ros"):
            return round_trips(lambda: publisher.publish(message), answered)
    finally:
        executor.shutdown()
        spinning.join()
        node.destroy_node()
        rclpy.shutdown()


def measure_zenoh() -> list[float]:
    """Round trips of as many bytes between two sessions."""
    answered = threading.Event()
    with zenoh.open(session_config()) as session, echo("zenoh"):
        publisher = session.declare_publisher(PING_KEY)
        session.declare_subscriber(PONG_KEY, lambda _: answered.set())
        return round_trips(lambda: publisher.put(b"x" * 72), answered)


def measure() -> list[Figure]:
    """Median and 99th percentile of a round trip."""
    ours, peer = measure_ros(), measure_zenoh()
    goal = Goal(subject="ratio", bound=3.0, at_most=True)
    figure = Figure(
        name="round trip, 64 bytes, p50",
        value=statistics.median(ours),
        unit="us",
        runs=ROUNDS,
        peer=statistics.median(peer),
        peer_name="zenoh-python",
        goal=goal,
    )
    tail = Figure(
        name="round trip, 64 bytes, p99",
        value=percentile(ours, 0.99),
        unit="us",
        runs=ROUNDS,
        peer=percentile(peer, 0.99),
        peer_name="zenoh-python",
    )
    return [figure, tail]


if __name__ == "__main__":
    {"ros": echo_ros, "zenoh": echo_zenoh}[sys.argv[1]]()
