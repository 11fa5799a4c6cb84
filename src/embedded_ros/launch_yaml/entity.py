"""A YAML mapping as an element of a launch file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.frontend import Entity as BaseEntity
from launch.frontend.type_utils import check_is_list_entity
from launch.utilities.type_utils import is_instance_of

if TYPE_CHECKING:
    from launch.utilities.type_utils import AllowedTypesType


class Entity(BaseEntity):
    """Attributes have the types that YAML gives them. Children: a list, or what the key `children` holds."""

    def __init__(self, element: Any, type_name: str | None = None, *, parent: Entity | None = None) -> None:
        self._element = element
        self._type_name = type_name
        self._parent = parent
        self._read_keys: set[str] = set()
        self._are_children_read = False

    @property
    def type_name(self) -> str:
        """The key that holds it."""
        return self._type_name or ""

    @property
    def parent(self) -> Entity | None:
        """The element around it."""
        return self._parent

    @property
    def children(self) -> list[Entity]:
        """The elements inside it; ValueError if there can be none, RuntimeError if one has no or several types."""
        self._are_children_read = True
        entities = []
        for child in self._child_elements():
            if not isinstance(child, dict) or len(child) != 1:
                raise RuntimeError(
                    f"Subentities of `{self.type_name}` must be mappings with one key, the entity type; got {child!r}"
                )
            ((type_name, element),) = child.items()
            entities.append(Entity(element, type_name, parent=self))
        return entities

    def _child_elements(self) -> list[Any]:
        if isinstance(self._element, list):
            return self._element
        if not isinstance(self._element, dict):
            raise TypeError(f"`{self.type_name}`: expected a mapping or a list, got {self._element!r}")
        if "children" not in self._element:
            raise ValueError(
                f"Expected entity `{self.type_name}` to have children: a list of entities, or one under the key "
                "`children`"
            )
        self._read_keys.add("children")
        children: list[Any] = self._element["children"]
        return children

    def assert_entity_completely_parsed(self) -> None:
        """Raise ValueError if there is a key or a child that nobody has asked for."""
        if isinstance(self._element, list):
            if not self._are_children_read:
                raise ValueError(f"Unexpected nested entities found in `{self.type_name}`: {self._element}")
            return
        unread = self._keys() - self._read_keys
        if unread:
            raise ValueError(f"Unexpected key(s) found in `{self.type_name}`: {unread}")

    def _keys(self) -> set[str]:
        return set(self._element) if isinstance(self._element, dict) else set()

    def get_attr(
        self, name: str, *, data_type: AllowedTypesType | None = str, optional: bool = False, can_be_str: bool = True
    ) -> Any:
        """The key's value, which is never coerced; see launch.frontend.Entity."""
        if name not in self._keys():
            if optional:
                return None
            raise AttributeError(f"Can not find attribute '{name}' in Entity '{self.type_name}'")
        self._read_keys.add(name)
        data = self._element[name]
        if check_is_list_entity(data_type):
            if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
                raise TypeError(
                    f"Attribute '{name}' of Entity '{self.type_name}' expected to be a list of dictionaries, "
                    f"got {data!r}"
                )
            return [Entity(item, name, parent=self) for item in data]
        if not is_instance_of(data, data_type, can_be_str=can_be_str):
            raise TypeError(
                f"Attribute '{name}' of Entity '{self.type_name}' expected to be of type '{data_type}', "
                f"got {data!r} of type '{type(data).__name__}'"
            )
        return data
