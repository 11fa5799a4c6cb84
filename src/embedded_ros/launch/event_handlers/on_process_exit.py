"""Reaction to a process that has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..events.process import ProcessExited
from .on_action_event_base import OnActionEventBase

if TYPE_CHECKING:
    from ..actions.execute_local import ExecuteLocal
    from ..launch_context import LaunchContext
    from ..some_entities_type import SomeEntitiesType


class OnProcessExit(OnActionEventBase):
    """Does `on_exit` when the process of `target_action` (None: any process) has ended."""

    def __init__(
        self,
        *,
        target_action: Callable[[ExecuteLocal], bool] | ExecuteLocal | None = None,
        on_exit: SomeEntitiesType | Callable[[ProcessExited, LaunchContext], SomeEntitiesType | None] | None,
        **kwargs: Any,
    ) -> None:
        # A process action registers handlers of this class, hence the late import.
        from ..actions.execute_local import ExecuteLocal

        super().__init__(
            action_matcher=target_action,
            on_event=on_exit,
            target_event_cls=ProcessExited,
            target_action_cls=ExecuteLocal,
            **kwargs,
        )
