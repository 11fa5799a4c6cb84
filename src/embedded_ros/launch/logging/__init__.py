"""Logging of launch itself and of the processes that it starts.

Files lie in $ROS_LOG_DIR, or $ROS_HOME/log, or ~/.ros/log: a folder a run, and `latest`, a link to the last one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

from . import handlers
from .config import LaunchConfig

__all__ = ["get_logger", "get_output_loggers", "handlers", "launch_config", "log_launch_config", "reset"]

OutputConfig: TypeAlias = str | Mapping[str, str | Iterable[str]]

_SOURCES = ("stdout", "stderr", "both")
_DESTINATIONS = ("screen", "log", "own_log")
_ALIASES: dict[str, dict[str, set[str]]] = {
    "screen": {"both": {"screen"}},
    "log": {"both": {"log"}, "stderr": {"screen"}},
    "both": {"both": {"log", "screen"}},
    "own_log": {"both": {"own_log"}, "stdout": {"own_log"}, "stderr": {"own_log"}},
    "full": {"both": {"screen", "log", "own_log"}, "stdout": {"own_log"}, "stderr": {"own_log"}},
}

launch_config = LaunchConfig()


def log_launch_config(*, logger: logging.Logger = logging.root) -> None:
    """Say where the logs are and how much is logged."""
    if launch_config.file_handlers:
        logger.info("All log files can be found below %s", launch_config.log_dir)
    logger.info("Default logging verbosity is set to %s", logging.getLevelName(logging.root.getEffectiveLevel()))


def get_logger(name: str | None = None) -> logging.Logger:
    """The logger of that name, set up to write to the screen and to launch.log."""
    logger = logging.getLogger(name)
    for handler in (launch_config.get_screen_handler(), launch_config.get_log_file_handler()):
        if handler not in logger.handlers:
            logger.addHandler(handler)
    return logger


def get_output_loggers(process_name: str, output_config: OutputConfig) -> tuple[logging.Logger, logging.Logger]:
    """Loggers of a process' stdout and stderr.

    `output_config` is screen, log (launch.log, and stderr to the screen), both, own_log (a file a stream), full, or a
    mapping of stdout, stderr, both to screen, log, own_log. ValueError names what is none of these.
    """
    config = _normalize_output_configuration(output_config)
    loggers = {source: logging.getLogger(f"{process_name}-{source}") for source in ("stdout", "stderr")}
    for source, logger in loggers.items():
        wanted = config["both"] | config[source]
        if "screen" in wanted:
            _attach(logger, launch_config.get_screen_handler(), handlers.MessageFormatter("{msg}", style="{"))
        if "log" in wanted:
            _attach(
                logger,
                launch_config.get_log_file_handler(),
                handlers.MessageFormatter("{created:.7f} {msg}", style="{"),
            )
        if "own_log" in config[source]:
            _attach_own_file(logger, f"{process_name}-{source}.log")
        if "own_log" in config["both"]:
            _attach_own_file(logger, f"{process_name}.log")
    return loggers["stdout"], loggers["stderr"]


def _attach(logger: logging.Logger, handler: Any, formatter: logging.Formatter) -> None:
    if handler not in logger.handlers:
        handler.setFormatterFor(logger, formatter)
        logger.addHandler(handler)


def _attach_own_file(logger: logging.Logger, file_name: str) -> None:
    handler = launch_config.get_log_file_handler(file_name)
    handler.setFormatter(handlers.MessageFormatter("{msg}", style="{"))
    if handler not in logger.handlers:
        logger.addHandler(handler)


def _normalize_output_configuration(config: OutputConfig) -> dict[str, set[str]]:
    normalized: dict[str, set[str]] = {source: set() for source in ("both", "stdout", "stderr")}
    if isinstance(config, str):
        if config not in _ALIASES:
            raise ValueError(f"{config} is not a valid standard output config: give one of {', '.join(_ALIASES)}")
        return {**normalized, **_ALIASES[config]}
    if not isinstance(config, Mapping):
        raise ValueError(f"{config} is not a valid output configuration: give a name or a mapping")  # noqa: TRY004
    for source, destinations in config.items():
        if source not in _SOURCES:
            raise ValueError(f"{source} is not a valid output source: give one of {', '.join(_SOURCES)}")
        chosen = {destinations} if isinstance(destinations, str) else set(destinations)
        for wrong in chosen - set(_DESTINATIONS):
            raise ValueError(f"{wrong} is not a valid output destination: give one of {', '.join(_DESTINATIONS)}")
        normalized[source] = chosen
    return normalized


class LaunchLogger(logging.getLoggerClass()):  # type: ignore[misc]
    """Writes to its own handlers only; all of them are known, so that `reset` can start afresh."""

    all_loggers: ClassVar[list[logging.Logger]] = []

    def __init__(self, name: str, level: int = logging.NOTSET) -> None:
        super().__init__(name, level)
        self.propagate = False
        LaunchLogger.all_loggers.append(self)


def reset() -> None:
    """Forget all handlers, formats and the log folder."""
    for logger in LaunchLogger.all_loggers:
        logger.setLevel(logging.NOTSET)
        del logger.handlers[:]
    launch_config.reset()
    logging.setLoggerClass(LaunchLogger)


reset()
