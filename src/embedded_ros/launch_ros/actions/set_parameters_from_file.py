"""Gives a parameter file to all nodes of a scope."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class SetParametersFromFile(Action):
    """Nodes that are started after it, in the same scope, get the file; their own values go before it."""

    def __init__(self, filename: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._input_file = normalize_to_list_of_substitutions(filename)

    def execute(self, context: LaunchContext) -> None:
        """Add it to the scope."""
        configurations: dict[str, Any] = context.launch_configurations
        file = perform_substitutions(context, self._input_file)
        configurations["global_params"] = [*configurations.get("global_params", ()), file]
