"""From a type's name to its class."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from rosidl_parser.definition import AbstractNestedType, NamespacedType


def import_message_from_namespaced_type(message_type: NamespacedType | AbstractNestedType) -> Any:
    """The class that a nested field's type names. Raises ModuleNotFoundError or AttributeError if there is none."""
    if isinstance(message_type, AbstractNestedType):
        advice = f"{message_type!r} is a type of arrays: pass its value_type, a NamespacedType"
        warnings.warn(advice, DeprecationWarning, stacklevel=2)
        return import_message_from_namespaced_type(message_type.value_type)  # type: ignore[arg-type]
    module = import_module(".".join(message_type.namespaces))
    if "_" in message_type.name:  # a part of a service or action lives in the module of its definition
        from embedded_ros.rosidl.builder import module_stem

        module = import_module(f"{module.__name__}._{module_stem(message_type.name)}")
    return getattr(module, message_type.name)
