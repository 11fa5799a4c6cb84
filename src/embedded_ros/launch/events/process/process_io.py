"""A process has said something, or is told something."""

from typing import Any

from .running_process_event import RunningProcessEvent


class ProcessIO(RunningProcessEvent):
    """Bytes on a process' stdin (`fd` 0), stdout (1) or stderr (2)."""

    name = "launch.events.process.ProcessIO"

    def __init__(self, *, text: bytes, fd: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._text = text
        self._fd = fd

    @property
    def text(self) -> bytes:
        """The bytes; not necessarily whole lines."""
        return self._text

    @property
    def from_stdin(self) -> bool:
        """Whether they go to the process."""
        return self._fd == 0

    @property
    def from_stdout(self) -> bool:
        """Whether they come from its output."""
        return self._fd == 1

    @property
    def from_stderr(self) -> bool:
        """Whether they come from its error output."""
        return self._fd == 2
