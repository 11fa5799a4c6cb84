"""Dictionaries → messages: what a command line or a YAML file says becomes a message."""

from __future__ import annotations

import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from rosidl_parser.definition import AbstractNestedType, NamespacedType
from rosidl_runtime_py.convert import get_message_slot_types
from rosidl_runtime_py.import_message import import_message_from_namespaced_type


@dataclass(slots=True)
class _Fill:
    """One call's options, and the setters that it collects. Mutable: the list grows."""

    expand_header_auto: bool
    expand_time_now: bool
    setters: list[Callable[[Any], None]] = field(default_factory=list)


def set_message_fields(
    msg: Any, values: Mapping[str, Any], expand_header_auto: bool = False, expand_time_now: bool = False
) -> list[Callable[[Any], None]]:
    """Set the fields that `values` names; returns a setter for each time field given as 'now' or by a header 'auto'.

    Raises AttributeError for a field that the message doesn't have; TypeError, ValueError, OverflowError or
    AssertionError, as the field's type does, for a value that doesn't fit.
    """
    fill = _Fill(expand_header_auto, expand_time_now)
    _set_fields(msg, values, fill)
    return fill.setters


def _set_fields(msg: Any, values: Mapping[str, Any], fill: _Fill) -> None:
    if not isinstance(values, Mapping):
        raise TypeError(f"Value '{values}' is expected to be a dictionary but is a {type(values).__name__}")
    types = get_message_slot_types(msg)
    for name, value in values.items():
        if name not in types:
            raise AttributeError(f"'{type(msg).__name__}' object has no attribute '{name}'; it has {', '.join(types)}")
        if _set_later(msg, name, value, fill):
            continue
        type_ = types[name]
        if isinstance(type_, AbstractNestedType) and isinstance(type_.value_type, NamespacedType):
            setattr(msg, name, [_message(type_.value_type, item, fill) for item in value])
        else:
            _set_field(msg, name, value, fill)


def _set_later(msg: Any, name: str, value: Any, fill: _Fill) -> bool:
    """Whether the field takes the time of publishing; then its setter is kept."""
    interface = msg.get_fields_and_field_types()[name]
    if interface == "std_msgs/Header" and value == "auto" and fill.expand_header_auto:
        fill.setters.append(partial(setattr, getattr(msg, name), "stamp"))
        return True
    if interface == "builtin_interfaces/Time" and value == "now" and fill.expand_time_now:
        fill.setters.append(partial(setattr, msg, name))
        return True
    return False


def _message(type_: NamespacedType, values: Any, fill: _Fill) -> Any:
    element = import_message_from_namespaced_type(type_)()
    _set_fields(element, values, fill)
    return element


def _set_field(msg: Any, name: str, value: Any, fill: _Fill) -> None:
    current = getattr(msg, name)
    if hasattr(current, "SLOT_TYPES"):
        if isinstance(value, type(current)):
            setattr(msg, name, value)
        else:
            _set_fields(current, value, fill)
        return
    try:
        setattr(msg, name, _converted(current, value))
    except (AssertionError, OverflowError, ValueError) as error:
        kind = ValueError if isinstance(error, ValueError) else type(error)  # a UnicodeError takes no bare text
        raise kind(f"field '{name}' of {type(msg).__name__}: {error}") from error


def _converted(current: Any, value: Any) -> Any:
    if isinstance(current, array.array):
        return array.array(current.typecode, value)
    if isinstance(current, np.ndarray):
        return np.array(value, dtype=current.dtype)
    if isinstance(current, bytes) and isinstance(value, (int, str)):
        return bytes([value]) if isinstance(value, int) else value.encode("latin-1")
    if isinstance(current, list):
        return list(value)
    return value if type(value) is type(current) else type(current)(value)
