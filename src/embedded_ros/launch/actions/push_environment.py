"""Saves the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..action import Action

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class PushEnvironment(Action):
    """Saves the environment, until PopEnvironment brings it back."""

    def execute(self, context: LaunchContext) -> None:
        """Save it."""
        context._push_environment()
