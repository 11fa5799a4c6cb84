"""Output of a process, on its way to the logs."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..logging import get_output_loggers

if TYPE_CHECKING:
    from logging import Logger

    from ..events.process import ProcessIO

_STREAMS = ("stdout", "stderr")


class OutputBuffer:
    """Collects bytes as they come and gives the lines that are whole; keeps everything if `is_cached`."""

    def __init__(self, *, is_cached: bool) -> None:
        self._is_cached = is_cached
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        self._texts: list[str] = []

    def feed(self, data: bytes) -> list[str]:
        """Lines that `data` completes, without line ends."""
        text = self._decoder.decode(data)
        if self._is_cached:
            self._texts.append(text)
        *lines, self._begun = (self._begun + text).split("\n")
        return [line.removesuffix("\r") for line in lines]

    def flush(self) -> list[str]:
        """The line that was begun and will not be completed, if any."""
        begun, self._begun = self._begun, ""
        return [begun] if begun else []

    def getvalue(self) -> str:
        """Everything so far; '' unless cached."""
        return "".join(self._texts)


class ProcessOutput:
    """Logs what the process of `action` says, line by line; `line_format` knows {line} and {this}, the action."""

    def __init__(self, action: object, line_format: str, *, is_cached: bool) -> None:
        self._action = action
        self._line_format = line_format
        self._is_cached = is_cached
        self._buffers = {stream: OutputBuffer(is_cached=is_cached) for stream in _STREAMS}
        self._loggers: dict[str, Logger] = {}

    def open(self, process_name: str, destinations: str | Mapping[str, Any]) -> None:
        """Log as of now; see launch.logging.get_output_loggers() for the destinations."""
        self._loggers = dict(zip(_STREAMS, get_output_loggers(process_name, destinations), strict=True))

    def on_output(self, event: ProcessIO) -> None:
        """The process has said something."""
        stream = "stdout" if event.from_stdout else "stderr"
        self._log(stream, self._buffers[stream].feed(event.text))

    def flush(self) -> None:
        """The process has ended: log also the lines that it did not complete."""
        for stream, buffer in self._buffers.items():
            self._log(stream, buffer.flush())

    def cached(self, stream: str, process_name: str) -> str:
        """All that was said on 'stdout' or 'stderr'; RuntimeError if it is not kept."""
        if not self._is_cached:
            raise RuntimeError(f"process '{process_name}': its output is not kept; set cached_output=True to read it")
        return self._buffers[stream].getvalue()

    def _log(self, stream: str, lines: Iterable[str]) -> None:
        for line in lines:
            self._loggers[stream].info("%s", self._line_format.format(line=line, this=self._action))
