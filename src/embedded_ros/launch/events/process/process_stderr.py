"""A process' stderr."""

from typing import Any

from .process_io import ProcessIO


class ProcessStderr(ProcessIO):
    """What comes from a process' stderr."""

    name = "launch.events.process.ProcessStderr"

    def __init__(self, *, text: bytes, **kwargs: Any) -> None:
        super().__init__(text=text, fd=2, **kwargs)
