"""Services by name, and their types."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import INTERFACE_ERRORS, complete_with
from ros2cli.node.strategy import NodeStrategy


def get_service_names_and_types(*, node: Any, include_hidden_services: bool = False) -> list[tuple[str, list[str]]]:
    """Sorted by name."""
    from rclpy.topic_or_service_is_hidden import topic_or_service_is_hidden

    return [
        (name, types)
        for name, types in node.get_service_names_and_types()
        if include_hidden_services or not topic_or_service_is_hidden(name)
    ]


def get_service_names(*, node: Any, include_hidden_services: bool = False) -> list[str]:
    """Sorted."""
    found = get_service_names_and_types(node=node, include_hidden_services=include_hidden_services)
    return [name for name, _ in found]


def wait_for_service_types(node: NodeStrategy, service: str, *, include_hidden_services: bool = False) -> list[str]:
    """The service's types; an empty list where it is not in the graph after --spin-time."""

    def types() -> Sequence[str]:
        found = get_service_names_and_types(node=node, include_hidden_services=include_hidden_services)
        return dict(found).get(service, ())

    node.wait_until(lambda: bool(types()))
    return list(types())


def get_service_class(node: NodeStrategy, service_name: str, include_hidden_services: bool) -> Any:
    """The class of a service that is in the graph. Raises Ros2CliError."""
    types = wait_for_service_types(node, service_name, include_hidden_services=include_hidden_services)
    if not types:
        raise Ros2CliError(f"Cannot find type for '{service_name}'")
    if len(types) > 1:
        raise Ros2CliError(f"More than one type associated with service '{service_name}'")
    return service_class(types[0])


def service_class(service_type: str) -> Any:
    """The class of a type by name. Raises Ros2CliError."""
    from rosidl_runtime_py.utilities import get_service

    try:
        return get_service(service_type)
    except INTERFACE_ERRORS as error:
        raise Ros2CliError(f"The service type '{service_type}' is invalid: {error}") from error


def service_type_completer(**_: Any) -> list[str]:
    """All service types."""
    from rosidl_runtime_py import get_service_interfaces

    return sorted(f"{package}/{name}" for package, names in get_service_interfaces().items() for name in names)


class ServiceNameCompleter:
    """Completes service names; `include_hidden_services_key` names the argument that asks for hidden ones."""

    def __init__(self, *, include_hidden_services_key: str | None = None) -> None:
        self.include_hidden_services_key = include_hidden_services_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        with NodeStrategy(parsed_args) as node:
            is_all = bool(getattr(parsed_args, self.include_hidden_services_key or "", False))
            return get_service_names(node=node, include_hidden_services=is_all)


class ServiceTypeCompleter:
    """Completes the type of the service in the argument `service_name_key`, or any service type."""

    def __init__(self, *, service_name_key: str | None = None) -> None:
        self.service_name_key = service_name_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        if self.service_name_key is not None:
            with NodeStrategy(parsed_args) as node:
                types = dict(node.get_service_names_and_types()).get(getattr(parsed_args, self.service_name_key))
            if types:
                return list(types)
        return service_type_completer()


class ServicePrototypeCompleter:
    """Completes a request of the type in the argument `service_type_key`, with default values."""

    def __init__(self, *, service_type_key: str) -> None:
        self.service_type_key = service_type_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        from rosidl_runtime_py import message_to_yaml

        return [message_to_yaml(service_class(getattr(parsed_args, self.service_type_key)).Request())]


def add_service_name(parser: argparse.ArgumentParser) -> None:
    """The argument of verbs that are about one service."""
    action = parser.add_argument("service_name", help="name of the service, e.g. /add_two_ints")
    complete_with(action, ServiceNameCompleter(include_hidden_services_key="include_hidden_services"))


def add_include_hidden_services(parser: argparse.ArgumentParser) -> None:
    """The option of `ros2 service` once more, where people look for it."""
    parser.add_argument(
        "--include-hidden-services",
        action="store_true",
        default=argparse.SUPPRESS,
        help="consider hidden services as well",
    )
