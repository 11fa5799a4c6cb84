"""Brings the first environment back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..action import Action

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class ResetEnvironment(Action):
    """Brings the environment with which the launch was started back."""

    def execute(self, context: LaunchContext) -> None:
        """Bring it back."""
        context._reset_environment()
