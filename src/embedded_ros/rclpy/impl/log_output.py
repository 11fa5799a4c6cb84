"""Where log messages go: console and file, in rcutils' format, and who else listens (/rosout)."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rclpy.impl import log_file
from rclpy.impl.errors import RCLError
from rclpy.impl.log_severity import DEBUG, ERROR, FATAL, INFO, NAMES, UNSET, WARN

if TYPE_CHECKING:
    from rclpy.impl.arguments import Arguments

_DEFAULT_FORMAT = "[{severity}] [{time}] [{name}]: {message}"
_COLORS = {DEBUG: "\033[32m", INFO: "\033[0m", WARN: "\033[33m", ERROR: "\033[31m", FATAL: "\033[31m"}
_RESET = "\033[0m"
_TOKEN = re.compile(r"\{(\w+)\}")
_ESCAPES = {"\\a": "\a", "\\b": "\b", "\\n": "\n", "\\r": "\r", "\\t": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One log message; `time_ns` since the Unix epoch."""

    severity: int
    name: str
    message: str
    function: str
    file: str
    line: int
    time_ns: int


Sink = Callable[[Record], None]

_lock = threading.Lock()
_levels: dict[str, int] = {"": INFO}
_cache: dict[str, int] = {}
_sinks: list[Sink] = []
_is_console_on = True


def set_level(name: str, level: int) -> None:
    """Severity from which a logger and its children speak; UNSET: as its parent."""
    with _lock:
        _levels[name] = level
        _cache.clear()


def reset() -> None:
    """Back to the root's INFO alone."""
    with _lock:
        _levels.clear()
        _levels[""] = INFO
        _cache.clear()


def level_of(name: str) -> int:
    """The level set for exactly this logger."""
    return _levels.get(name, UNSET)


def effective_level(name: str) -> int:
    """The level of the nearest ancestor that has one."""
    known = _cache.get(name)
    if known is not None:
        return known
    level, ancestor = _levels.get(name, UNSET), name
    while level == UNSET and ancestor:
        ancestor = ancestor.rpartition(".")[0]
        level = _levels.get(ancestor, UNSET)
    _cache[name] = level
    return _cache[name]


def is_enabled_for(name: str, severity: int) -> bool:
    return severity >= effective_level(name)


def add_sink(sink: Sink) -> None:
    """Have every message that is spoken passed to `sink` too."""
    with _lock:
        _sinks.append(sink)


def remove_sink(sink: Sink) -> None:
    with _lock:
        if sink in _sinks:
            _sinks.remove(sink)


def configure(arguments: Arguments) -> None:
    """Take over levels and switches of the command line, and the wire's own messages.

    Raises RCLError for a configuration file, which Jazzy's logging backend refuses, too.
    """
    global _is_console_on
    if arguments.log_config_file:
        raise RCLError(f"--log-config-file {arguments.log_config_file}: there are no configuration files for logging")
    if arguments.log_level is not None:
        set_level("", arguments.log_level)
    for name, level in arguments.logger_levels:
        set_level(name, level)
    _is_console_on = arguments.is_on("stdout-logs")
    wire = logging.getLogger("rmw_zenoh_cpp")
    if not any(isinstance(handler, _WireHandler) for handler in wire.handlers):
        wire.addHandler(_WireHandler())
        wire.setLevel(logging.INFO)
        wire.propagate = False


class _WireHandler(logging.Handler):
    """Passes the wire's messages on; numbers of Python's severities are rcutils' own."""

    def emit(self, record: logging.LogRecord) -> None:
        log(record.levelno, record.name, record.getMessage(), record.funcName, record.pathname, record.lineno)


def log(severity: int, name: str, message: str, function: str = "", file: str = "", line: int = 0) -> None:
    """Speak, unless the logger's level is higher."""
    if not is_enabled_for(name, severity):
        return
    record = Record(
        severity=severity,
        name=name,
        message=message,
        function=function,
        file=file,
        line=line,
        time_ns=time.time_ns(),
    )
    is_wanted = log_file.is_wanted()
    if _is_console_on or is_wanted:
        text = format_record(record, os.environ.get("RCUTILS_CONSOLE_OUTPUT_FORMAT") or _DEFAULT_FORMAT)
        if _is_console_on:
            _print(text, severity)
        if is_wanted and (problem := log_file.write(text)):
            log(WARN, "rcl", problem)
    for sink in _sinks:
        sink(record)


def _print(text: str, severity: int) -> None:
    stream = sys.stdout if os.environ.get("RCUTILS_LOGGING_USE_STDOUT") == "1" else sys.stderr
    colorized = os.environ.get("RCUTILS_COLORIZED_OUTPUT", "")
    try:
        if colorized == "1" or (colorized != "0" and stream.isatty()):
            text = f"{_COLORS.get(severity, '')}{text}{_RESET}"
        stream.write(text + "\n")
        stream.flush()
    except (ValueError, BrokenPipeError):
        # The stream is gone (closed terminal, ended pipe): a log message must not end a node.
        return


def format_record(record: Record, template: str) -> str:
    """Fill `{severity}`, `{name}`, `{message}`, `{time}`, … of rcutils' output format; others stay."""
    for escape, character in _ESCAPES.items():
        template = template.replace(escape, character)
    return _TOKEN.sub(lambda found: _field(record, found), template)


def _field(record: Record, found: re.Match[str]) -> str:
    sec, nanosec = divmod(record.time_ns, 1_000_000_000)
    fields = {
        "severity": NAMES.get(record.severity, str(record.severity)),
        "name": record.name,
        "message": record.message,
        "function_name": record.function,
        "file_name": record.file,
        "short_file_name": Path(record.file).name,
        "line_number": str(record.line),
        "time": f"{sec}.{nanosec:09d}",
        "time_as_nanoseconds": str(record.time_ns),
        "date_time_with_ms": f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(sec))}.{nanosec // 1_000_000:03d}",
    }
    return fields.get(found.group(1), found.group())
