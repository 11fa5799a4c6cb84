"""Groups actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..frontend.expose import expose_action
from ..frontend.pairs import parse_pairs
from .pop_environment import PopEnvironment
from .pop_launch_configurations import PopLaunchConfigurations
from .push_environment import PushEnvironment
from .push_launch_configurations import PushLaunchConfigurations
from .reset_environment import ResetEnvironment
from .reset_launch_configurations import ResetLaunchConfigurations
from .set_launch_configuration import SetLaunchConfiguration

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..launch_description_entity import LaunchDescriptionEntity
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_action("group")
class GroupAction(Action):
    """Yields `actions`, after setting `launch_configurations`.

    `scoped`: configurations and environment are as before afterwards. `forwarding` False (with `scoped`): the group
    starts with the first environment and no configurations but its own, whose values still see the outer ones.
    """

    def __init__(
        self,
        actions: Iterable[LaunchDescriptionEntity],
        *,
        scoped: bool = True,
        forwarding: bool = True,
        launch_configurations: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        **left_over_kwargs: Any,
    ) -> None:
        super().__init__(**left_over_kwargs)
        self._actions = actions
        self._is_scoped = scoped
        self._is_forwarding = forwarding
        self._launch_configurations = dict(launch_configurations or {})
        self._actions_to_return: list[LaunchDescriptionEntity] | None = None

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `group` holds."""
        _, kwargs = super().parse(entity, parser)
        for flag in ("scoped", "forwarding"):
            value = entity.get_attr(flag, data_type=bool, optional=True)
            if value is not None:
                kwargs[flag] = value
        keeps = parse_pairs(entity, parser, "keep")
        if keeps is not None:
            kwargs["launch_configurations"] = dict(keeps)
        kwargs["actions"] = [parser.parse_action(child) for child in entity.children if child.type_name != "keep"]
        return cls, kwargs

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """The actions, between those that make the scope; always the same list."""
        if self._actions_to_return is None:
            self._actions_to_return = self._in_scope(list(self._actions))
        return self._actions_to_return

    def _in_scope(self, actions: list[LaunchDescriptionEntity]) -> list[LaunchDescriptionEntity]:
        sets = [SetLaunchConfiguration(name, value) for name, value in self._launch_configurations.items()]
        if not self._is_scoped:
            return [*sets, *actions]
        start: list[LaunchDescriptionEntity] = [PushLaunchConfigurations(), PushEnvironment()]
        if self._is_forwarding:
            start += sets
        else:
            start += [ResetEnvironment(), ResetLaunchConfigurations(self._launch_configurations)]
        return [*start, *actions, PopEnvironment(), PopLaunchConfigurations()]

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:  # noqa: ARG002
        """Yield them."""
        return self.get_sub_entities()
