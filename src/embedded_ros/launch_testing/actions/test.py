"""Runs a test program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.actions import ExecuteProcess, OpaqueFunction, TimerAction
from launch.event_handlers import OnProcessExit

if TYPE_CHECKING:
    from launch import LaunchContext, SomeSubstitutionsType
    from launch.event import Event
    from launch.launch_description_entity import LaunchDescriptionEntity


class Test(ExecuteProcess):
    """A process that is interrupted `timeout` s (None: never) after its start, and killed `kill_timeout` s later.

    The other arguments are those of ExecuteProcess.
    """

    __test__ = False  # pytest: no test class, whatever its name

    def __init__(
        self,
        *,
        timeout: float | SomeSubstitutionsType | None = None,
        kill_timeout: float | SomeSubstitutionsType = 5.0,
        **kwargs: Any,
    ) -> None:
        kill_after = str(kill_timeout) if isinstance(kill_timeout, int | float) else kill_timeout
        kwargs.setdefault("sigterm_timeout", kill_after)
        super().__init__(**kwargs)
        self._timeout = timeout
        self._timer: TimerAction | None = None

    @property
    def timeout(self) -> float | SomeSubstitutionsType | None:
        """Time that the program has, s."""
        return self._timeout

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Start the program and its timer."""
        entities = super().execute(context)
        if not self._timeout:
            return entities
        interrupt = OpaqueFunction(function=self._shutdown_process, kwargs={"send_sigint": True})
        self._timer = TimerAction(period=self._timeout, actions=[interrupt])
        context.register_event_handler(OnProcessExit(target_action=self, on_exit=self._stop_timer))
        return [*(entities or ()), self._timer]

    def _stop_timer(self, event: Event, context: LaunchContext) -> None:  # noqa: ARG002
        if self._timer is not None:
            self._timer.cancel()
