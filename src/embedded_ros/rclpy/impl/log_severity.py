"""Severities of log messages as numbers."""

from __future__ import annotations

UNSET = 0
DEBUG = 10
INFO = 20
WARN = 30
ERROR = 40
FATAL = 50

NAMES = {UNSET: "UNSET", DEBUG: "DEBUG", INFO: "INFO", WARN: "WARN", ERROR: "ERROR", FATAL: "FATAL"}


def severity_from_text(text: str) -> int:
    """The number of a severity's name in any case, or of a number in text. Raises ValueError."""
    for number, name in NAMES.items():
        if text.upper() == name:
            return number
    if text.isdecimal():
        return int(text)
    raise ValueError(f"'{text}' is no log severity; use one of {', '.join(NAMES.values()).lower()}")
