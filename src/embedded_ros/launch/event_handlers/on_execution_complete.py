"""Reaction to an action that is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..events.execution_complete import ExecutionComplete
from .on_action_event_base import OnActionEventBase

if TYPE_CHECKING:
    from ..launch_context import LaunchContext
    from ..some_entities_type import SomeEntitiesType


class OnExecutionComplete(OnActionEventBase):
    """Does `on_completion` when `target_action` (None: any action) is done."""

    def __init__(
        self,
        *,
        target_action: Callable[[Action], bool] | Action | None = None,
        on_completion: SomeEntitiesType | Callable[[ExecutionComplete, LaunchContext], SomeEntitiesType | None],
        **kwargs: Any,
    ) -> None:
        super().__init__(
            action_matcher=target_action,
            on_event=on_completion,
            target_event_cls=ExecutionComplete,
            target_action_cls=Action,
            **kwargs,
        )
