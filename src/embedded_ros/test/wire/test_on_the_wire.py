"""What a plain Zenoh peer sees and says: keys, bytes, tokens and queries, as rmw_zenoh_cpp has them."""

import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import zenoh
from zenoh import ext

from embedded_ros.wire import attachment
from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.publisher import WirePublisher
from embedded_ros.wire.qos import TRANSIENT_LOCAL, Qos
from embedded_ros.wire.service import WireClient, WireService
from embedded_ros.wire.session import WireSession
from embedded_ros.wire.subscription import Received, WireSubscription, attachment_of

from .conftest import DOMAIN, until_matched
from .vectors import ADD_HASH, STRING_HASH

KEY = f"{DOMAIN}/ns/chatter/std_msgs::msg::dds_::String_/{STRING_HASH}"
SERVICE_KEY = f"{DOMAIN}/add/example_interfaces::srv::dds_::AddTwoInts_/{ADD_HASH}"
HELLO = bytes.fromhex("000100000600000068656c6c6f00")
WAIT_S = 20.0


@pytest.fixture
def node(session: WireSession) -> Iterator[Entity]:
    node = session.new_node("/ns", "talker")
    session.announce(node)
    yield node
    session.withdraw(node)


def topic(session: WireSession, node: Entity, kind: EntityKind, **qos: int) -> Entity:
    dds_type = "std_msgs::msg::dds_::String_"
    return session.new_endpoint(node, kind, "/ns/chatter", dds_type=dds_type, type_hash=STRING_HASH, qos=Qos(**qos))


def service(session: WireSession, node: Entity, kind: EntityKind) -> Entity:
    dds_type = "example_interfaces::srv::dds_::AddTwoInts_"
    return session.new_endpoint(node, kind, "/add", dds_type=dds_type, type_hash=ADD_HASH, qos=Qos(depth=10))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def take(subscription: WireSubscription, count: int) -> list[Received]:
    """What is queued as soon as it is so many; fails where they don't come."""
    until(lambda: subscription.count_ready() >= count)
    return list(iter(subscription.take, None))


def payloads(taken: list[Received]) -> list[bytes]:
    return [payload for payload, _, _ in taken]


def test_published_bytes_key_and_attachment(session: WireSession, peer: zenoh.Session, node: Entity) -> None:
    samples: queue.Queue[zenoh.Sample] = queue.Queue()
    subscriber = peer.declare_subscriber(f"{DOMAIN}/**", samples.put)
    publisher = WirePublisher(session, topic(session, node, EntityKind.PUBLISHER, depth=10))
    until_matched(publisher._publisher)
    publisher.put(HELLO)
    publisher.put(HELLO)
    first, second = samples.get(timeout=WAIT_S), samples.get(timeout=WAIT_S)
    assert str(first.key_expr) == KEY
    assert first.payload.to_bytes() == HELLO
    assert first.attachment is not None
    assert second.attachment is not None
    assert len(first.attachment.to_bytes()) == 33
    found = [attachment.unpack(sample.attachment.to_bytes()) for sample in (first, second) if sample.attachment]
    assert [item.sequence for item in found] == [1, 2]
    assert {item.gid for item in found} == {publisher.entity.gid}
    publisher.undeclare()
    subscriber.undeclare()  # type: ignore[no-untyped-call]


def test_a_peers_put_is_received_with_and_without_attachment(
    session: WireSession, peer: zenoh.Session, node: Entity
) -> None:
    entity = topic(session, node, EntityKind.SUBSCRIPTION, depth=10)
    subscription = WireSubscription(session, entity, lambda: None)
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    publisher.put(HELLO, attachment=attachment.pack(5, 17, bytes(range(16))))
    publisher.put(b"plain")
    taken = take(subscription, 2)
    assert payloads(taken) == [HELLO, b"plain"]
    assert [attachment_of(data) for _, data, _ in taken] == [(5, 17, bytes(range(16))), (0, 0, bytes(16))]
    subscription.undeclare()


def test_readiness_is_told_once_for_a_burst_and_again_after_it(
    session: WireSession, peer: zenoh.Session, node: Entity
) -> None:
    told: list[int] = []
    entity = topic(session, node, EntityKind.SUBSCRIPTION, depth=10)
    subscription = WireSubscription(session, entity, lambda: told.append(subscription.count_ready()))
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    for number in range(3):
        publisher.put(bytes([number]))
    until(lambda: subscription.count_ready() == 3)
    assert told == [1]
    take(subscription, 3)
    publisher.put(HELLO)
    until(lambda: told == [1, 1])
    subscription.undeclare()


def test_a_peers_delete_is_no_message(session: WireSession, peer: zenoh.Session, node: Entity) -> None:
    entity = topic(session, node, EntityKind.SUBSCRIPTION, depth=10)
    subscription = WireSubscription(session, entity, lambda: None)
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    publisher.delete()
    publisher.put(HELLO)
    assert payloads(take(subscription, 1)) == [HELLO]
    subscription.undeclare()


@pytest.mark.parametrize("size", [1, 16_384, 16_385, 500_000])
def test_payloads_of_any_size_come_whole(session: WireSession, peer: zenoh.Session, node: Entity, size: int) -> None:
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    subscription = WireSubscription(session, topic(session, node, EntityKind.SUBSCRIPTION, depth=2), lambda: None)
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    publisher.put(payload)
    assert payloads(take(subscription, 1)) == [payload]
    subscription.undeclare()


def test_a_queue_tells_when_it_is_half_full(session: WireSession, peer: zenoh.Session, node: Entity) -> None:
    counts: list[int] = []
    subscription = WireSubscription(session, topic(session, node, EntityKind.SUBSCRIPTION, depth=8), lambda: None)
    subscription.on_filling = lambda: counts.append(subscription.count_ready())
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    for _ in range(8):
        publisher.put(HELLO)
    take(subscription, 8)
    assert counts == [4]
    subscription.undeclare()


def test_a_full_queue_drops_the_oldest(session: WireSession, peer: zenoh.Session, node: Entity) -> None:
    entity = topic(session, node, EntityKind.SUBSCRIPTION, depth=2)
    subscription = WireSubscription(session, entity, lambda: None)
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    for number in range(5):
        publisher.put(bytes([number]))
    until(lambda: [payload for payload, _, _ in list(subscription._queue)][-1:] == [b"\x04"])
    assert payloads(take(subscription, 2)) == [b"\x03", b"\x04"]
    subscription.undeclare()


def test_gaps_in_sequence_numbers_are_told(session: WireSession, peer: zenoh.Session, node: Entity) -> None:
    lost: list[int] = []
    entity = topic(session, node, EntityKind.SUBSCRIPTION, depth=9)
    subscription = WireSubscription(session, entity, lambda: None)
    subscription.on_lost = lost.append
    publisher = peer.declare_publisher(KEY)
    until_matched(publisher)
    for sequence in (1, 2, 5, 6):
        publisher.put(HELLO, attachment=attachment.pack(sequence, 0, bytes(16)))
    take(subscription, 4)
    assert lost == [2]
    subscription.undeclare()


def test_tokens_come_and_go_with_their_entities(session: WireSession, peer: zenoh.Session, node: Entity) -> None:
    changes: queue.Queue[tuple[str, bool]] = queue.Queue()
    watcher = peer.liveliness().declare_subscriber(
        f"@ros2_lv/{DOMAIN}/**",
        lambda sample: changes.put((str(sample.key_expr), sample.kind == zenoh.SampleKind.PUT)),
        history=True,
    )
    assert changes.get(timeout=WAIT_S) == (node.token, True)
    publisher = WirePublisher(session, topic(session, node, EntityKind.PUBLISHER, depth=10))
    assert changes.get(timeout=WAIT_S) == (publisher.entity.token, True)
    publisher.undeclare()
    assert changes.get(timeout=WAIT_S) == (publisher.entity.token, False)
    assert publisher.entity.token == (
        f"@ros2_lv/{DOMAIN}/{session.zid}/{node.nid}/{publisher.entity.eid}/MP/%/%ns/talker/%ns%chatter/"
        f"std_msgs::msg::dds_::String_/{STRING_HASH}/::,10:,:,:,,"
    )
    watcher.undeclare()  # type: ignore[no-untyped-call]


def test_a_peers_token_enters_the_graph(session: WireSession, peer: zenoh.Session) -> None:
    token = peer.liveliness().declare_token(f"@ros2_lv/{DOMAIN}/{peer.zid()}/0/0/NN/%/%/foreign")
    graph = session.graph
    assert graph.wait_for(lambda: "foreign" in [node.node_name for node in graph.nodes()], WAIT_S)
    token.undeclare()  # type: ignore[no-untyped-call]
    assert graph.wait_for(lambda: "foreign" not in [node.node_name for node in graph.nodes()], WAIT_S)


def test_a_complete_query_is_answered_with_its_number_and_gid(
    session: WireSession, peer: zenoh.Session, node: Entity
) -> None:
    ready = threading.Semaphore(0)
    server = WireService(session, service(session, node, EntityKind.SERVICE), ready.release)
    querier = peer.declare_querier(SERVICE_KEY, target=zenoh.QueryTarget.ALL_COMPLETE)
    until_matched(querier)
    replies = querier.get(payload=b"request", attachment=attachment.pack(3, 9, bytes(range(16))))
    assert ready.acquire(timeout=WAIT_S)
    request = server.take()
    assert request is not None
    assert (request.payload, request.attachment.sequence) == (b"request", 3)
    assert server.reply(request.attachment.gid, 3, b"response")
    reply = next(iter(replies))
    assert reply.ok is not None
    assert reply.ok.attachment is not None
    found = attachment.unpack(reply.ok.attachment.to_bytes())
    assert (reply.ok.payload.to_bytes(), found.sequence, found.gid) == (b"response", 3, bytes(range(16)))
    assert not server.reply(request.attachment.gid, 3, b"again")
    server.undeclare()


def test_a_request_reaches_a_complete_queryable_with_payload_and_attachment(
    session: WireSession, peer: zenoh.Session, node: Entity
) -> None:
    queries: queue.Queue[zenoh.Query] = queue.Queue()
    queryable = peer.declare_queryable(SERVICE_KEY, queries.put, complete=True)
    ready = threading.Semaphore(0)
    client = WireClient(session, service(session, node, EntityKind.CLIENT), ready.release)
    until_matched(client._querier)
    assert client.send(b"request") == 1
    with queries.get(timeout=WAIT_S) as query:
        assert query.payload is not None
        assert query.attachment is not None
        assert query.payload.to_bytes() == b"request"
        found = attachment.unpack(query.attachment.to_bytes())
        assert (found.sequence, found.gid) == (1, client.entity.gid)
        query.reply(SERVICE_KEY, b"response", attachment=attachment.pack(1, 0, found.gid))
    assert ready.acquire(timeout=WAIT_S)
    response = client.take()
    assert response is not None
    assert (response.payload, response.attachment.sequence) == (b"response", 1)
    client.undeclare()
    queryable.undeclare()  # type: ignore[no-untyped-call]


def test_a_late_subscriber_gets_what_a_transient_local_publisher_kept(
    session: WireSession, peer: zenoh.Session, node: Entity
) -> None:
    publisher = WirePublisher(session, topic(session, node, EntityKind.PUBLISHER, depth=2, durability=TRANSIENT_LOCAL))
    earlier: queue.Queue[zenoh.Sample] = queue.Queue()
    witness = peer.declare_subscriber(KEY, earlier.put)
    probe = session.zenoh.declare_publisher(KEY)  # an advanced publisher can't be asked for its matches
    until_matched(probe)
    probe.undeclare()  # type: ignore[no-untyped-call]
    for number in range(4):
        publisher.put(bytes([number]))
    for _ in range(4):
        earlier.get(timeout=WAIT_S)  # nothing is under way any more that a late subscriber could get live
    samples: queue.Queue[zenoh.Sample] = queue.Queue()
    subscriber = ext.declare_advanced_subscriber(
        peer, KEY, samples.put, history=ext.HistoryConfig(detect_late_publishers=True), subscriber_detection=True
    )
    assert [samples.get(timeout=WAIT_S).payload.to_bytes() for _ in range(2)] == [b"\x02", b"\x03"]
    subscriber.undeclare()  # type: ignore[no-untyped-call]
    witness.undeclare()  # type: ignore[no-untyped-call]
    publisher.undeclare()


def test_a_late_subscription_gets_what_a_peer_kept(session: WireSession, peer: zenoh.Session, node: Entity) -> None:
    publisher = ext.declare_advanced_publisher(peer, KEY, cache=ext.CacheConfig(3), publisher_detection=True)
    for number in range(5):
        publisher.put(bytes([number]), attachment=attachment.pack(number + 1, 0, bytes(16)))
    entity = topic(session, node, EntityKind.SUBSCRIPTION, depth=3, durability=TRANSIENT_LOCAL)
    subscription = WireSubscription(session, entity, lambda: None)
    taken: list[Received] = []
    while not taken or attachment_of(taken[-1][1]).sequence < 5:
        # The first of them may still be under way to the router, and then come live.
        taken += take(subscription, 1)
    assert payloads(taken)[-3:] == [b"\x02", b"\x03", b"\x04"]
    assert [attachment_of(data).sequence for _, data, _ in taken[-3:]] == [3, 4, 5]
    subscription.undeclare()
    publisher.undeclare()  # type: ignore[no-untyped-call]
