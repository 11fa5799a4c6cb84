"""Saves the launch configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..action import Action

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class PushLaunchConfigurations(Action):
    """Saves the launch configurations, until PopLaunchConfigurations brings them back."""

    def execute(self, context: LaunchContext) -> None:
        """Save them."""
        context._push_launch_configurations()
