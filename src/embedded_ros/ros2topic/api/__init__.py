"""Topics by name, their types, and how to listen to them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import INTERFACE_ERRORS, complete_with
from ros2cli.node.strategy import NodeStrategy
from ros2topic.api.qos import add_qos_arguments as add_qos_arguments
from ros2topic.api.qos import profile_configure_short_keys as profile_configure_short_keys
from ros2topic.api.qos import qos_profile_from_short_keys as qos_profile_from_short_keys


def positive_int(string: str) -> int:
    """An argument's type."""
    value = int(string) if string.isdecimal() else 0
    if value <= 0:
        raise argparse.ArgumentTypeError("value must be a positive integer")
    return value


def positive_float(inval: str) -> float:
    """An argument's type."""
    try:
        value = float(inval)
    except ValueError as error:
        raise argparse.ArgumentTypeError("Expects a floating point number") from error
    if value <= 0.0:
        raise argparse.ArgumentTypeError("Value must be positive")
    return value


def get_topic_names_and_types(*, node: Any, include_hidden_topics: bool = False) -> list[tuple[str, list[str]]]:
    """Sorted by name."""
    from rclpy.topic_or_service_is_hidden import topic_or_service_is_hidden

    return [
        (name, types)
        for name, types in node.get_topic_names_and_types()
        if include_hidden_topics or not topic_or_service_is_hidden(name)
    ]


def get_topic_names(*, node: Any, include_hidden_topics: bool = False) -> list[str]:
    """Sorted."""
    return [name for name, _ in get_topic_names_and_types(node=node, include_hidden_topics=include_hidden_topics)]


def wait_for_topic_types(node: NodeStrategy, topic: str, *, include_hidden_topics: bool = False) -> list[str]:
    """The topic's types; an empty list where it is not in the graph after --spin-time."""

    def types() -> Sequence[str]:
        found = get_topic_names_and_types(node=node, include_hidden_topics=include_hidden_topics)
        return dict(found).get(topic, ())

    node.wait_until(lambda: bool(types()))
    return list(types())


def get_msg_class(node: Any, topic: str, blocking: bool = False, include_hidden_topics: bool = False) -> Any:
    """The class of the topic's messages; warns, and gives None or (`blocking`) waits, where nobody has the topic.

    Raises Ros2CliError for a name that is none, several types, or a type that is not installed.
    """
    import rclpy
    from rclpy.impl.graph_wait import wait_for_graph

    name = full_topic_name(node, topic)

    def types() -> list[str]:
        return dict(get_topic_names_and_types(node=node, include_hidden_topics=include_hidden_topics)).get(name, [])

    if not (node.wait_until(lambda: bool(types())) if hasattr(node, "wait_until") else types()):
        print(f"WARNING: topic [{topic}] does not appear to be published yet", flush=True)
        if not blocking:
            return None
        # In steps: a signal's handler runs only when Python does.
        while rclpy.ok() and not wait_for_graph(node.context, lambda: bool(types()), 1.0):
            continue
    found = types()
    return _message_class(topic, found) if found else None


def full_topic_name(node: Any, topic: str) -> str:
    """The absolute name. Raises Ros2CliError for a name that is none."""
    from rclpy.exceptions import InvalidTopicNameException
    from rclpy.expand_topic_name import expand_topic_name
    from rclpy.validate_full_topic_name import validate_full_topic_name

    try:
        name = expand_topic_name(topic, node.get_name(), node.get_namespace())
        validate_full_topic_name(name)
    except (InvalidTopicNameException, ValueError) as error:
        raise Ros2CliError(str(error)) from error
    return name


def _message_class(topic: str, types: list[str]) -> Any:
    from rosidl_runtime_py.utilities import get_message

    if len(types) > 1:
        raise Ros2CliError(f"Cannot echo topic '{topic}', as it contains more than one type: [{', '.join(types)}]")
    try:
        return get_message(types[0])
    except INTERFACE_ERRORS as error:
        raise Ros2CliError(f"The message type '{types[0]}' is invalid: {error}") from error


def message_class(message_type: str) -> Any:
    """The class of a type that was typed in. Raises Ros2CliError."""
    from rosidl_runtime_py.utilities import get_message

    try:
        return get_message(message_type)
    except INTERFACE_ERRORS as error:
        raise Ros2CliError("The passed message type is invalid") from error


def message_type_completer(**_: Any) -> list[str]:
    """All message types."""
    from rosidl_runtime_py import get_message_interfaces

    return sorted(f"{package}/{name}" for package, names in get_message_interfaces().items() for name in names)


class TopicNameCompleter:
    """Completes topic names; `include_hidden_topics_key` names the argument that asks for hidden ones."""

    def __init__(self, *, include_hidden_topics_key: str | None = None) -> None:
        self.include_hidden_topics_key = include_hidden_topics_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        with NodeStrategy(parsed_args) as node:
            is_all = bool(getattr(parsed_args, self.include_hidden_topics_key or "", False))
            return get_topic_names(node=node, include_hidden_topics=is_all)


class TopicTypeCompleter:
    """Completes the type of the topic in the argument `topic_name_key`, or any message type."""

    def __init__(self, *, topic_name_key: str | None = None) -> None:
        self.topic_name_key = topic_name_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        if self.topic_name_key is not None:
            with NodeStrategy(parsed_args) as node:
                types = dict(node.get_topic_names_and_types()).get(getattr(parsed_args, self.topic_name_key))
            if types:
                return list(types)
        return message_type_completer()


class TopicMessagePrototypeCompleter:
    """Completes a message of the type in the argument `topic_type_key`, with default values."""

    def __init__(self, *, topic_type_key: str) -> None:
        self.topic_type_key = topic_type_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        from rosidl_runtime_py import message_to_yaml

        return [message_to_yaml(message_class(getattr(parsed_args, self.topic_type_key))())]


def add_topic_name(parser: argparse.ArgumentParser, name: str = "topic_name") -> None:
    """The argument of verbs that are about one topic."""
    action = parser.add_argument(name, help="name of the topic, e.g. /chatter")
    complete_with(action, TopicNameCompleter(include_hidden_topics_key="include_hidden_topics"))
