"""Brings the saved environment back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..action import Action

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class PopEnvironment(Action):
    """Brings the environment that PushEnvironment saved back."""

    def execute(self, context: LaunchContext) -> None:
        """Bring it back; RuntimeError without a push."""
        context._pop_environment()
