"""Messages → dictionaries, YAML, CSV."""

from __future__ import annotations

import array
import sys
from collections import OrderedDict
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Options:
    """What to leave out."""

    truncate_length: int | None
    no_arr: bool
    no_str: bool


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
    text: str = yaml.dump(
        tree, Dumper=_Dumper, allow_unicode=True, width=sys.maxsize, default_flow_style=flow_style, sort_keys=False
    )
    return text


def message_to_csv(msg: Any, *, truncate_length: int | None = None, no_arr: bool = False, no_str: bool = False) -> str:
    """All values in wire order, separated by commas."""
    options = _Options(truncate_length, no_arr, no_str)
    values = (_csv_value(getattr(msg, name), type_, options) for name, type_ in get_message_slot_types(msg).items())
    return ",".join(values)


def message_to_ordereddict(
    msg: Any, *, truncate_length: int | None = None, no_arr: bool = False, no_str: bool = False
) -> Tree:
    """Values by field name in wire order; arrays become lists, nested messages dictionaries."""
    return _tree(msg, _Options(truncate_length, no_arr, no_str))


def get_message_slot_types(msg: Any) -> OrderedDict[str, AbstractType]:
    """Type by field name, in wire order."""
    return OrderedDict(zip(msg.get_fields_and_field_types(), msg.SLOT_TYPES, strict=True))


def _tree(msg: Any, options: _Options) -> Tree:
    return OrderedDict(
        (name, _plain(getattr(msg, name), type_, options)) for name, type_ in get_message_slot_types(msg).items()
    )


def _plain(value: Any, type_: AbstractType | None, options: _Options) -> Any:
    if isinstance(value, (bytes, str)):
        return _plain_text(value, options)
    if isinstance(value, (list, tuple, array.array, np.ndarray)):
        return _plain_list(value, type_, options)
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (bool, int, float)) else _tree(value, options)


def _plain_text(value: bytes | str, options: _Options) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if options.no_str and isinstance(value, str):
        return f"<string length: <{len(text)}>>"
    return _cut(text, options)


def _plain_list(value: Any, type_: AbstractType | None, options: _Options) -> Any:
    if options.no_arr and isinstance(type_, AbstractNestedType):
        return _describe(value, type_)
    limit = options.truncate_length
    if isinstance(value, (array.array, np.ndarray)):
        items = value[:limit].tolist()
    else:
        items = [_plain(item, None, options) for item in value[:limit]]
    return items if limit is None or len(value) <= limit else [*items, "..."]


def _cut(text: str, options: _Options) -> str:
    limit = options.truncate_length
    return text if limit is None or len(text) <= limit else text[:limit] + "..."


def _csv_value(value: Any, type_: AbstractType | None, options: _Options) -> str:
    if isinstance(value, (list, tuple, array.array, np.ndarray)):
        if options.no_arr and isinstance(type_, AbstractNestedType):
            return _describe(value, type_)
        limit = options.truncate_length
        items = [_csv_value(item, None, options) for item in value[:limit]]
        return ",".join(items if limit is None or len(value) <= limit else [*items, "..."])
    if isinstance(value, str):
        return _plain_text(value, options)
    if isinstance(value, (bool, bytes, float, int, np.generic)):
        return str(value)
    return ",".join(
        _csv_value(getattr(value, name), nested, options) for name, nested in get_message_slot_types(value).items()
    )


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
