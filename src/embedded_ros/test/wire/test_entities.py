"""Options and queues of publishers, services and clients, as rmw_zenoh_cpp sets them."""

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest
import zenoh
from zenoh import ext

from embedded_ros.wire import attachment
from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.publisher import WirePublisher
from embedded_ros.wire.qos import BEST_EFFORT, KEEP_ALL, TRANSIENT_LOCAL, Qos
from embedded_ros.wire.service import WireClient, WireService
from embedded_ros.wire.session import WireSession, open_session

from .conftest import DOMAIN, until_matched
from .vectors import ADD_HASH

WAIT_S = 30.0
TWO = Qos(depth=2)
BEST_AVAILABLE = 4
GID = bytes(range(16))
TYPE = "example_interfaces::srv::dds_::AddTwoInts_"


def new(session: WireSession, kind: EntityKind, name: str = "/add", qos: Qos = TWO) -> Entity:
    node = session.new_node("/", "tester")
    return session.new_endpoint(node, kind, name, dds_type=TYPE, type_hash=ADD_HASH, qos=qos)


@pytest.mark.parametrize(
    ("qos", "reliability", "congestion"),
    [
        ({}, "RELIABLE", "DROP"),
        ({"history": KEEP_ALL}, "RELIABLE", "BLOCK"),
        ({"reliability": BEST_EFFORT}, "BEST_EFFORT", "DROP"),
        ({"reliability": BEST_EFFORT, "history": KEEP_ALL}, "BEST_EFFORT", "DROP"),
        ({"reliability": BEST_AVAILABLE, "history": KEEP_ALL}, "BEST_EFFORT", "DROP"),
        ({"durability": TRANSIENT_LOCAL}, None, "DROP"),
        ({"durability": TRANSIENT_LOCAL, "history": KEEP_ALL}, None, "BLOCK"),
    ],
)
def test_qos_chooses_reliability_and_congestion_control(
    session: WireSession, qos: dict[str, int], reliability: str | None, congestion: str
) -> None:
    publisher = WirePublisher(session, new(session, EntityKind.PUBLISHER, qos=Qos(**qos)))
    declared: Any = publisher._publisher
    assert declared.congestion_control == getattr(zenoh.CongestionControl, congestion)
    assert declared.priority == zenoh.Priority.DATA
    assert isinstance(declared, ext.AdvancedPublisher) == ("durability" in qos)
    if reliability is not None:  # an advanced publisher does not tell
        assert declared.reliability == getattr(zenoh.Reliability, reliability)
    publisher.undeclare()


@pytest.fixture
def requests() -> queue.Queue[None]:
    return queue.Queue()


@pytest.fixture
def server(session: WireSession, requests: queue.Queue[None]) -> Iterator[WireService]:
    server = WireService(session, new(session, EntityKind.SERVICE), lambda: requests.put(None))
    yield server
    server.undeclare()


@pytest.fixture
def querier(peer: zenoh.Session, server: WireService) -> Any:
    querier: Any = peer.declare_querier(server.entity.data_key, target=zenoh.QueryTarget.ALL_COMPLETE, timeout=WAIT_S)
    until_matched(querier)
    return querier


def test_a_full_service_ends_its_oldest_request(
    server: WireService, querier: Any, requests: queue.Queue[None], spoken: list[str]
) -> None:
    asked = [querier.get(payload=b"?", attachment=attachment.pack(number, 1, GID)) for number in (1, 2, 3, 4)]
    assert list(asked[0]) == list(asked[1]) == []
    for _ in asked:
        requests.get(timeout=WAIT_S)
    taken = [request.attachment.sequence for request in iter(server.take, None)]
    assert taken == [3, 4]
    assert spoken == ["dropped the oldest request on '/add': its queue holds 2"]
    assert not server.reply(GID, 1, b"late")
    assert [server.reply(GID, number, b"!") for number in taken] == [True, True]
    assert [len(list(replies)) for replies in asked[2:]] == [1, 1]


def test_a_request_that_comes_twice_is_taken_once(
    server: WireService, querier: Any, requests: queue.Queue[None]
) -> None:
    first = querier.get(payload=b"?", attachment=attachment.pack(1, 1, GID))
    requests.get(timeout=WAIT_S)
    assert list(querier.get(payload=b"?", attachment=attachment.pack(1, 1, GID))) == []
    assert server.take() is not None
    assert server.take() is None
    assert server.reply(GID, 1, b"!")
    assert len(list(first)) == 1


def test_a_refused_request_ends_without_a_reply(server: WireService, querier: Any, requests: queue.Queue[None]) -> None:
    replies = querier.get(payload=b"?", attachment=attachment.pack(1, 1, GID))
    requests.get(timeout=WAIT_S)
    server.refuse(GID, 1)
    assert list(replies) == []


def test_requests_time_out_as_configured_and_results_of_actions_never(
    peer: zenoh.Session, own_router: str, spoken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", f"{own_router};queries_default_timeout=200")
    session = open_session(DOMAIN)
    held: queue.Queue[zenoh.Query] = queue.Queue()
    unanswered = []
    for name in ("/a/_action/get_result", "/add"):
        client = WireClient(session, new(session, EntityKind.CLIENT, name), lambda: None)
        queryable: Any = peer.declare_queryable(client.entity.data_key, held.put, complete=True)
        until_matched(client._querier)
        client.send(b"?")
        unanswered.append((queryable, held.get(timeout=WAIT_S)))
    deadline_s = time.monotonic() + WAIT_S
    while not spoken:
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    # The result was asked for first: were it to time out as well, that would have been told before.
    assert spoken == ["a request on '/add' ended without a response: Timeout"]
    for queryable, query in unanswered:
        query.drop()  # type: ignore[no-untyped-call]
        queryable.undeclare()
    session.close()
