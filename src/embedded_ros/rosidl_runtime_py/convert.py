"""Messages → dictionaries, YAML, CSV."""

from __future__ import annotations

import array
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import yaml

from rosidl_parser.definition import (
    AbstractNestedType,
    AbstractString,
    AbstractType,
    AbstractWString,
    Array,
    BasicType,
    BoundedSequence,
    NamespacedType,
)

Tree: TypeAlias = "OrderedDict[str, Any]"


class _Dumper(yaml.SafeDumper):
    """YAML of ordered dictionaries, in their order and without a tag."""


_Dumper.add_representer(
    OrderedDict, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items())
)


def message_to_yaml(
    msg: Any,
    *,
    truncate_length: int | None = None,
    no_arr: bool = False,
    no_str: bool = False,
    flow_style: bool = False,
) -> str:
    """YAML text. Arrays and strings are cut after `truncate_length` elements, or described only, if asked for."""
    tree = message_to_ordereddict(msg, truncate_length=truncate_length, no_arr=no_arr, no_str=no_str)
    return tree_to_yaml(tree, flow_style=flow_style)


def tree_to_yaml(tree: Tree, *, flow_style: bool = False) -> str:
    """YAML text of what `message_to_ordereddict` gives, in its order."""
    text: str = yaml.dump(
        tree, Dumper=_Dumper, allow_unicode=True, width=sys.maxsize, default_flow_style=flow_style, sort_keys=False
    )
    return text


def message_to_csv(msg: Any, *, truncate_length: int | None = None, no_arr: bool = False, no_str: bool = False) -> str:
    """All values in wire order, separated by commas."""
    return ",".join(
        _csv_value(getattr(msg, name), type_, truncate_length, no_arr, no_str)
        for name, type_ in get_message_slot_types(msg).items()
    )


def message_to_ordereddict(
    msg: Any, *, truncate_length: int | None = None, no_arr: bool = False, no_str: bool = False
) -> Tree:
    """Values by field name in wire order; arrays become lists, nested messages dictionaries."""
    return OrderedDict(
        (
            name,
            _convert_value(
                getattr(msg, name), field_type=type_, truncate_length=truncate_length, no_arr=no_arr, no_str=no_str
            ),
        )
        for name, type_ in get_message_slot_types(msg).items()
    )


def get_message_slot_types(msg: Any) -> OrderedDict[str, AbstractType]:
    """Type by field name, in wire order."""
    return OrderedDict(zip(msg.get_fields_and_field_types(), msg.SLOT_TYPES, strict=True))


def _convert_value(
    value: Any,
    *,
    field_type: AbstractType | None = None,
    truncate_length: int | None = None,
    no_arr: bool = False,
    no_str: bool = False,
) -> Any:
    """A value that YAML and JSON can hold; only a field has a type, an element of an array has none."""

    def inner(item: Any) -> Any:
        return _convert_value(item, truncate_length=truncate_length, no_arr=no_arr, no_str=no_str)

    if isinstance(value, bytes):
        return _cut(value.decode("latin-1"), truncate_length)
    if isinstance(value, str):
        return f"<string length: <{len(value)}>>" if no_str else _cut(value, truncate_length)
    if isinstance(value, (list, tuple, array.array, np.ndarray)):
        if no_arr and isinstance(field_type, AbstractNestedType):
            return _describe(value, field_type)
        return _plain_sequence(value, truncate_length, inner)
    if isinstance(value, Mapping):  # keys stay whole: two of them could become one
        return type(value)((_convert_value(key), inner(item)) for key, item in value.items())  # type: ignore[call-arg]
    if isinstance(value, np.generic):
        return value.item()
    return (
        value
        if isinstance(value, (bool, int, float))
        else message_to_ordereddict(value, truncate_length=truncate_length, no_arr=no_arr, no_str=no_str)
    )


def _plain_sequence(value: Any, limit: int | None, inner: Callable[[Any], Any]) -> Any:
    is_numeric = isinstance(value, (array.array, np.ndarray))
    items = value[:limit].tolist() if is_numeric else [inner(item) for item in value[:limit]]
    if limit is not None and len(value) > limit:
        items.append("...")
    return tuple(items) if isinstance(value, tuple) else items


def _cut(text: str, limit: int | None) -> str:
    return text if limit is None or len(text) <= limit else text[:limit] + "..."


def _csv_value(value: Any, type_: AbstractType | None, limit: int | None, no_arr: bool, no_str: bool) -> str:
    if isinstance(value, (list, tuple, array.array, np.ndarray)):
        if no_arr and isinstance(type_, AbstractNestedType):
            return _describe(value, type_)
        items = [_csv_value(item, None, limit, no_arr, no_str) for item in value[:limit]]
        return ",".join(items if limit is None or len(value) <= limit else [*items, "..."])
    if isinstance(value, str):
        return f"<string length: <{len(value)}>>" if no_str else _cut(value, limit)
    if isinstance(value, bytes):
        return str(value if limit is None or len(value) <= limit else value[:limit] + b"...")
    if isinstance(value, (bool, float, int, np.generic)):
        return str(value)
    return message_to_csv(value, truncate_length=limit, no_arr=no_arr, no_str=no_str)


def _describe(value: Any, type_: AbstractNestedType) -> str:
    element = _element_name(type_.value_type)
    if isinstance(type_, Array):
        return f"<array type: {element}[{type_.size}]>"
    if isinstance(type_, BoundedSequence):
        return f"<sequence type: {element}[{type_.maximum_size}], length: {len(value)}>"
    return f"<sequence type: {element}, length: {len(value)}>"


def _element_name(type_: AbstractType) -> str:
    if isinstance(type_, BasicType):
        return type_.typename
    if isinstance(type_, NamespacedType):
        return "/".join(type_.namespaced_name())
    return {True: "wstring", False: "string"}[
        isinstance(type_, AbstractWString) and not isinstance(type_, AbstractString)
    ]
