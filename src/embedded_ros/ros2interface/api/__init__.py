"""Interfaces by name."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import INTERFACE_ERRORS

GetInterfaces = Callable[..., Mapping[str, list[str]]]


def package_name_completer(**_: Any) -> list[str]:
    """Packages that have interfaces."""
    from rosidl_runtime_py import get_interface_packages

    return sorted(get_interface_packages())


def type_completer(**_: Any) -> list[str]:
    """All interfaces."""
    from rosidl_runtime_py import get_interfaces

    return sorted(f"{package}/{name}" for package, names in get_interfaces().items() for name in names)


def interface_to_yaml(identifier: str) -> str:
    """A message, a request or a goal with default values. Raises Ros2CliError."""
    from rosidl_runtime_py import message_to_yaml, utilities

    try:
        interface = utilities.get_interface(identifier)
    except INTERFACE_ERRORS as error:
        raise Ros2CliError(f"no interface '{identifier}': see `ros2 interface list` ({error})") from error
    if utilities.is_action(interface):
        return message_to_yaml(interface.Goal())
    return message_to_yaml(interface.Request() if utilities.is_service(interface) else interface())


def add_kind_arguments(parser: argparse.ArgumentParser) -> None:
    """Options that choose kinds of interfaces."""
    parser.add_argument("-m", "--only-msgs", action="store_true", help="only messages")
    parser.add_argument("-s", "--only-srvs", action="store_true", help="only services")
    parser.add_argument("-a", "--only-actions", action="store_true", help="only actions")


def chosen_kinds(args: argparse.Namespace) -> dict[str, GetInterfaces]:
    """Functions by the title of the kind: those that were chosen, or all."""
    from rosidl_runtime_py import get_action_interfaces, get_message_interfaces, get_service_interfaces

    kinds: dict[str, tuple[bool, GetInterfaces]] = {
        "Messages": (args.only_msgs, get_message_interfaces),
        "Services": (args.only_srvs, get_service_interfaces),
        "Actions": (args.only_actions, get_action_interfaces),
    }
    is_any = any(is_chosen for is_chosen, _ in kinds.values())
    return {title: get for title, (is_chosen, get) in kinds.items() if is_chosen or not is_any}
