"""Types of attributes."""

from __future__ import annotations

from typing import Any, get_args

from ..utilities.type_utils import AllowedTypesType, is_typing_list
from .entity import Entity

_IDENTIFIERS: dict[str, Any] = {
    "str": str,
    "bool": bool,
    "float": float,
    "int": int,
    "list_of_str": list[str],
    "list_of_bool": list[bool],
    "list_of_float": list[float],
    "list_of_int": list[int],
    "yaml": None,
}


def check_is_list_entity(data_type: AllowedTypesType | None) -> bool:
    """Whether `data_type` is a list of entities."""
    members = get_args(data_type) if is_typing_list(data_type) else ()
    return bool(members) and issubclass(members[0], Entity)


def get_data_type_from_identifier(type_identifier: str) -> AllowedTypesType | None:
    """The type that a launch file names, as 'list_of_int' does; ValueError if there is none of that name."""
    if type_identifier not in _IDENTIFIERS:
        raise ValueError(f"Got invalid type identifier '{type_identifier}': give one of {', '.join(_IDENTIFIERS)}")
    return _IDENTIFIERS[type_identifier]
