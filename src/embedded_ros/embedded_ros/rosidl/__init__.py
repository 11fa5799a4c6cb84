"""ROS 2 interfaces without generated code: definitions → Python classes, CDR bytes and RIHS01 hashes.

Names are imported when first used: `embedded_ros.rosidl.hook` runs at the start of every
interpreter, and must cost nothing there.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from embedded_ros.rosidl.api import (
        dds_type_name,
        get_action,
        get_message,
        get_service,
        interface_name,
        is_message,
        type_hash,
    )
    from embedded_ros.rosidl.cdr import deserialize, serialize
    from embedded_ros.rosidl.errors import CdrError, DefinitionError, InterfaceError, InterfaceNotFoundError
    from embedded_ros.rosidl.finder import install_finder
    from embedded_ros.rosidl.lookup import builtin_prefix
    from embedded_ros.rosidl.message import Action, Message, Service

__all__ = [
    "Action",
    "CdrError",
    "DefinitionError",
    "InterfaceError",
    "InterfaceNotFoundError",
    "Message",
    "Service",
    "builtin_prefix",
    "dds_type_name",
    "deserialize",
    "get_action",
    "get_message",
    "get_service",
    "install_finder",
    "interface_name",
    "is_message",
    "serialize",
    "type_hash",
]

_HOMES = {
    "api": ("dds_type_name", "get_action", "get_message", "get_service", "interface_name", "is_message", "type_hash"),
    "cdr": ("deserialize", "serialize"),
    "errors": ("CdrError", "DefinitionError", "InterfaceError", "InterfaceNotFoundError"),
    "finder": ("install_finder",),
    "lookup": ("builtin_prefix",),
    "message": ("Action", "Message", "Service"),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
