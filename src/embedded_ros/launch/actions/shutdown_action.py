"""Ends the launch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..events import Shutdown as ShutdownEvent
from ..events.process import ProcessExited
from ..frontend.expose import expose_action
from ..logging import get_logger
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .emit_event import EmitEvent

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_action("shutdown")
class Shutdown(EmitEvent):
    """Emits the Shutdown event, with `reason`."""

    def __init__(self, *, reason: SomeSubstitutionsType = "reason not given", **kwargs: Any) -> None:
        self._reason = normalize_to_list_of_substitutions(reason)
        described = reason if isinstance(reason, str) else " + ".join(part.describe() for part in self._reason)
        super().__init__(event=ShutdownEvent(reason=described), **kwargs)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `shutdown` holds."""
        _, kwargs = super().parse(entity, parser)
        reason = entity.get_attr("reason", optional=True)
        if reason:
            kwargs["reason"] = parser.parse_substitution(reason)
        return cls, kwargs

    def execute(self, context: LaunchContext) -> None:
        """Emit the event; says so if the end of a process caused it."""
        event = context.get_locals_as_dict().get("event")
        if isinstance(event, ProcessExited):
            get_logger("launch").info("process[%s] was required: shutting down launched system", event.process_name)
        self._event = ShutdownEvent(reason=perform_substitutions(context, self._reason))
        super().execute(context)
