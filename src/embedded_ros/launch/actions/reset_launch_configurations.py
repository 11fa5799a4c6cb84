"""Clears the launch configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..frontend.expose import expose_action
from ..frontend.pairs import parse_pairs
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_action("reset")
class ResetLaunchConfigurations(Action):
    """Removes all launch configurations and sets the given ones, whose values still see the old ones."""

    def __init__(
        self, launch_configurations: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._launch_configurations = dict(launch_configurations or {})

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `reset` holds."""
        _, kwargs = super().parse(entity, parser)
        keeps = parse_pairs(entity, parser, "keep")
        if keeps is not None:
            kwargs["launch_configurations"] = dict(keeps)
        return cls, kwargs

    def execute(self, context: LaunchContext) -> None:
        """Clear, and set."""
        kept = {
            perform_substitutions(context, normalize_to_list_of_substitutions(name)): perform_substitutions(
                context, normalize_to_list_of_substitutions(value)
            )
            for name, value in self._launch_configurations.items()
        }
        context.launch_configurations.clear()
        context.launch_configurations.update(kept)
