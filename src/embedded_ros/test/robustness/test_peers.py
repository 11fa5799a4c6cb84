"""Nodes as rmw_zenoh_cpp's are by default, which are Zenoh peers, beside those of this package, which are clients."""

import socket
from functools import partial
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from example_interfaces.srv import AddTwoInts
from std_msgs.msg import String

from rclpy.node import Node

from .conftest import MakeNode, RouterProcess, until_matched, wait_until


@pytest.fixture
def client(router: RouterProcess, make_node: MakeNode) -> Node:
    router.start()
    return make_node("client")


@pytest.fixture
def make_peer(client: Node, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch, free_port: int) -> MakeNode:
    """As `make_node`, with a session that is a peer."""

    def make(name: str) -> Node:
        with monkeypatch.context() as patch:
            patch.setenv("ZENOH_CONFIG_OVERRIDE", f'mode="peer";connect/endpoints=["tcp/127.0.0.1:{free_port}"]')
            return make_node(name)

    return make


def add(request: Any, response: Any) -> Any:
    response.sum = request.a + request.b
    return response


def check(one: Node, other: Node) -> None:
    """Messages, and a service, from one to the other."""
    read: list[str] = []
    publisher = one.create_publisher(String, f"words_of_{one.get_name()}", 10)
    other.create_subscription(String, f"words_of_{one.get_name()}", lambda msg: read.append(msg.data), 10)
    until_matched(publisher.handle._wire._publisher)

    def is_read() -> bool:
        publisher.publish(String(data="hello"))
        return bool(read)

    wait_until(is_read)
    one.create_service(AddTwoInts, f"add_of_{one.get_name()}", add)
    adder = other.create_client(AddTwoInts, f"add_of_{one.get_name()}")
    assert adder.wait_for_service(30.0)
    call = adder.call_async(AddTwoInts.Request(a=2, b=3))
    wait_until(call.done)
    assert call.result().sum == 5


def sees_three(node: Node) -> bool:
    return sorted(node.get_node_names()) == ["client", "peer", "second"]


def test_peers_and_clients_are_in_one_graph_both_ways(client: Node, make_peer: MakeNode) -> None:
    peer, second = make_peer("peer"), make_peer("second")
    for node in (client, peer, second):
        wait_until(partial(sees_three, node))
    for one, other in ((client, peer), (peer, client), (peer, second)):
        check(one, other)


def sockets() -> set[tuple[str, int]]:
    """Addresses at which this process can be reached, by TCP or UDP."""
    connections = psutil.Process().net_connections()
    is_open = [item.status == psutil.CONN_LISTEN or item.type == socket.SOCK_DGRAM for item in connections]
    return {tuple(item.laddr) for item, is_it in zip(connections, is_open, strict=True) if is_it}


def test_a_peer_listens_on_loopback_alone(make_peer: MakeNode) -> None:
    before = sockets()
    make_peer("peer")
    hosts = {address[0] for address in sockets() - before}
    assert hosts
    assert hosts <= {"127.0.0.1", "::1"}
