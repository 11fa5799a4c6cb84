"""Nodes by name, and what they have."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ros2cli.helpers import complete_with, wait_for
from ros2cli.node.strategy import NodeStrategy

INFO_NONUNIQUE_WARNING_TEMPLATE = (
    'There are {num_nodes} nodes in the graph with the exact name "{node_name}". '
    "You are seeing information about only one of them."
)
_HIDDEN_NODE_PREFIX = "_"


class NodeName(NamedTuple):
    """A name, its namespace, and both."""

    name: str
    namespace: str
    full_name: str


class TopicInfo(NamedTuple):
    """A topic, service or action, and its types."""

    name: str
    types: list[str]


def get_absolute_node_name(node_name: str | None) -> str | None:
    """The name with a slash in front; None for no name."""
    if not node_name:
        return None
    return node_name if node_name.startswith("/") else f"/{node_name}"


def parse_node_name(node_name: str) -> NodeName:
    """Split a name that may lack the first slash."""
    full_name = node_name if node_name.startswith("/") else f"/{node_name}"
    namespace, _, name = full_name.rpartition("/")
    return NodeName(name, namespace or "/", full_name)


def has_duplicates(values: Sequence[Any]) -> bool:
    """Whether something is there twice."""
    return len(set(values)) < len(values)


def get_node_names(*, node: Any, include_hidden_nodes: bool = False) -> list[NodeName]:
    """All nodes; two of one name are there twice."""
    return [
        NodeName(name, namespace, f"{namespace.rstrip('/')}/{name}")
        for name, namespace in node.get_node_names_and_namespaces()
        if include_hidden_nodes or (name and not name.startswith(_HIDDEN_NODE_PREFIX))
    ]


def wait_for_node(node: Any, node_name: str, include_hidden_nodes: bool = False, timeout: float = 1.0) -> bool:
    """Whether the node, with its absolute name, is in the graph within `timeout` s."""

    def is_there() -> bool:
        names = get_node_names(node=node, include_hidden_nodes=include_hidden_nodes)
        return any(name.full_name == node_name for name in names)

    return wait_for(is_there, timeout, period=0.02)


def get_topics(
    remote_node_name: str,
    func: Callable[[str, str], list[tuple[str, list[str]]]],
    *,
    include_hidden_topics: bool = False,
) -> list[TopicInfo]:
    """What `func(name, namespace)` gives for the node."""
    from rclpy.topic_or_service_is_hidden import topic_or_service_is_hidden

    node = parse_node_name(remote_node_name)
    return [
        TopicInfo(name, types)
        for name, types in func(node.name, node.namespace)
        if include_hidden_topics or not topic_or_service_is_hidden(name)
    ]


def get_subscriber_info(*, node: Any, remote_node_name: str, include_hidden: bool = False) -> list[TopicInfo]:
    """Topics that it subscribes to."""
    ask = node.get_subscriber_names_and_types_by_node
    return get_topics(remote_node_name, ask, include_hidden_topics=include_hidden)


def get_publisher_info(*, node: Any, remote_node_name: str, include_hidden: bool = False) -> list[TopicInfo]:
    """Topics that it publishes."""
    ask = node.get_publisher_names_and_types_by_node
    return get_topics(remote_node_name, ask, include_hidden_topics=include_hidden)


def get_service_client_info(*, node: Any, remote_node_name: str, include_hidden: bool = False) -> list[TopicInfo]:
    """Services that it calls."""
    ask = node.get_client_names_and_types_by_node
    return get_topics(remote_node_name, ask, include_hidden_topics=include_hidden)


def get_service_server_info(*, node: Any, remote_node_name: str, include_hidden: bool = False) -> list[TopicInfo]:
    """Services that it serves."""
    ask = node.get_service_names_and_types_by_node
    return get_topics(remote_node_name, ask, include_hidden_topics=include_hidden)


def get_action_server_info(*, node: Any, remote_node_name: str, include_hidden: bool = False) -> list[TopicInfo]:
    """Actions that it serves."""
    ask = node.get_action_server_names_and_types_by_node
    return get_topics(remote_node_name, ask, include_hidden_topics=include_hidden)


def get_action_client_info(*, node: Any, remote_node_name: str, include_hidden: bool = False) -> list[TopicInfo]:
    """Actions that it calls."""
    ask = node.get_action_client_names_and_types_by_node
    return get_topics(remote_node_name, ask, include_hidden_topics=include_hidden)


class NodeNameCompleter:
    """Completes node names; `include_hidden_nodes_key` names the argument that asks for hidden ones."""

    def __init__(self, *, include_hidden_nodes_key: str | None = None) -> None:
        self.include_hidden_nodes_key = include_hidden_nodes_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        is_all = bool(getattr(parsed_args, self.include_hidden_nodes_key or "", False))
        with NodeStrategy(parsed_args) as node:
            return [name.full_name for name in get_node_names(node=node, include_hidden_nodes=is_all)]


def add_node_name(parser: argparse.ArgumentParser, *, is_optional: bool = False) -> None:
    """The arguments of verbs that are about one node."""
    action = parser.add_argument("node_name", nargs="?" if is_optional else None, help="name of the node, e.g. /talker")
    complete_with(action, NodeNameCompleter(include_hidden_nodes_key="include_hidden_nodes"))
    parser.add_argument("--include-hidden-nodes", action="store_true", help="consider hidden nodes as well")
