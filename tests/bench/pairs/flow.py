"""Messages from one process to another: how many a second, and what each costs the receiver."""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import zenoh
from nav_msgs.msg import Odometry
from std_msgs.msg import String

import rclpy
from embedded_ros.rosidl import dds_type_name, serialize, type_hash
from embedded_ros.wire import attachment
from embedded_ros.wire.config import session_config
from embedded_ros.wire.gid import GID_SIZE
from embedded_ros.wire.keys import DataKey
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from tests.bench.harness import Figure, Goal
from tests.bench.pairs.links import (
    DEADLINE_S,
    await_listener,
    connecting,
    free_endpoint,
    listening,
    own_router,
    pin,
    running,
)

TOPIC = "/bench/flow"
DEPTH = 1000
PACE_HZ = 500
RUNS = 3
WARM_UP_S, SATURATED_S, PACED_S = 0.3, 1.2, 1.5
# A recorder's: many subscriptions that take Odometry as its bytes, one of them busy, through a router.
RECORDER_HZ, RECORDER_TOPICS, RECORDER_S = 2000, 20, 3.0

# 9 bytes of CDR around the text.
MESSAGES = {"raw": String(data="x" * 991), "typed": Odometry(child_frame_id="base_footprint")}


@dataclass(frozen=True, slots=True)
class Flow:
    """What a receiver counted: messages a second, and CPU microseconds of all its threads for each."""

    rate: float
    cpu_us: float


def data_key(kind: str) -> str:
    """Key expression of the topic in domain 0."""
    interface = type(MESSAGES[kind])
    return str(DataKey(domain=0, name=TOPIC, dds_type=dds_type_name(interface), type_hash=type_hash(interface)))


def send(kind: str, rate_hz: float) -> None:
    """Put messages until ended: `rate_hz` a second, or with 0 as many as the receiver takes."""
    pin(1)
    with zenoh.open(session_config()) as session:
        publisher = session.declare_publisher(data_key(kind), congestion_control=zenoh.CongestionControl.BLOCK)
        payload, gid, sequence = zenoh.ZBytes(serialize(MESSAGES[kind])), bytes(GID_SIZE), 0
        started = time.monotonic()
        while True:
            sequence += 1
            publisher.put(payload, attachment=attachment.pack(sequence, time.time_ns(), gid))
            if rate_hz:
                time.sleep(max(0.0, started + sequence / rate_hz - time.monotonic()))


def observe(count: Callable[[], int], seconds: float) -> Flow:
    """Watch a counter of received messages, from a while after the first."""
    deadline = time.monotonic() + DEADLINE_S
    while not count():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no message within {DEADLINE_S} s")
        time.sleep(0.01)
    time.sleep(WARM_UP_S)
    messages, cpu_s, started = count(), time.process_time(), time.perf_counter()
    time.sleep(seconds)
    messages, cpu_s, taken_s = count() - messages, time.process_time() - cpu_s, time.perf_counter() - started
    return Flow(messages / taken_s, cpu_s / max(1, messages) * 1e6)


def receive_ros(kind: str, is_raw: bool, seconds: float) -> Flow:
    """Receive with a node that an executor spins."""
    received = 0

    def on_message(_: object) -> None:
        nonlocal received
        received += 1

    def subscribe(node: Node) -> None:
        node.create_subscription(type(MESSAGES[kind]), TOPIC, on_message, DEPTH, raw=is_raw)

    return _spun(subscribe, lambda: received, seconds)


def record(seconds: float) -> Flow:
    """Receive as a recorder does: raw, with each message's times, on all cores."""
    times = list[int]()

    def subscribe(node: Node) -> None:
        for number in range(RECORDER_TOPICS):
            topic = f"{TOPIC}{number or ''}"
            node.create_subscription(
                Odometry, topic, lambda _, info: times.append(info["received_timestamp"]), DEPTH, raw=True
            )

    return _spun(subscribe, times.__len__, seconds)


def _spun(subscribe: Callable[[Node], None], count: Callable[[], int], seconds: float) -> Flow:
    """Observe what a node with these subscriptions counts, while an executor spins it in this thread."""
    rclpy.init(args=[], domain_id=0)
    node, executor = rclpy.create_node("bench_receiver"), SingleThreadedExecutor()
    flows = list[Flow]()

    def watch() -> None:
        try:
            flows.append(observe(count, seconds))
        finally:
            executor.shutdown()

    subscribe(node)
    executor.add_node(node)
    watching = threading.Thread(target=watch)
    watching.start()
    executor.spin()
    watching.join()
    node.destroy_node()
    rclpy.shutdown()
    return flows[0]


def receive_zenoh(kind: str, seconds: float) -> Flow:
    """Receive with a plain session."""
    received = 0

    def on_sample(sample: zenoh.Sample) -> None:
        nonlocal received
        sample.payload.to_bytes()
        received += 1

    with zenoh.open(session_config()) as session:
        session.declare_subscriber(data_key(kind), on_sample)
        return observe(lambda: received, seconds)


def flow(receiver: str, kind: str, rate_hz: float, seconds: float) -> Flow:
    """One measurement: a receiver process, and a sender that connects to it."""
    endpoint = free_endpoint()
    arguments = (receiver, kind, str(seconds))
    with running(__name__, "receive", *arguments, environ=listening(endpoint)) as process:
        await_listener(endpoint)
        with running(__name__, "send", kind, str(rate_hz), environ=connecting(endpoint)):
            assert process.stdout is not None
            return Flow(**json.loads(process.stdout.readline()))


def routed(receiver: str) -> Flow:
    """The same through a router, which nobody else uses, of Odometry at the recorder's rate; nobody is pinned."""
    with (
        own_router(),
        running(__name__, "send", "typed", str(RECORDER_HZ), environ={}),
        running(__name__, "record", receiver, str(RECORDER_S), environ={}) as process,
    ):
        assert process.stdout is not None
        return Flow(**json.loads(process.stdout.readline()))


def measure_recorder() -> Figure:
    """CPU a message, of all threads of the process and with the callback, beside Zenoh's default callback."""
    pairs = [(routed("ros").cpu_us, routed("zenoh").cpu_us) for _ in range(RUNS)]
    ours, peer = (statistics.median(costs) for costs in zip(*pairs, strict=True))
    name = f"raw Odometry, CPU at {RECORDER_HZ} Hz, {RECORDER_TOPICS} subscriptions"
    goals = (Goal(subject="value", bound=30, at_most=True), Goal(subject="ratio", bound=0.7, at_most=True))
    return _figure(name, ours, peer, "us", goals)


def medians(kind: str, rate_hz: float, seconds: float) -> tuple[Flow, Flow]:
    """Of `RUNS` runs: ours, and the plain session's, in turn."""
    pairs = [[flow(receiver, kind, rate_hz, seconds) for receiver in ("ros", "zenoh")] for _ in range(RUNS)]
    ours, peer = (
        Flow(statistics.median(run.rate for run in runs), statistics.median(run.cpu_us for run in runs))
        for runs in zip(*pairs, strict=True)
    )
    return ours, peer


def measure() -> list[Figure]:
    """Saturated rates, and CPU at 500 Hz and at a recorder's rate."""
    at_least_half = Goal(subject="ratio", bound=0.5, at_most=False)
    floors = {"raw": 100_000, "typed": 25_000}
    figures = []
    for kind, floor in floors.items():
        ours, peer = medians(kind, 0, SATURATED_S)
        goals = (Goal(subject="value", bound=floor, at_most=False), *([at_least_half] if kind == "raw" else []))
        figures.append(_figure(f"{kind} {_label(kind)}, saturated", ours.rate, peer.rate, "msg/s", goals))
    for kind in floors:
        ours, peer = medians(kind, PACE_HZ, PACED_S)
        goals = (Goal(subject="value", bound=150, at_most=True),)
        figures.append(_figure(f"{kind} {_label(kind)}, CPU at {PACE_HZ} Hz", ours.cpu_us, peer.cpu_us, "us", goals))
    return [*figures, measure_recorder()]


def _label(kind: str) -> str:
    return "1 kB" if kind == "raw" else type(MESSAGES[kind]).__name__


def _figure(name: str, ours: float, peer: float, unit: str, goals: tuple[Goal, ...]) -> Figure:
    return Figure(name=name, value=ours, unit=unit, runs=RUNS, peer=peer, peer_name="zenoh-python", goals=goals)


def main(role: str, *arguments: str) -> None:
    """Child processes."""
    if role == "send":
        send(arguments[0], float(arguments[1]))
        return
    if role == "record":
        receiver, seconds = arguments
        found = record(float(seconds)) if receiver == "ros" else receive_zenoh("typed", float(seconds))
    else:
        pin(0)
        receiver, kind, seconds = arguments
        is_ros = receiver == "ros"
        found = receive_ros(kind, kind == "raw", float(seconds)) if is_ros else receive_zenoh(kind, float(seconds))
    print(json.dumps(asdict(found)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
