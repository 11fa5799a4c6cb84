"""Messages to send in tests: of each type its defaults, its smallest values and its largest."""

from __future__ import annotations

from typing import Any

from embedded_ros.rosidl.model import INTEGER_RANGES, basic
from rosidl_parser.definition import (
    AbstractGenericString,
    AbstractSequence,
    AbstractType,
    Array,
    BoundedSequence,
    NamespacedType,
)
from rosidl_runtime_py.utilities import get_interface, get_message

_UNBOUNDED_LENGTH = 3
_TEXT = "Hello world!"
# Exact in 32 bits, so that what comes back is what was sent.
_EXTREMES: dict[str, tuple[Any, Any]] = {
    **INTEGER_RANGES,
    "boolean": (False, True),
    "octet": (b"\x00", b"\xff"),
    "char": ("\x00", "\x7f"),
    "float": (-1.125, 1.125),
    "double": (-1.125, 1.125),
}


def get_test_msg(message_name: str) -> list[Any]:
    """Messages of test_msgs/msg/`message_name`. Raises AttributeError for an unknown one."""
    return filled_messages(get_message(f"test_msgs/msg/{message_name}"))


def filled_messages(message_class: type[Any]) -> list[Any]:
    """The message with its defaults, with the smallest values, and with the largest."""
    return [message_class(), *(_filled(message_class, largest) for largest in (False, True))]


def _filled(message_class: type[Any], largest: bool) -> Any:
    message = message_class()
    for name, type_ in zip(message_class.get_fields_and_field_types(), message_class.SLOT_TYPES, strict=True):
        setattr(message, name, _value(type_, largest))
    return message


def _value(type_: AbstractType, largest: bool) -> Any:
    if isinstance(type_, Array):
        return [_value(type_.value_type, largest) for _ in range(type_.size)]
    if isinstance(type_, AbstractSequence):
        length = type_.maximum_size if isinstance(type_, BoundedSequence) else _UNBOUNDED_LENGTH
        return [_value(type_.value_type, largest) for _ in range(length if largest else 0)]
    if isinstance(type_, NamespacedType):
        return _filled(get_interface("/".join(type_.namespaced_name())), largest)
    if isinstance(type_, AbstractGenericString):
        bound = type_.maximum_size if type_.has_maximum_size() else len(_TEXT)  # type: ignore[attr-defined]
        return _TEXT[:bound] if largest else ""
    return _EXTREMES[basic(type_).typename][largest]
