"""From a type's name to its class."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from rosidl_parser.definition import NamespacedType


def import_message_from_namespaced_type(message_type: NamespacedType) -> Any:
    """The class that a nested field's type names. Raises ModuleNotFoundError or AttributeError if there is none."""
    module = import_module(".".join(message_type.namespaces))
    if "_" in message_type.name:  # a part of a service or action lives in the module of its definition
        from embedded_ros.rosidl.builder import module_stem

        module = import_module(f"{module.__name__}._{module_stem(message_type.name)}")
    return getattr(module, message_type.name)
