"""Loggers and their levels."""

from __future__ import annotations

import os
from pathlib import Path

from rclpy.impl import log_output
from rclpy.impl.log_severity import severity_from_text
from rclpy.impl.logging_severity import LoggingSeverity as LoggingSeverity
from rclpy.impl.rcutils_logger import RcutilsLogger

_root_logger = RcutilsLogger()


def get_logger(name: str) -> RcutilsLogger:
    """The logger of that name."""
    if not name:
        raise ValueError("Logger name must not be empty.")
    return _root_logger.get_child(name)


def initialize() -> None:
    """Nothing to prepare: the console is always there."""


def shutdown() -> None:
    """Forget the levels that were set."""
    log_output.reset()


def clear_config() -> None:
    """Forget the levels that were set."""
    shutdown()
    initialize()


def set_logger_level(name: str, level: int | LoggingSeverity, detailed_error: bool = False) -> None:
    """Set the level of a logger ('' for the root); UNSET: as its parent."""
    log_output.set_level(name, LoggingSeverity(level))


def get_logger_effective_level(name: str) -> LoggingSeverity:
    """The level that holds for a logger, its own or an ancestor's."""
    return LoggingSeverity(log_output.effective_level(name))


def get_logger_level(name: str) -> LoggingSeverity:
    """The level that was set for exactly this logger."""
    return LoggingSeverity(log_output.level_of(name))


def get_logging_severity_from_string(log_severity: str) -> LoggingSeverity:
    """The severity of that name. Raises RuntimeError."""
    try:
        return LoggingSeverity(severity_from_text(log_severity))
    except ValueError as error:
        raise RuntimeError(f"Failed to get log severity from name '{log_severity}': {error}") from error


def get_logging_directory() -> Path:
    """`ROS_LOG_DIR`, or `log` in `ROS_HOME` (default `~/.ros`)."""
    directory = os.environ.get("ROS_LOG_DIR")
    if directory:
        return Path(directory).expanduser()
    return Path(os.environ.get("ROS_HOME") or "~/.ros").expanduser() / "log"
