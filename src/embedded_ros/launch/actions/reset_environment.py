"""Brings the first environment back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..action import Action
from ..frontend.expose import expose_action

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext


@expose_action("reset_env")
class ResetEnvironment(Action):
    """Brings the environment with which the launch was started back."""

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `reset_env` holds."""
        _, kwargs = super().parse(entity, parser)
        return cls, kwargs

    def execute(self, context: LaunchContext) -> None:
        """Bring it back."""
        context._reset_environment()
