"""A process has ended."""

from typing import Any

from .running_process_event import RunningProcessEvent


class ProcessExited(RunningProcessEvent):
    """The process has ended with `returncode`; -N for signal N."""

    name = "launch.events.process.ProcessExited"

    def __init__(self, *, returncode: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._returncode = returncode

    @property
    def returncode(self) -> int:
        """The exit code."""
        return self._returncode
