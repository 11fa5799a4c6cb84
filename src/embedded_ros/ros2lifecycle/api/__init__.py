"""Calls of the services of lifecycle nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.node.direct import DirectNode
from ros2cli.node.strategy import NodeStrategy
from ros2node.api import NodeName, get_absolute_node_name
from ros2node.api import get_node_names as get_all_node_names
from ros2service.api import get_service_names_and_types

Requests = Mapping[str, Any]
"""A request by the name of the node that it goes to."""


def get_node_names(*, node: Any, include_hidden_nodes: bool = False) -> list[NodeName]:
    """Nodes that have a life cycle."""
    services = dict(get_service_names_and_types(node=node, include_hidden_services=include_hidden_nodes))
    return [
        name
        for name in get_all_node_names(node=node, include_hidden_nodes=include_hidden_nodes)
        if "lifecycle_msgs/srv/GetState" in services.get(f"{name.full_name}/get_state", ())
    ]


def find_node(node: NodeStrategy, node_name: str, *, include_hidden_nodes: bool) -> str:
    """The absolute name of a node that has a life cycle. Raises Ros2CliError where it is not there in --spin-time."""
    wanted = get_absolute_node_name(node_name)

    def is_there() -> bool:
        names = get_node_names(node=node, include_hidden_nodes=include_hidden_nodes)
        return any(name.full_name == wanted for name in names)

    if wanted is None or not node.wait_until(is_there):
        raise Ros2CliError("Node not found")
    return wanted


def call_get_states(*, node: Any, node_names: Iterable[str]) -> dict[str, Any]:
    """The current state by node, or the exception that its service raised."""
    from lifecycle_msgs.srv import GetState

    responses = _call_all(node, GetState, "get_state", {name: GetState.Request() for name in node_names})
    return {name: getattr(response, "current_state", response) for name, response in responses.items()}


def call_get_available_transitions(*, node: Any, states: Mapping[str, Any]) -> dict[str, Any]:
    """Transitions by node, from the state given or from the current one (None); or the service's exception."""
    return _call_get_transitions(node, states, "get_available_transitions")


def call_get_transition_graph(*, node: Any, states: Mapping[str, Any]) -> dict[str, Any]:
    """All transitions by node, or those from the state given; or the service's exception."""
    return _call_get_transitions(node, states, "get_transition_graph")


def call_change_states(*, node: Any, transitions: Mapping[str, Any]) -> dict[str, Any]:
    """Whether each node went through its transition, or the exception that its service raised."""
    from lifecycle_msgs.srv import ChangeState

    requests = {name: ChangeState.Request(transition=transition) for name, transition in transitions.items()}
    responses = _call_all(node, ChangeState, "change_state", requests)
    return {name: getattr(response, "success", response) for name, response in responses.items()}


def _call_get_transitions(node: Any, states: Mapping[str, Any], service_name: str) -> dict[str, Any]:
    from lifecycle_msgs.srv import GetAvailableTransitions

    requests = {name: GetAvailableTransitions.Request() for name in states}
    responses = _call_all(node, GetAvailableTransitions, service_name, requests)
    return {
        name: response
        if isinstance(response, Exception)
        else [
            found
            for found in response.available_transitions
            if states[name] is None or found.start_state == states[name]
        ]
        for name, response in responses.items()
    }


def _call_all(node: Any, service_class: Any, service_name: str, requests: Requests) -> dict[str, Any]:
    """All at once: a response or an exception by node."""
    import rclpy

    rclpy_node = node.node if isinstance(node, DirectNode) else node
    futures = {}
    for name, request in requests.items():
        client = rclpy_node.create_client(service_class, f"{name}/{service_name}")
        client.wait_for_service()
        futures[name] = client.call_async(request)
    for future in futures.values():
        rclpy.spin_until_future_complete(rclpy_node, future)
    return {
        name: future.exception() if future.result() is None else future.result() for name, future in futures.items()
    }
