"""Gives a remapping rule to all nodes of a scope."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class SetRemap(Action):
    """Nodes that are started after it, in the same scope, get the rule `src` := `dst`, before their own rules."""

    def __init__(self, src: SomeSubstitutionsType, dst: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._src = normalize_to_list_of_substitutions(src)
        self._dst = normalize_to_list_of_substitutions(dst)

    @property
    def src(self) -> list[Substitution]:
        """The name in the node's code."""
        return self._src

    @property
    def dst(self) -> list[Substitution]:
        """The name that it gets."""
        return self._dst

    def execute(self, context: LaunchContext) -> None:
        """Add it to the scope."""
        configurations: dict[str, Any] = context.launch_configurations
        rule = (perform_substitutions(context, self._src), perform_substitutions(context, self._dst))
        configurations["ros_remaps"] = [*configurations.get("ros_remaps", ()), rule]
