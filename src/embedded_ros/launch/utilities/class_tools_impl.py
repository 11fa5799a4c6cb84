"""Class checks that take instances and classes alike."""

import inspect
from typing import Any


def isclassinstance(obj: Any) -> bool:
    """Whether the object has a class; in Python 3, always."""
    return hasattr(obj, "__class__")


def is_a(obj: Any, entity_type: type) -> bool:
    """Whether `obj` is an instance of `entity_type`."""
    if not inspect.isclass(entity_type):
        raise RuntimeError(f"is_a(): entity_type {entity_type!r} is not a class")
    return isinstance(obj, entity_type)


def is_a_subclass(obj: Any, entity_type: type) -> bool:
    """Whether `obj` is an instance of `entity_type`, or a class derived from it."""
    return is_a(obj, entity_type) or (inspect.isclass(obj) and issubclass(obj, entity_type))
