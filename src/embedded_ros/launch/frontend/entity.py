"""An element of a launch file, whatever the markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from ..utilities.type_utils import AllowedTypesType


class Entity:
    """A typed element with attributes and children; each markup language derives its own."""

    @property
    def type_name(self) -> str:
        """Which action it stands for."""
        raise NotImplementedError(f"{type(self).__name__}.type_name: an entity must override it")

    @property
    def parent(self) -> Entity | None:
        """The element around it."""
        raise NotImplementedError(f"{type(self).__name__}.parent: an entity must override it")

    @property
    def children(self) -> list[Self]:
        """The elements inside it."""
        raise NotImplementedError(f"{type(self).__name__}.children: an entity must override it")

    def get_attr(
        self, name: str, *, data_type: AllowedTypesType | None = str, optional: bool = False, can_be_str: bool = True
    ) -> Any:
        """The attribute `name` as a `data_type`; with `can_be_str`, any text will do, as it may hold substitutions.

        `data_type` None: as YAML reads it; `list[Entity]`: the elements of that name. Raises AttributeError if it is
        not there (`optional`: gives None) and TypeError or ValueError if it is of another type.
        """
        raise NotImplementedError(f"{type(self).__name__}.get_attr(): an entity must override it")

    def assert_entity_completely_parsed(self) -> None:
        """Raise ValueError if there is an attribute or a child that nobody has asked for."""
        raise NotImplementedError(
            f"{type(self).__name__}.assert_entity_completely_parsed(): an entity must override it"
        )
