"""Flattens what callbacks give back."""

from collections.abc import Iterable

from ..launch_description_entity import LaunchDescriptionEntity
from ..some_entities_type import SomeEntitiesType


def normalize_to_list_of_entities(
    entities: SomeEntitiesType | Iterable[SomeEntitiesType] | None,
) -> list[LaunchDescriptionEntity]:
    """A flat list of entities, out of one, several, or nested iterables of them."""
    if entities is None:
        return []
    if isinstance(entities, LaunchDescriptionEntity):
        return [entities]
    return [flat for entity in entities for flat in normalize_to_list_of_entities(entity)]
