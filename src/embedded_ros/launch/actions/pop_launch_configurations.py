"""Brings the saved launch configurations back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..action import Action

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class PopLaunchConfigurations(Action):
    """Brings the launch configurations that PushLaunchConfigurations saved back."""

    def execute(self, context: LaunchContext) -> None:
        """Bring them back; RuntimeError without a push."""
        context._pop_launch_configurations()
