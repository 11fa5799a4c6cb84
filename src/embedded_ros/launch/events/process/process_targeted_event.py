"""Base of events that are meant for some process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...event import Event

if TYPE_CHECKING:
    from ...actions.execute_local import ExecuteLocal


class ProcessTargetedEvent(Event):
    """Reaches the processes whose action `process_matcher` accepts."""

    name = "launch.events.process.ProcessTargetedEvent"

    def __init__(self, *, process_matcher: Callable[[ExecuteLocal], bool] | Callable[[Any], bool]) -> None:
        self._process_matcher = process_matcher

    @property
    def process_matcher(self) -> Callable[[Any], bool]:
        """Decides whether an action's process is meant."""
        return self._process_matcher
