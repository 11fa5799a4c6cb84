"""Says when tests may start."""

from __future__ import annotations

from collections.abc import Callable

from launch.action import Action
from launch.launch_context import LaunchContext


class ReadyToTest(Action):
    """Tests start when it is executed; without one in the description, when all of that was visited."""

    def __init__(self) -> None:
        super().__init__()
        self._callbacks: list[Callable[[], None]] = []

    def _add_callback(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    def execute(self, context: LaunchContext) -> None:  # noqa: ARG002
        """Let the tests start."""
        for callback in self._callbacks:
            callback()
