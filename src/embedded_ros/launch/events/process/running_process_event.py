"""Base of events about a process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...event import Event

if TYPE_CHECKING:
    from ...actions.execute_local import ExecuteLocal


class RunningProcessEvent(Event):
    """Carries the process' final name, command, folder, environment and pid."""

    name = "launch.events.process.RunningProcessEvent"

    def __init__(
        self,
        *,
        action: ExecuteLocal,
        name: str,
        cmd: list[str],
        cwd: str | None,
        env: dict[str, str] | None,
        pid: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._action = action
        self._name = name
        self._cmd = cmd
        self._cwd = cwd
        self._env = env
        self._pid = pid

    @property
    def action(self) -> ExecuteLocal:
        """The action that started the process."""
        return self._action

    @property
    def execute_process_action(self) -> ExecuteLocal:
        """The action that started the process."""
        return self._action

    @property
    def process_name(self) -> str:
        """The process' unique name."""
        return self._name

    @property
    def cmd(self) -> list[str]:
        """The command, substitutions performed."""
        return self._cmd

    @property
    def cwd(self) -> str | None:
        """The working folder; None: launch's own."""
        return self._cwd

    @property
    def env(self) -> dict[str, str] | None:
        """The environment."""
        return self._env

    @property
    def pid(self) -> int:
        """The process id."""
        return self._pid
