"""Logs a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..action import Action
from ..frontend.expose import expose_action
from ..logging import get_logger
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution


@expose_action("log")
class LogInfo(Action):
    """Logs `msg` at INFO when executed."""

    def __init__(self, *, msg: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._msg = normalize_to_list_of_substitutions(msg)
        self._logger = get_logger("launch.user")

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `log` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["msg"] = parser.parse_substitution(entity.get_attr("message"))
        return cls, kwargs

    @property
    def msg(self) -> list[Substitution]:
        """The message."""
        return self._msg

    def execute(self, context: LaunchContext) -> None:
        """Log the message."""
        self._logger.info("%s", perform_substitutions(context, self._msg))
