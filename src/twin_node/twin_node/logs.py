"""Log records of a core, which knows no ROS, go to its node's ROS logger."""

from __future__ import annotations

import logging
from typing import Protocol


class RosLogger(Protocol):
    """What is used of rclpy's logger."""

    def info(self, message: str) -> bool:
        """A change of state."""

    def warning(self, message: str) -> bool:
        """Something is wrong and may pass."""

    def error(self, message: str) -> bool:
        """Something is wrong and stays so."""


class _RosHandler(logging.Handler):
    def __init__(self, logger: RosLogger) -> None:
        super().__init__(logging.INFO)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """One record at the nearest level; rclpy fixes a call site's level, hence three call sites."""
        text = self.format(record)
        if record.levelno >= logging.ERROR:
            self._logger.error(text)
        elif record.levelno >= logging.WARNING:
            self._logger.warning(text)
        else:
            self._logger.info(text)


class LogRoute:
    """From now to `close`, what these loggers log goes to the ROS logger, and nowhere else."""

    def __init__(self, logger: RosLogger, *names: str) -> None:
        self._handler = _RosHandler(logger)
        self._sources = [logging.getLogger(name) for name in names]
        for source in self._sources:
            source.addHandler(self._handler)
            source.setLevel(logging.INFO)
            source.propagate = False

    def close(self) -> None:
        """Before the node is destroyed, and its logger with it."""
        for source in self._sources:
            source.removeHandler(self._handler)
            source.propagate = True
