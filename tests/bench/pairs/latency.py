"""One way and there and back through a router: the underlay's topics and services beside plain puts and queries."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import zenoh
from example_interfaces.srv import AddTwoInts
from std_msgs.msg import String

import rclpy
from embedded_ros.wire.config import session_config
from rclpy.executors import ExternalShutdownException
from tests.bench.harness import Figure, Goal
from tests.bench.pairs.links import DEADLINE_S, own_router, running

KEY, TOPIC, SERVICE = "bench/latency", "/bench/latency", "/bench/add"
PACE_S = 0.002
SAMPLES, ROUNDS = 600, 600
WARM_UP = 100
RUNS = 3
# Text of 991 bytes: 1 kB in CDR. It starts with the time at which it was sent.
TEXT_BYTES = 991
REQUEST_BYTES = 20


def stamped() -> str:
    """A text with the time of the monotonic clock, which all processes of a host share."""
    return f"{time.monotonic_ns():020d}".ljust(TEXT_BYTES, "x")


def age_us(text: str | bytes) -> float:
    """Microseconds since the text was made."""
    return (time.monotonic_ns() - int(text[:20])) / 1e3


def talk_ros() -> None:
    """Child: publish, until ended."""
    rclpy.init(args=[])
    publisher = rclpy.create_node("bench_talker").create_publisher(String, TOPIC, 10)
    while True:
        publisher.publish(String(data=stamped()))
        time.sleep(PACE_S)


def talk_zenoh() -> None:
    """The same without ROS."""
    with zenoh.open(session_config()) as session:
        publisher = session.declare_publisher(KEY)
        while True:
            publisher.put(stamped())
            time.sleep(PACE_S)


def serve_ros() -> None:
    """Child: answer requests, until ended."""
    rclpy.init(args=[])
    node = rclpy.create_node("bench_server")
    node.create_service(AddTwoInts, SERVICE, lambda _, response: response)
    rclpy.spin(node)


def serve_zenoh() -> None:
    """The same without ROS."""
    with zenoh.open(session_config()) as session:
        session.declare_queryable(KEY, lambda query: query.reply(KEY, bytes(12)), complete=True)
        threading.Event().wait()


def listen_ros() -> list[float]:
    """Ages of messages, in microseconds, as they reach a callback."""
    rclpy.init(args=[])
    node, ages = rclpy.create_node("bench_listener"), list[float]()

    def on_message(message: String) -> None:
        ages.append(age_us(message.data))
        if len(ages) == WARM_UP + SAMPLES:
            rclpy.shutdown()

    node.create_subscription(String, TOPIC, on_message, 10)
    node.create_timer(DEADLINE_S, rclpy.try_shutdown)
    with suppress(ExternalShutdownException):
        rclpy.spin(node)
    return ages[WARM_UP : WARM_UP + SAMPLES]


def listen_zenoh() -> list[float]:
    """The same without ROS."""
    ages, are_enough = list[float](), threading.Event()

    def on_sample(sample: zenoh.Sample) -> None:
        ages.append(age_us(sample.payload.to_bytes()))
        if len(ages) == WARM_UP + SAMPLES:
            are_enough.set()

    with zenoh.open(session_config()) as session:
        session.declare_subscriber(KEY, on_sample)
        are_enough.wait(DEADLINE_S)
    return ages[WARM_UP : WARM_UP + SAMPLES]


def timed(call: Callable[[], object]) -> list[float]:
    """Microseconds of each of many calls."""
    times = []
    for _ in range(WARM_UP + ROUNDS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1e6)
    return times[WARM_UP:]


def call_ros() -> list[float]:
    """Round trips of a service, in microseconds."""
    rclpy.init(args=[])
    node = rclpy.create_node("bench_client")
    client = node.create_client(AddTwoInts, SERVICE)
    if not client.wait_for_service(timeout_sec=DEADLINE_S):
        raise TimeoutError(f"no server of {SERVICE} within {DEADLINE_S} s")

    def call() -> None:
        future = client.call_async(AddTwoInts.Request(a=1, b=2))
        rclpy.spin_until_future_complete(node, future, timeout_sec=DEADLINE_S)
        if future.result() is None:
            raise TimeoutError(f"no answer of {SERVICE} within {DEADLINE_S} s")

    times = timed(call)
    node.destroy_node()
    rclpy.shutdown()
    return times


def call_zenoh() -> list[float]:
    """Round trips of a query with as many bytes."""
    with zenoh.open(session_config()) as session:
        querier = session.declare_querier(KEY, target=zenoh.QueryTarget.ALL_COMPLETE)

        def call() -> int:
            return sum(reply.ok is not None for reply in querier.get(payload=bytes(REQUEST_BYTES)))

        deadline = time.monotonic() + DEADLINE_S
        while not call():
            if time.monotonic() > deadline:
                raise TimeoutError(f"no answer to {KEY} within {DEADLINE_S} s")
        return timed(call)


CHILDREN = {"talk_ros": talk_ros, "talk_zenoh": talk_zenoh, "serve_ros": serve_ros, "serve_zenoh": serve_zenoh}
"""What runs in a process of its own, while this one measures."""


def median_us(child: str, measure_here: Callable[[], list[float]]) -> float:
    """The p50 of one run."""
    with own_router(), running(__name__, child, environ={}):
        return statistics.median(measure_here())


def compare(
    name: str, ours: tuple[str, Callable[[], list[float]]], peer: tuple[str, Callable[[], list[float]]], goal: Goal
) -> Figure:
    """Medians of runs in turn."""
    pairs = [(median_us(*ours), median_us(*peer)) for _ in range(RUNS)]
    return Figure(
        name=name,
        value=statistics.median(pair[0] for pair in pairs),
        unit="us",
        runs=RUNS,
        peer=statistics.median(pair[1] for pair in pairs),
        peer_name="zenoh-python",
        goals=(goal,),
    )


def measure() -> list[Figure]:
    """Medians, one way and there and back."""
    near = Goal(subject="excess", bound=100, at_most=True)
    twice = Goal(subject="ratio", bound=2.0, at_most=True)
    return [
        compare("publish to callback, 1 kB, p50", ("talk_ros", listen_ros), ("talk_zenoh", listen_zenoh), near),
        compare("service round trip, p50", ("serve_ros", call_ros), ("serve_zenoh", call_zenoh), twice),
    ]


if __name__ == "__main__":
    CHILDREN[sys.argv[1]]()
