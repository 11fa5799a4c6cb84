"""What a foreign peer sends wrongly ends no node: one line says so, and what is right still arrives."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import zenoh
from action_msgs.srv import CancelGoal
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from std_msgs.msg import String

from embedded_ros.rosidl import dds_type_name, serialize, type_hash
from embedded_ros.wire import attachment
from embedded_ros.wire.keys import DataKey
from rclpy.action import ActionServer
from rclpy.impl import log_output
from rclpy.node import Node

from .conftest import DOMAIN, MakeNode, until_matched, wait_until

GID = bytes(range(16))
GOOD = serialize(String(data="good"))
REQUEST = serialize(AddTwoInts.Request(a=2, b=3))
BAD_PAYLOADS = [
    b"",
    b"\x00\x01",
    b"\x00\x07\x00\x00" + GOOD[4:],
    GOOD[:-3],
    b"\x00\x01\x00\x00\xff\xff\xff\xff" + b"x" * 100,
    bytes(range(256)),
]
BAD_ATTACHMENTS = [None, b"", b"short", bytes(33), b"\xff" * 33]


def key(name: str, interface: Any) -> str:
    return str(DataKey(domain=DOMAIN, name=name, dds_type=dds_type_name(interface), type_hash=type_hash(interface)))


@pytest.fixture
def peer(endpoint: str) -> Iterator[zenoh.Session]:
    """A plain Zenoh session."""
    config = zenoh.Config()
    config.insert_json5("mode", '"client"')
    config.insert_json5("connect/endpoints", json.dumps([endpoint]))
    with zenoh.open(config) as session:
        yield session


@pytest.fixture
def node(own_router: str, make_node: MakeNode) -> Node:
    return make_node("victim")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What loggers say."""
    lines: list[str] = []

    def hear(record: log_output.Record) -> None:
        lines.append(record.message)

    log_output.add_sink(hear)
    yield lines
    log_output.remove_sink(hear)


@pytest.fixture
def ask(peer: zenoh.Session) -> Iterator[Callable[..., list[zenoh.Reply]]]:
    """`ask(key, payload, attachment)`: all replies to a query, as a ROS client puts it."""
    queriers: dict[str, zenoh.Querier] = {}

    def get(key_expr: str, payload: bytes | None, data: bytes | None) -> list[zenoh.Reply]:
        if key_expr not in queriers:
            target = zenoh.QueryTarget.ALL_COMPLETE
            queriers[key_expr] = peer.declare_querier(key_expr, target=target, timeout=60.0)
            until_matched(queriers[key_expr])
        return list(queriers[key_expr].get(payload=payload, attachment=data))

    yield get
    for querier in queriers.values():
        querier.undeclare()  # type: ignore[no-untyped-call]


def matched_publisher(peer: zenoh.Session, key_expr: str) -> zenoh.Publisher:
    publisher = peer.declare_publisher(key_expr)
    until_matched(publisher)
    return publisher


def test_a_subscription_passes_over_malformed_messages(node: Node, peer: zenoh.Session, logged: list[str]) -> None:
    heard: list[str] = []
    node.create_subscription(String, "chatter", lambda msg: heard.append(msg.data), 10)
    publisher = matched_publisher(peer, key("/chatter", String))
    data = attachment.pack(1, 1, GID)
    for payload in BAD_PAYLOADS:
        publisher.put(payload, attachment=data)
    publisher.put(GOOD, attachment=data)
    wait_until(lambda: heard == ["good"])
    assert [line for line in logged if "/chatter" in line] == [
        "ignored bytes that came on '/chatter': std_msgs/msg/String: not plain CDR: 0 bytes that start with ''"
    ]


def test_messages_without_a_proper_attachment_are_messages(node: Node, peer: zenoh.Session) -> None:
    heard: list[dict[str, int]] = []
    node.create_subscription(String, "chatter", lambda msg, info: heard.append(info), 10)
    publisher = matched_publisher(peer, key("/chatter", String))
    for data in BAD_ATTACHMENTS:
        publisher.put(GOOD, attachment=data)
    wait_until(lambda: len(heard) == len(BAD_ATTACHMENTS))
    assert {info["publication_sequence_number"] for info in heard} == {0}
    assert [info["reception_sequence_number"] for info in heard] == list(range(len(BAD_ATTACHMENTS)))


def test_a_service_goes_on_after_malformed_requests(
    node: Node, ask: Callable[..., list[zenoh.Reply]], spoken: list[str], logged: list[str]
) -> None:
    node.create_service(AddTwoInts, "add", lambda request, response: AddTwoInts.Response(sum=request.a + request.b))
    place = key("/add", AddTwoInts)
    assert [ask(place, REQUEST, data) for data in BAD_ATTACHMENTS] == [[]] * len(BAD_ATTACHMENTS)
    assert ask(place, None, attachment.pack(1, 1, GID)) == []
    assert ask(place, REQUEST, attachment.pack(-1, 1, GID)) == []
    assert ask(place, REQUEST, attachment.pack(1, -1, GID)) == []
    assert [ask(place, payload, attachment.pack(2, 1, GID)) for payload in BAD_PAYLOADS] == [[]] * len(BAD_PAYLOADS)
    (reply,) = ask(place, REQUEST, attachment.pack(3, 1, GID))
    assert reply.ok is not None
    assert reply.ok.payload.to_bytes() == serialize(AddTwoInts.Response(sum=5))
    assert spoken == ["ignored a query on '/add' that is no ROS request: it has no attachment"]
    assert len([line for line in logged if "bytes that came on '/add'" in line]) == 1


def test_a_client_passes_over_malformed_replies(
    node: Node, peer: zenoh.Session, spoken: list[str], logged: list[str]
) -> None:
    place = key("/add", AddTwoInts)
    good = serialize(AddTwoInts.Response(sum=5))

    def answer(query: zenoh.Query) -> None:
        asked = attachment.unpack(query.attachment.to_bytes())  # type: ignore[union-attr]
        right = attachment.pack(asked.sequence, 1, asked.gid)
        with query:
            for data in BAD_ATTACHMENTS:
                query.reply(place, good, attachment=data)
            for payload in BAD_PAYLOADS:
                query.reply(place, payload, attachment=right)
            query.reply(place, good, attachment=attachment.pack(asked.sequence + 7, 1, asked.gid))
            query.reply_err(b"\xffno")
            query.reply(place, good, attachment=right)

    queryable = peer.declare_queryable(place, answer, complete=True)
    client = node.create_client(AddTwoInts, "add")
    until_matched(client.handle._wire._querier)
    call = client.call_async(AddTwoInts.Request(a=2, b=3))
    wait_until(call.done)
    assert call.result().sum == 5
    assert spoken[0].startswith("ignored a response on '/add': attachment has 0 bytes")
    assert len([line for line in logged if "bytes that came on '/add'" in line]) == 1
    queryable.undeclare()  # type: ignore[no-untyped-call]


def test_an_error_reply_leaves_the_future_pending_and_is_told(
    node: Node, peer: zenoh.Session, spoken: list[str]
) -> None:
    place = key("/add", AddTwoInts)
    queryable = peer.declare_queryable(place, refuse, complete=True)
    client = node.create_client(AddTwoInts, "add")
    until_matched(client.handle._wire._querier)
    call = client.call_async(AddTwoInts.Request())
    wait_until(lambda: spoken)
    assert spoken == ["a request on '/add' ended without a response: out of order"]
    assert not call.done()
    queryable.undeclare()  # type: ignore[no-untyped-call]


def refuse(query: zenoh.Query) -> None:
    with query:
        query.reply_err("out of order")


def test_an_action_server_goes_on_after_malformed_goals(node: Node, ask: Callable[..., list[zenoh.Reply]]) -> None:
    def execute(goal: Any) -> Any:
        goal.succeed()
        return Fibonacci.Result(sequence=[1])

    ActionServer(node, Fibonacci, "fibonacci", execute)
    goals = key("/fibonacci/_action/send_goal", Fibonacci.Impl.SendGoalService)
    results = key("/fibonacci/_action/get_result", Fibonacci.Impl.GetResultService)
    cancels = key("/fibonacci/_action/cancel_goal", CancelGoal)
    for place in (goals, results, cancels):
        for payload in (b"garbage", b"\x00\x01\x00\x00" + b"\xff" * 9):
            assert ask(place, payload, attachment.pack(1, 1, GID)) == []
    request = serialize(Fibonacci.Impl.SendGoalService.Request(goal=Fibonacci.Goal(order=3)))
    (reply,) = ask(goals, request, attachment.pack(2, 1, GID))
    assert reply.ok is not None
    assert reply.ok.payload.to_bytes()[4] == 1  # accepted


def test_a_publisher_with_another_definition_is_told_to_the_subscriber(
    node: Node, peer: zenoh.Session, spoken: list[str]
) -> None:
    node.create_subscription(String, "chatter", print, 10)
    place = f"@ros2_lv/{DOMAIN}/{peer.zid()}/0/1/MP/%/%/other/%chatter/{dds_type_name(String)}"
    token = peer.liveliness().declare_token(f"{place}/RIHS01_{'0' * 64}/::,10:,:,:,,")
    wait_until(lambda: any("on '/chatter' nothing arrives between two endpoints" in line for line in spoken))
    assert f"std_msgs/msg/String (RIHS01_{'0' * 64})" in spoken[-1]
    assert f"std_msgs/msg/String ({type_hash(String)})" in spoken[-1]
    token.undeclare()  # type: ignore[no-untyped-call]


def test_garbage_tokens_leave_the_graph_as_it_is(node: Node, peer: zenoh.Session, spoken: list[str]) -> None:
    texts = ("", "/x/0/0/NN/%/%/ghost", "/z/0/0/XX/%/%/ghost", "/z/0/1/MP/%/%/g/%t/a::b_/H/9:::,")
    tokens = [peer.liveliness().declare_token(f"@ros2_lv/{DOMAIN}{text}") for text in texts]
    wait_until(lambda: "ghost" in node.get_node_names())
    assert sorted(node.get_node_names()) == ["ghost", "victim"]
    assert len([line for line in spoken if "liveliness token" in line]) == 1
    for token in tokens:
        token.undeclare()  # type: ignore[no-untyped-call]
