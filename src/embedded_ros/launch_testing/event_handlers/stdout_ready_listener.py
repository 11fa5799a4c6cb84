"""Waits for a process to say that it is ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from launch.event_handlers import OnProcessIO

if TYPE_CHECKING:
    from launch import SomeEntitiesType
    from launch.actions import ExecuteLocal
    from launch.events.process import ProcessIO
    from launch.launch_description_entity import LaunchDescriptionEntity


class StdoutReadyListener(OnProcessIO):
    """Yields `actions` when the process (None: any) says `ready_txt` on stdout."""

    def __init__(
        self,
        *,
        target_action: ExecuteLocal | None = None,
        ready_txt: str,
        actions: Sequence[LaunchDescriptionEntity],
    ) -> None:
        self._ready_txt = ready_txt
        self._actions = actions
        super().__init__(target_action=target_action, on_stdout=self._on_stdout)

    def _on_stdout(self, process_io: ProcessIO) -> SomeEntitiesType | None:
        return self._actions if self._ready_txt in process_io.text.decode(errors="replace") else None

    def describe(self) -> tuple[str, list[SomeEntitiesType]]:
        """Text for a person, and the actions."""
        return super().describe()[0], list(self._actions)
