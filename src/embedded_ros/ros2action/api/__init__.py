"""Actions by name, and their types."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import INTERFACE_ERRORS, complete_with
from ros2cli.node.strategy import NodeStrategy

NamesAndTypes = list[tuple[str, list[str]]]


def get_action_clients_and_servers(*, node: Any, action_name: str) -> tuple[NamesAndTypes, NamesAndTypes]:
    """Nodes that call the action, and those that serve it, by full name with the types; Ros2CliError for no name."""
    from rclpy.exceptions import InvalidTopicNameException
    from rclpy.expand_topic_name import expand_topic_name
    from rclpy.validate_full_topic_name import validate_full_topic_name

    try:
        action = expand_topic_name(action_name, node.get_name(), node.get_namespace())
        validate_full_topic_name(action)
    except (InvalidTopicNameException, ValueError) as error:
        raise Ros2CliError(str(error)) from error
    clients: NamesAndTypes = []
    servers: NamesAndTypes = []
    for name, namespace in node.get_node_names_and_namespaces():
        for found, ask in (
            (clients, node.get_action_client_names_and_types_by_node),
            (servers, node.get_action_server_names_and_types_by_node),
        ):
            full_name = f"{namespace.rstrip('/')}/{name}"
            found += [(full_name, types) for known, types in ask(name, namespace) if known == action]
    return clients, servers


def get_action_names_and_types(*, node: NodeStrategy) -> NamesAndTypes:
    """Sorted by name."""
    return node.get_action_names_and_types()


def get_action_names(*, node: NodeStrategy) -> list[str]:
    """Sorted."""
    return [name for name, _ in get_action_names_and_types(node=node)]


def action_class(action_type: str) -> Any:
    """The class of a type that was typed in. Raises Ros2CliError."""
    from rosidl_runtime_py.utilities import get_action

    try:
        return get_action(action_type)
    except INTERFACE_ERRORS as error:
        raise Ros2CliError("The passed action type is invalid") from error


def action_name_completer(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """All actions in the graph."""
    with NodeStrategy(parsed_args) as node:
        return get_action_names(node=node)


def action_type_completer(**_: Any) -> list[str]:
    """All action types."""
    from rosidl_runtime_py import get_action_interfaces

    return sorted(f"{package}/{name}" for package, names in get_action_interfaces().items() for name in names)


class ActionTypeCompleter:
    """Completes the type of the action in the argument `action_name_key`, or any action type."""

    def __init__(self, *, action_name_key: str | None = None) -> None:
        self.action_name_key = action_name_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        if self.action_name_key is None:
            return action_type_completer()
        with NodeStrategy(parsed_args) as node:
            return dict(get_action_names_and_types(node=node)).get(getattr(parsed_args, self.action_name_key), [])


class ActionGoalPrototypeCompleter:
    """Completes a goal of the type in the argument `action_type_key`, with default values."""

    def __init__(self, *, action_type_key: str) -> None:
        self.action_type_key = action_type_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        from rosidl_runtime_py import message_to_yaml

        return [message_to_yaml(action_class(getattr(parsed_args, self.action_type_key)).Goal())]


def add_action_name(parser: argparse.ArgumentParser) -> None:
    """The argument of verbs that are about one action."""
    complete_with(parser.add_argument("action_name", help="name of the action, e.g. /fibonacci"), action_name_completer)
