"""Elements of launch files that several descriptions of nodes share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.frontend.entity import Entity
from launch.frontend.pairs import parse_pairs
from launch.frontend.type_utils import get_data_type_from_identifier

from ..parameter_descriptions import ParameterFile, ParameterValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from launch.frontend import Parser

    from ..remap_rule_type import SomeRemapRule


def parse_remappings(entity: Entity, parser: Parser) -> list[SomeRemapRule] | None:
    """The rules of the elements `remap`; None if there are none."""
    pairs = parse_pairs(entity, parser, "remap", ("from", "to"))
    return None if pairs is None else list(pairs)


def parse_parameters(params: Iterable[Entity], parser: Parser) -> list[Any]:
    """What elements `param` stand for: a file where they have `from`, else a dict, as Node's `parameters` take them.

    RuntimeError or ValueError for attributes that exclude each other, or of which one is missing.
    """
    return [_parse_parameter(param, parser) for param in params]


def _parse_parameter(param: Entity, parser: Parser) -> ParameterFile | dict[Any, Any]:
    file = param.get_attr("from", optional=True)
    name = param.get_attr("name", optional=True)
    allow_substs = param.get_attr("allow_substs", data_type=bool, optional=True)
    if file is not None and name is not None:
        raise RuntimeError(f"param '{name}': name and from attributes are mutually exclusive")
    if file is not None:
        param.assert_entity_completely_parsed()
        allowed = parser.parse_if_substitutions(False if allow_substs is None else allow_substs)
        return ParameterFile(parser.parse_substitution(file), allow_substs=allowed)  # type: ignore[arg-type]
    if name is None:
        raise ValueError("param Entity should have name or from attribute")
    if allow_substs is not None:
        raise RuntimeError(f"param '{name}': 'allow_substs' can only be used together with 'from' attribute")
    return _parse_values([param], parser)


def _parse_values(params: Iterable[Entity], parser: Parser) -> dict[Any, Any]:
    """Names and values, with dicts for groups."""
    values: dict[Any, Any] = {}
    for param in params:
        name = param.get_attr("name")
        type_name = param.get_attr("type", optional=True)
        data_type = None if type_name is None else get_data_type_from_identifier(type_name)
        value = param.get_attr("value", data_type=data_type, optional=True)
        nested = param.get_attr("param", data_type=list[Entity], optional=True)
        param.assert_entity_completely_parsed()
        if nested and (value is not None or type_name is not None):
            other = "type" if value is None else "value"
            raise RuntimeError(f"param '{name}': nested parameters and {other} attributes are mutually exclusive")
        if value is None and not nested:
            raise RuntimeError(f"param '{name}': either a value attribute or nested params are needed")
        values[tuple(parser.parse_substitution(name))] = (
            _parse_values(nested, parser)
            if nested
            else ParameterValue(parser.parse_if_substitutions(value), value_type=data_type)
        )
    return values
