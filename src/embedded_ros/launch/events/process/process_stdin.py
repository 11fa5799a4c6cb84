"""A process' stdin."""

from typing import Any

from .process_io import ProcessIO


class ProcessStdin(ProcessIO):
    """What goes to a process' stdin."""

    name = "launch.events.process.ProcessStdin"

    def __init__(self, *, text: bytes, **kwargs: Any) -> None:
        super().__init__(text=text, fd=0, **kwargs)
