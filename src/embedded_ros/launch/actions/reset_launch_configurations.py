"""Clears the launch configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


class ResetLaunchConfigurations(Action):
    """Removes all launch configurations and sets the given ones, whose values still see the old ones."""

    def __init__(
        self, launch_configurations: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._launch_configurations = dict(launch_configurations or {})

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
