"""Elements with two attributes, as name and value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .entity import Entity

if TYPE_CHECKING:
    from ..substitution import Substitution
    from .parser import Parser


def parse_pairs(
    entity: Entity, parser: Parser, type_name: str, attributes: tuple[str, str] = ("name", "value")
) -> list[tuple[tuple[Substitution, ...], list[Substitution]]] | None:
    """First (hashable) and second of the attributes of the elements `type_name` in `entity`; None if there are none."""
    found: list[Entity] | None = entity.get_attr(type_name, data_type=list[Entity], optional=True)
    if found is None:
        return None
    pairs = []
    for child in found:
        first, second = (parser.parse_substitution(child.get_attr(attribute)) for attribute in attributes)
        pairs.append((tuple(first), second))
        child.assert_entity_completely_parsed()
    return pairs
