"""Checks that a class is an interface that the wire can carry."""

from __future__ import annotations

from typing import Any

from embedded_ros.rosidl import Action, Message, Service, type_hash
from rclpy.exceptions import NoTypeSupportImportedException


def check_for_type_support(msg_or_srv_type: type[Any]) -> None:
    """Raises NoTypeSupportImportedException where the class is no message, service or action."""
    candidate: object = msg_or_srv_type
    if hasattr(type(candidate), "__import_type_support__"):
        # Made by Jazzy's own generator: its type support is a C library.
        raise NoTypeSupportImportedException
    if not isinstance(candidate, type) or not issubclass(candidate, (Message, Service, Action)):
        raise AttributeError(
            f"{msg_or_srv_type!r} is no interface class. This might be a ROS 1 message type or a type from "
            "another package system; import it from an interface package such as std_msgs.msg"
        )
    if not type_hash(msg_or_srv_type):
        raise NoTypeSupportImportedException


def check_is_valid_msg_type(msg_type: type[Any]) -> None:
    """Raises RuntimeError where the class is no message."""
    check_for_type_support(msg_type)
    if not issubclass(msg_type, Message):
        raise RuntimeError(f"The message type provided is not valid: {msg_type!r} is a {_kind(msg_type)}")


def check_is_valid_srv_type(srv_type: type[Any]) -> None:
    """Raises RuntimeError where the class is no service."""
    check_for_type_support(srv_type)
    if not issubclass(srv_type, Service):
        raise RuntimeError(f"The service type provided is not valid: {srv_type!r} is a {_kind(srv_type)}")


def _kind(cls: type[Any]) -> str:
    return "message" if issubclass(cls, Message) else "service" if issubclass(cls, Service) else "action"
