"""Chooses where nodes log to."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class SetROSLogDir(Action):
    """Nodes that are started after it get ROS_LOG_DIR."""

    def __init__(self, new_log_dir: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._log_dir = normalize_to_list_of_substitutions(new_log_dir)

    @property
    def log_dir(self) -> list[Substitution]:
        """The folder."""
        return self._log_dir

    def execute(self, context: LaunchContext) -> None:
        """Set the variable."""
        context.environment["ROS_LOG_DIR"] = perform_substitutions(context, self._log_dir)
