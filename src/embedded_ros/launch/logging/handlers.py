"""Logging handlers whose format may differ from logger to logger: every handler of Python's, under its own name."""

from __future__ import annotations

import functools
import logging
import logging.handlers
import sys
from typing import Any, TextIO


class MessageFormatter(logging.Formatter):
    """Format texts may say {msg}, as Jazzy's do, for the message with its arguments filled in."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        filled = logging.makeLogRecord({**record.__dict__, "msg": record.getMessage(), "args": None})
        return super().format(filled)


class PerLoggerFormatting(logging.Handler):
    """Adds a format of its own for single loggers to a handler."""

    @functools.cached_property
    def _formatters(self) -> dict[str, logging.Formatter]:
        return {}

    def setFormatterFor(self, logger: logging.Logger | str, formatter: logging.Formatter) -> None:
        """Records of `logger` get this format."""
        self._formatters[logger if isinstance(logger, str) else logger.name] = formatter

    def unsetFormatterFor(self, logger: logging.Logger | str) -> None:
        """Records of `logger` get the handler's format again."""
        self._formatters.pop(logger if isinstance(logger, str) else logger.name, None)

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        formatter = self._formatters.get(record.name)
        return super().format(record) if formatter is None else formatter.format(record)


class StreamHandler(PerLoggerFormatting, logging.StreamHandler[TextIO]):
    """Writes to a stream."""


class ScreenHandler(StreamHandler):
    """Writes to what sys.stdout is at that moment (pytest replaces it), until `setStream` gives it another stream."""

    def __init__(self) -> None:
        self._chosen: TextIO | None = None
        super().__init__(None)
        self._chosen = None

    @property
    def stream(self) -> TextIO:
        """Where records go."""
        return sys.stdout if self._chosen is None else self._chosen

    @stream.setter
    def stream(self, stream: TextIO) -> None:
        self._chosen = stream


class FileHandler(PerLoggerFormatting, logging.FileHandler):
    """Writes to a file."""


class WatchedFileHandler(PerLoggerFormatting, logging.handlers.WatchedFileHandler):
    """Writes to a file, and opens it again after someone moved it away."""


@functools.cache
def __getattr__(name: str) -> Any:
    base = getattr(logging.handlers, name, None) or getattr(logging, name, None)
    if not isinstance(base, type) or not issubclass(base, logging.Handler):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")  # noqa: TRY004
    return type(name, (PerLoggerFormatting, base), {"__doc__": base.__doc__})
