"""Names, hashes and classes of interfaces: what the transport and the tools ask for."""

from __future__ import annotations

from embedded_ros.rosidl.builder import interface_class
from embedded_ros.rosidl.errors import InterfaceNotFoundError
from embedded_ros.rosidl.hashing import interface_hash
from embedded_ros.rosidl.message import Action, Message, Service

AnyInterface = Message | Service | Action


def interface_name(cls: type[AnyInterface]) -> str:
    """'std_msgs/msg/String', 'std_srvs/srv/Trigger', 'nav2_msgs/action/NavigateToPose_SendGoal', …"""
    return cls._INTERFACE


def dds_type_name(cls: type[AnyInterface]) -> str:
    """'std_msgs::msg::dds_::String_'."""
    package, kind, name = cls._INTERFACE.split("/")
    return f"{package}::{kind}::dds_::{name}_"


def type_hash(cls: type[AnyInterface]) -> str:
    """'RIHS01_' and 64 hex digits; for a service class, the service's own hash."""
    return interface_hash(cls._INTERFACE)


def is_message(cls: object) -> bool:
    """Whether this is a message class."""
    return isinstance(cls, type) and issubclass(cls, Message)


def get_message(name: str) -> type[Message]:
    """The class of 'std_msgs/msg/String' (or 'std_msgs/String'). Raises InterfaceNotFoundError."""
    found = interface_class(_full_name(name, "msg"))
    if not issubclass(found, Message):
        raise InterfaceNotFoundError(name, "not a message")
    return found


def get_service(name: str) -> type[Service]:
    """The class of 'std_srvs/srv/Trigger'. Raises InterfaceNotFoundError."""
    found = interface_class(_full_name(name, "srv"))
    if not issubclass(found, Service):
        raise InterfaceNotFoundError(name, "not a service")
    return found


def get_action(name: str) -> type[Action]:
    """The class of 'nav2_msgs/action/NavigateToPose'. Raises InterfaceNotFoundError."""
    found = interface_class(_full_name(name, "action"))
    if not issubclass(found, Action):
        raise InterfaceNotFoundError(name, "not an action")
    return found


def _full_name(name: str, kind: str) -> str:
    package, separator, rest = name.partition("/")
    return f"{package}/{kind}/{rest}" if separator and "/" not in rest else name
