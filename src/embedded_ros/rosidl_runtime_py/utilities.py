"""Interfaces by name: 'std_msgs/msg/String', 'nav2_msgs/action/NavigateToPose'."""

from __future__ import annotations

from typing import Any

from rosidl_parser.definition import NamespacedType
from rosidl_runtime_py.import_message import import_message_from_namespaced_type


def get_interface(identifier: str) -> Any:
    """The class of any interface. Raises ModuleNotFoundError or AttributeError if there is none."""
    return import_message_from_namespaced_type(get_namespaced_type(identifier))


def get_message(identifier: str) -> Any:
    """The class of a message, 'pkg/msg/Name' or 'pkg/Name'. Raises ValueError if it names something else."""
    interface = import_message_from_namespaced_type(get_message_namespaced_type(identifier))
    if not is_message(interface):
        raise ValueError(f"Expected the full name of a message, got '{identifier}'")
    return interface


def get_service(identifier: str) -> Any:
    """The class of a service, 'pkg/srv/Name' or 'pkg/Name'. Raises ValueError if it names something else."""
    interface = import_message_from_namespaced_type(get_service_namespaced_type(identifier))
    if not is_service(interface):
        raise ValueError(f"Expected the full name of a service, got '{identifier}'")
    return interface


def get_action(identifier: str) -> Any:
    """The class of an action, 'pkg/action/Name' or 'pkg/Name'. Raises ValueError if it names something else."""
    interface = import_message_from_namespaced_type(get_action_namespaced_type(identifier))
    if not is_action(interface):
        raise ValueError(f"Expected the full name of an action, got '{identifier}'")
    return interface


def get_namespaced_type(identifier: str) -> NamespacedType:
    """The parts of a full name."""
    return _split(identifier)


def get_message_namespaced_type(identifier: str) -> NamespacedType:
    """The parts of a message's name; 'msg' is put in where it is missing."""
    return _split(identifier, "msg")


def get_service_namespaced_type(identifier: str) -> NamespacedType:
    """The parts of a service's name; 'srv' is put in where it is missing."""
    return _split(identifier, "srv")


def get_action_namespaced_type(identifier: str) -> NamespacedType:
    """The parts of an action's name; 'action' is put in where it is missing."""
    return _split(identifier, "action")


def is_message(interface: object) -> bool:
    """Whether the class is a message's."""
    return hasattr(interface, "SLOT_TYPES")


def is_service(interface: object) -> bool:
    """Whether the class is a service's."""
    return hasattr(interface, "Request") and hasattr(interface, "Response")


def is_action(interface: object) -> bool:
    """Whether the class is an action's."""
    return hasattr(interface, "Goal") and hasattr(interface, "Result") and hasattr(interface, "Feedback")


def _split(identifier: str, default_kind: str | None = None) -> NamespacedType:
    *namespaces, name = identifier.split("/")
    if not namespaces or not all((*namespaces, name)):
        raise ValueError(f"'{identifier}' is no interface name; expected package/{default_kind or 'msg'}/Name")
    if len(namespaces) == 1 and default_kind is not None:
        namespaces.append(default_kind)
    return NamespacedType(namespaces, name)
