"""Reaction to what a process says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from ..events.process import ProcessIO
from .on_action_event_base import OnActionEventBase

if TYPE_CHECKING:
    from ..actions.execute_local import ExecuteLocal
    from ..launch_context import LaunchContext
    from ..some_entities_type import SomeEntitiesType

    IOCallback: TypeAlias = Callable[[ProcessIO], SomeEntitiesType | None]


class OnProcessIO(OnActionEventBase):
    """Calls `on_stdin`, `on_stdout` or `on_stderr` with the bytes of `target_action`'s process (None: any process)."""

    def __init__(
        self,
        *,
        target_action: Callable[[ExecuteLocal], bool] | ExecuteLocal | None = None,
        on_stdin: IOCallback | None = None,
        on_stdout: IOCallback | None = None,
        on_stderr: IOCallback | None = None,
        **kwargs: Any,
    ) -> None:
        # A process action registers handlers of this class, hence the late import.
        from ..actions.execute_local import ExecuteLocal

        def dispatch(event: ProcessIO, _: LaunchContext) -> SomeEntitiesType | None:
            callback = on_stdin if event.from_stdin else on_stdout if event.from_stdout else on_stderr
            return None if callback is None else callback(event)

        super().__init__(
            action_matcher=target_action,
            on_event=dispatch,
            target_event_cls=ProcessIO,
            target_action_cls=ExecuteLocal,
            **kwargs,
        )
