"""Ends the launch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..events import Shutdown as ShutdownEvent
from ..events.process import ProcessExited
from ..logging import get_logger
from .emit_event import EmitEvent

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class Shutdown(EmitEvent):
    """Emits the Shutdown event, with `reason`."""

    def __init__(self, *, reason: str = "reason not given", **kwargs: Any) -> None:
        super().__init__(event=ShutdownEvent(reason=reason), **kwargs)

    def execute(self, context: LaunchContext) -> None:
        """Emit the event; says so if the end of a process caused it."""
        event = context.get_locals_as_dict().get("event")
        if isinstance(event, ProcessExited):
            get_logger("launch").info("process[%s] was required: shutting down launched system", event.process_name)
        super().execute(context)
