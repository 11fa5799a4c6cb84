"""Which actions there are in the graph."""

from __future__ import annotations

from embedded_ros.wire.liveliness import EntityKind
from rclpy.impl.action_names import FEEDBACK_SUFFIX, FEEDBACK_TYPE_SUFFIX
from rclpy.impl.node_handle import NamesAndTypes
from rclpy.node import Node


def get_action_client_names_and_types_by_node(
    node: Node, remote_node_name: str, remote_node_namespace: str
) -> NamesAndTypes:
    """Actions of which that node has a client. Raises NodeNameNonExistentError."""
    with node.handle:
        return _actions(
            node.handle.names_and_types_by_node(EntityKind.SUBSCRIPTION, remote_node_name, remote_node_namespace)
        )


def get_action_server_names_and_types_by_node(
    node: Node, remote_node_name: str, remote_node_namespace: str
) -> NamesAndTypes:
    """Actions of which that node has a server. Raises NodeNameNonExistentError."""
    with node.handle:
        return _actions(
            node.handle.names_and_types_by_node(EntityKind.PUBLISHER, remote_node_name, remote_node_namespace)
        )


def get_action_names_and_types(node: Node) -> NamesAndTypes:
    """Actions that have a server or a client."""
    with node.handle:
        return _actions(node.handle.names_and_types(EntityKind.PUBLISHER, EntityKind.SUBSCRIPTION))


def _actions(topics: NamesAndTypes) -> NamesAndTypes:
    return [
        (name.removesuffix(FEEDBACK_SUFFIX), [type_.removesuffix(FEEDBACK_TYPE_SUFFIX) for type_ in types])
        for name, types in topics
        if name.endswith(FEEDBACK_SUFFIX)
    ]
