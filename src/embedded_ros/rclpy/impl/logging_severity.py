"""Severities of log messages."""

from __future__ import annotations

from enum import IntEnum

from rclpy.impl import log_severity


class LoggingSeverity(IntEnum):
    """Numbers as in rcutils."""

    UNSET = log_severity.UNSET
    DEBUG = log_severity.DEBUG
    INFO = log_severity.INFO
    WARN = log_severity.WARN
    ERROR = log_severity.ERROR
    FATAL = log_severity.FATAL
