"""A description of what to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .launch_description_entity import LaunchDescriptionEntity
from .logging import get_logger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .action import Action
    from .actions.declare_launch_argument import DeclareLaunchArgument
    from .actions.include_launch_description import IncludeLaunchDescription
    from .launch_context import LaunchContext


class LaunchDescription(LaunchDescriptionEntity):
    """Entities in the order in which they are visited; `deprecated_reason` is logged as a warning when it runs."""

    def __init__(
        self,
        initial_entities: Iterable[LaunchDescriptionEntity] | None = None,
        *,
        deprecated_reason: str | None = None,
    ) -> None:
        self._entities = [] if initial_entities is None else list(initial_entities)
        self._deprecated_reason = deprecated_reason

    def visit(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Yield the entities."""
        if self._deprecated_reason is not None:
            path = context.get_locals_as_dict().get("current_launch_file_path")
            what = "deprecated launch description" if path is None else f"launch file [{path}] is deprecated"
            get_logger().warning("%s: %s", what, self._deprecated_reason)
        return self._entities

    def describe(self) -> str:
        """Text for a person."""
        return repr(self)

    def describe_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """The entities."""
        return self._entities

    def get_launch_arguments(self, conditional_inclusion: bool = False) -> list[DeclareLaunchArgument]:
        """Arguments that this description and those that it includes declare, as far as that can be known before."""
        pairs = self.get_launch_arguments_with_include_launch_description_actions(conditional_inclusion)
        return [argument for argument, _ in pairs]

    def get_launch_arguments_with_include_launch_description_actions(
        self,
        conditional_inclusion: bool = False,
    ) -> list[tuple[DeclareLaunchArgument, list[IncludeLaunchDescription] | None]]:
        """Arguments, each with the includes through which it came (None: its own); the first of a name counts."""
        found: dict[str, tuple[Any, list[Any] | None]] = {}
        _collect_arguments(self._entities, found, is_conditional=conditional_inclusion, includes=None)
        return list(found.values())

    @property
    def entities(self) -> list[LaunchDescriptionEntity]:
        """The entities."""
        return self._entities

    def add_entity(self, entity: LaunchDescriptionEntity) -> None:
        """Add one at the end."""
        self._entities.append(entity)

    def add_action(self, action: Action) -> None:
        """Add an action at the end."""
        self.add_entity(action)

    @property
    def deprecated(self) -> bool:
        """Whether it should no longer be used."""
        return self._deprecated_reason is not None

    @property
    def deprecated_reason(self) -> str | None:
        """Why not, and what instead."""
        return self._deprecated_reason


def _collect_arguments(
    entities: Iterable[LaunchDescriptionEntity],
    found: dict[str, tuple[Any, list[Any] | None]],
    *,
    is_conditional: bool,
    includes: list[Any] | None,
) -> None:
    from .actions import DeclareLaunchArgument, IncludeLaunchDescription, ResetLaunchConfigurations

    for entity in entities:
        if isinstance(entity, ResetLaunchConfigurations):
            return  # what is declared after it can't be set from outside
        if isinstance(entity, DeclareLaunchArgument):
            if entity.name in found:
                continue
            entity._conditionally_included = is_conditional or entity.condition is not None
            found[entity.name] = (entity, includes)
        inner = [*(includes or ()), entity] if isinstance(entity, IncludeLaunchDescription) else includes
        _collect_arguments(entity.describe_sub_entities(), found, is_conditional=is_conditional, includes=inner)
        for _, conditional in entity.describe_conditional_sub_entities():
            _collect_arguments(conditional, found, is_conditional=True, includes=inner)
