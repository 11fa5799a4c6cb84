"""RIHS01 type hashes (REP-2016): SHA-256 of a type description in JSON, with everything the type refers to."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any, Final

from embedded_ros.rosidl.model import ActionDefinition, Definition, ServiceDefinition, element_type, interface_of
from embedded_ros.rosidl.synthesis import definition
from rosidl_parser.definition import (
    EMPTY_STRUCTURE_REQUIRED_MEMBER_NAME,
    AbstractGenericString,
    AbstractNestableType,
    AbstractType,
    AbstractWString,
    Array,
    BasicType,
    BoundedSequence,
    NamespacedType,
    UnboundedSequence,
)

_TYPE_IDS: Final = {
    "int8": 2,
    "uint8": 3,
    "int16": 4,
    "uint16": 5,
    "int32": 6,
    "uint32": 7,
    "int64": 8,
    "uint64": 9,
    "float": 10,
    "double": 11,
    "char": 13,
    "boolean": 15,
    "octet": 16,
}
_NESTED, _STRING, _WSTRING, _BOUNDED = 1, 17, 18, 4
_ARRAY, _BOUNDED_SEQUENCE, _SEQUENCE = 48, 96, 144

_Members = list[tuple[str, AbstractType]]


@cache
def interface_hash(interface: str) -> str:
    """'RIHS01_' and 64 hex digits, of a message, a service, an action or a part of one."""
    return "RIHS01_" + hashlib.sha256(json.dumps(interface_description(interface)).encode()).hexdigest()


def interface_description(interface: str) -> dict[str, Any]:
    """What is hashed: type_description_interfaces/TypeDescription as a dictionary, without default values."""
    return {
        "type_description": _individual(interface),
        "referenced_type_descriptions": [_individual(name) for name in sorted(_referenced(definition(interface)))],
    }


def _referenced(root: Definition) -> set[str]:
    found: set[str] = set()
    waiting = [root.interface_name]
    while waiting:
        for _, type_ in _members(definition(waiting.pop())):
            element = element_type(type_)
            if isinstance(element, NamespacedType) and interface_of(element) not in found:
                found.add(interface_of(element))
                waiting.append(interface_of(element))
    return found - {root.interface_name}


def _individual(interface: str) -> dict[str, object]:
    fields = [{"name": name, "type": _field_type(type_)} for name, type_ in _members(definition(interface))]
    return {"type_name": interface, "fields": fields}


def _members(item: Definition) -> _Members:
    if isinstance(item, ServiceDefinition):
        parts = {"request_message": "_Request", "response_message": "_Response", "event_message": "_Event"}
        return _parts(item, parts)
    if isinstance(item, ActionDefinition):
        parts = {
            "goal": "_Goal",
            "result": "_Result",
            "feedback": "_Feedback",
            "send_goal_service": "_SendGoal",
            "get_result_service": "_GetResult",
            "feedback_message": "_FeedbackMessage",
        }
        return _parts(item, parts)
    if not item.fields:
        return [(EMPTY_STRUCTURE_REQUIRED_MEMBER_NAME, BasicType("uint8"))]
    return [(field.name, field.type) for field in item.fields]


def _parts(item: ServiceDefinition | ActionDefinition, suffixes: dict[str, str]) -> _Members:
    kind = item.interface_name.split("/")[1]
    return [(member, NamespacedType((item.package, kind), item.name + suffix)) for member, suffix in suffixes.items()]


def _field_type(type_: AbstractType) -> dict[str, object]:
    element = element_type(type_)
    type_id, string_capacity = _element_id(element)
    offset, capacity = _container(type_)
    return {
        "type_id": type_id + offset,
        "capacity": capacity,
        "string_capacity": string_capacity,
        "nested_type_name": interface_of(element) if isinstance(element, NamespacedType) else "",
    }


def _container(type_: AbstractType) -> tuple[int, int]:
    if isinstance(type_, Array):
        return _ARRAY, type_.size
    if isinstance(type_, BoundedSequence):
        return _BOUNDED_SEQUENCE, type_.maximum_size
    return (_SEQUENCE, 0) if isinstance(type_, UnboundedSequence) else (0, 0)


def _element_id(element: AbstractNestableType) -> tuple[int, int]:
    if isinstance(element, BasicType):
        return _TYPE_IDS[element.typename], 0
    if isinstance(element, AbstractGenericString):
        bound: int = getattr(element, "maximum_size", 0)
        return (_WSTRING if isinstance(element, AbstractWString) else _STRING) + (_BOUNDED if bound else 0), bound
    return _NESTED, 0
