import random
import threading

import pytest

from embedded_ros.wire.graph import GraphCache
from embedded_ros.wire.liveliness import Entity, EntityKind

from .vectors import PUBLISHER_TOKEN, TOKENS

NODE_TOKEN = next(iter(TOKENS))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_tokens_does_not_matter(seed: int) -> None:
    tokens = [NODE_TOKEN, PUBLISHER_TOKEN, PUBLISHER_TOKEN]
    random.Random(seed).shuffle(tokens)
    graph = GraphCache()
    for token in tokens:
        graph.put(token)
    assert [(node.node_name, node.kind) for node in graph.nodes()] == [("talker", EntityKind.NODE)]
    assert graph.count(EntityKind.PUBLISHER, "/chatter") == 1


def test_a_node_lives_until_its_last_token_is_gone() -> None:
    graph = GraphCache()
    graph.put(NODE_TOKEN)
    graph.put(PUBLISHER_TOKEN)
    graph.remove(NODE_TOKEN)
    assert [node.node_name for node in graph.nodes()] == ["talker"]
    graph.remove(PUBLISHER_TOKEN)
    assert graph.nodes() == []


def test_names_and_types_of_one_node() -> None:
    graph = GraphCache()
    graph.put(PUBLISHER_TOKEN)
    expected = [("/chatter", ["std_msgs/msg/String"])]
    assert graph.names_and_types_by_node(EntityKind.PUBLISHER, "talker", "/") == expected
    assert graph.names_and_types_by_node(EntityKind.SUBSCRIPTION, "talker", "/") == []
    assert graph.names_and_types_by_node(EntityKind.PUBLISHER, "nobody", "/") is None


def test_listeners_hear_each_change_once() -> None:
    graph, heard = GraphCache(), []

    def listen(entity: Entity, joined: bool) -> None:
        heard.append((entity.token, joined))

    graph.add_listener("me", listen)
    for change in (graph.put, graph.put, graph.remove, graph.remove):
        change(PUBLISHER_TOKEN)
    assert heard == [(PUBLISHER_TOKEN, True), (PUBLISHER_TOKEN, False)]


def test_a_malformed_token_is_left_out() -> None:
    graph = GraphCache()
    graph.put("@ros2_lv/0/abc")
    assert graph.entities() == []


def test_waiting_ends_with_the_change() -> None:
    graph = GraphCache()
    threading.Timer(0.05, graph.put, (PUBLISHER_TOKEN,)).start()
    assert graph.wait_for(lambda: graph.count(EntityKind.PUBLISHER, "/chatter") == 1, timeout_s=5.0)


def test_waiting_ends_at_the_timeout() -> None:
    assert not GraphCache().wait_for(lambda: False, timeout_s=0.01)


def test_waiting_ends_when_the_graph_is_closed() -> None:
    graph = GraphCache()
    threading.Timer(0.05, graph.close).start()
    assert not graph.wait_for(lambda: False, timeout_s=5.0)
