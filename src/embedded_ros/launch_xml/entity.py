"""An XML tag as an element of a launch file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.frontend import Entity as BaseEntity
from launch.frontend.type_utils import check_is_list_entity
from launch.utilities.type_utils import get_typed_value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from launch.utilities.type_utils import AllowedTypesType


class Entity(BaseEntity):
    """Attributes are texts, coerced to what is asked for; `a="1;2" a-sep=";"` makes a list."""

    def __init__(self, xml_element: Element, *, parent: Entity | None = None) -> None:
        self._element = xml_element
        self._parent = parent
        self._read_attributes: set[str] = set()
        self._read_children: set[str] = set()

    @property
    def type_name(self) -> str:
        """The tag's name."""
        return self._element.tag

    @property
    def parent(self) -> Entity | None:
        """The tag around it."""
        return self._parent

    @property
    def children(self) -> list[Entity]:
        """The tags inside it."""
        self._read_children = {child.tag for child in self._element}
        return [Entity(child, parent=self) for child in self._element]

    def assert_entity_completely_parsed(self) -> None:
        """Raise ValueError if there is an attribute or a nested tag that nobody has asked for."""
        tags = {child.tag for child in self._element} - self._read_children
        if tags:
            raise ValueError(f"Unexpected nested tag(s) found in `{self.type_name}`: {tags}")
        attributes = self._element.attrib.keys() - self._read_attributes
        if attributes:
            raise ValueError(f"Unexpected attribute(s) found in `{self.type_name}`: {attributes}")

    def get_attr(
        self, name: str, *, data_type: AllowedTypesType | None = str, optional: bool = False, can_be_str: bool = True
    ) -> Any:
        """The attribute's value, or the nested tags of that name; see launch.frontend.Entity."""
        value: Any = self._tags(name) if check_is_list_entity(data_type) else self._text(name)
        if value is None and not optional:
            raise AttributeError(f"Attribute '{name}' of type '{data_type}' not found in Entity '{self.type_name}'")
        if value is None or check_is_list_entity(data_type):
            return value
        try:
            return get_typed_value(value, data_type, can_be_str=can_be_str)
        except ValueError as error:
            raise TypeError(
                f"Attribute '{name}' of Entity '{self.type_name}' expected to be of type '{data_type}': "
                f"'{value}' can not be converted to it"
            ) from error

    def _tags(self, name: str) -> list[Entity] | None:
        found = [Entity(child, parent=self) for child in self._element if child.tag == name]
        if found:
            self._read_children.add(name)
        return found or None

    def _text(self, name: str) -> str | list[str] | None:
        attributes = self._element.attrib
        if name not in attributes:
            return None
        self._read_attributes.add(name)
        separator = f"{name}-sep"
        if separator not in attributes:
            return attributes[name]
        self._read_attributes.add(separator)
        return attributes[name].split(attributes[separator])
