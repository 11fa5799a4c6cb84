"""Sockets in which messages gather: what is held, for how long, and what never is."""

import queue
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zenoh

from embedded_ros.wire.config import gather_s
from embedded_ros.wire.gate import Gate
from embedded_ros.wire.liveliness import EntityKind
from embedded_ros.wire.qos import KEEP_ALL, Qos
from embedded_ros.wire.session import WireSession
from embedded_ros.wire.subscription import WireSubscription

from .conftest import until_matched
from .vectors import ADD_HASH

KEY = "gate/data"
WAIT_S = 30.0
LONG_ENOUGH_S = 0.3
LARGE = bytes(200_000)
TYPE = "example_interfaces::msg::dds_::String_"


@pytest.fixture
def gate(session: WireSession) -> Iterator[Gate]:
    yield session.gate
    session.gate.open()


@pytest.fixture
def arrived(session: WireSession) -> Iterator[queue.Queue[bytes]]:
    """Payloads, as Zenoh's threads bring them."""
    found: queue.Queue[bytes] = queue.Queue()
    subscriber = session.zenoh.declare_subscriber(KEY, lambda sample: found.put(sample.payload.to_bytes()))
    yield found
    subscriber.undeclare()  # type: ignore[no-untyped-call]


@pytest.fixture
def publisher(peer: zenoh.Session, arrived: queue.Queue[bytes]) -> zenoh.Publisher:
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    # What was declared on the way here is in.
    publisher.put(b"first")
    assert arrived.get(timeout=WAIT_S) == b"first"
    return publisher


def test_messages_gather_until_the_gate_opens(
    gate: Gate, publisher: zenoh.Publisher, arrived: queue.Queue[bytes]
) -> None:
    gate.shut()
    for number in range(5):
        publisher.put(bytes([number]))
    time.sleep(LONG_ENOUGH_S)
    assert arrived.empty()
    gate.open()
    assert [arrived.get(timeout=WAIT_S) for _ in range(5)] == [bytes([number]) for number in range(5)]


def test_much_comes_at_once(gate: Gate, publisher: zenoh.Publisher, arrived: queue.Queue[bytes]) -> None:
    gate.shut()
    publisher.put(LARGE)
    publisher.put(LARGE)
    assert arrived.get(timeout=WAIT_S) == LARGE


def test_a_link_that_was_forgotten_is_open_and_found_again(
    gate: Gate, publisher: zenoh.Publisher, arrived: queue.Queue[bytes]
) -> None:
    gate.shut()
    gate.forget()
    publisher.put(b"second")
    assert arrived.get(timeout=WAIT_S) == b"second"
    gate._retry_s = 0.0
    gate.shut()
    publisher.put(b"third")
    time.sleep(LONG_ENOUGH_S)
    assert arrived.empty()


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def test_no_handle_of_a_socket_is_left(session: WireSession) -> None:
    before = open_files()
    for _ in range(5):
        session.gate._retry_s = 0.0
        session.gate.shut()
        assert len(session.gate._sockets) == 1
        session.gate.forget()
    assert open_files() == before


def test_a_closed_session_has_nothing_to_shut(session: WireSession) -> None:
    session.gate.shut()
    session.close()
    session.gate._retry_s = 0.0
    session.gate.shut()
    session.gate.open()
    assert session.gate._sockets == []


def test_a_session_without_links_has_nothing_to_shut() -> None:
    config = zenoh.Config()
    for key, value in {"mode": '"peer"', "scouting/multicast/enabled": "false", "listen/endpoints": "[]"}.items():
        config.insert_json5(key, value)
    with zenoh.open(config) as alone:
        gate = Gate(alone)
        gate.shut()
        gate.open()
        assert gate._sockets == []


@pytest.mark.parametrize(
    ("qos", "shortest"),
    [
        ([Qos(depth=1000), Qos(depth=20)], 20),
        ([Qos(depth=1000), Qos(history=KEEP_ALL)], 1000),
        ([Qos(depth=1000), Qos(depth=1000, deadline_ns=10_000_000)], 0),
        ([], float("inf")),
    ],
)
def test_the_shortest_queue_of_a_session_is_known(session: WireSession, qos: list[Qos], shortest: float) -> None:
    node = session.new_node("/", "tester")
    entities = [
        session.new_endpoint(node, EntityKind.SUBSCRIPTION, "/chatter", dds_type=TYPE, type_hash=ADD_HASH, qos=item)
        for item in qos
    ]
    subscriptions = [WireSubscription(session, entity, lambda: None) for entity in entities]
    assert session.shortest_queue == shortest
    for subscription in subscriptions:
        subscription.undeclare()
    assert session.shortest_queue == float("inf")


@pytest.mark.parametrize(("text", "expected"), [("", 0.008), ("0", 0.0), ("1.5", 0.0015)])
def test_how_long_is_said_in_milliseconds(text: str, expected: float, spoken: list[str]) -> None:
    assert gather_s({"EMBEDDED_ROS_GATHER_MS": text}) == expected
    assert spoken == []


@pytest.mark.parametrize("text", ["soon", "-1", "100"])
def test_what_is_no_such_number_is_told_and_not_taken(text: str, spoken: list[str]) -> None:
    assert gather_s({"EMBEDDED_ROS_GATHER_MS": text}) == 0.008
    assert spoken == [f"EMBEDDED_ROS_GATHER_MS='{text}' is no number of milliseconds below 100; using 8"]
