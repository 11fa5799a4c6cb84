"""Logging of launch itself and of the processes that it starts.

Files lie in $ROS_LOG_DIR, or $ROS_HOME/log, or ~/.ros/log: a folder a run, and `latest`, a link to the last one.
"""

from __future__ import annotations

import itertools
import logging
import os
import socket
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from . import handlers
from .config import LaunchConfigBase

__all__ = ["get_logger", "get_output_loggers", "handlers", "launch_config", "log_launch_config", "reset"]

OutputConfig: TypeAlias = str | Mapping[str, str | Iterable[str]]

_SOURCES = ("stdout", "stderr", "both")
_DESTINATIONS = ("screen", "log", "own_log")
_OWN_HANDLER = handlers.PerLoggerFormatting
_ALIASES: dict[str, dict[str, set[str]]] = {
    "screen": {"both": {"screen"}},
    "log": {"both": {"log"}, "stderr": {"screen"}},
    "both": {"both": {"log", "screen"}},
    "own_log": {"both": {"own_log"}, "stdout": {"own_log"}, "stderr": {"own_log"}},
    "full": {"both": {"screen", "log", "own_log"}, "stdout": {"own_log"}, "stderr": {"own_log"}},
}


def _get_logging_directory() -> str:
    """The folder of all runs' folders: $ROS_LOG_DIR, else $ROS_HOME/log, else ~/.ros/log."""
    chosen = os.environ.get("ROS_LOG_DIR")
    folder = Path(chosen) if chosen else Path(os.environ.get("ROS_HOME") or "~/.ros") / "log"
    return os.path.normpath(folder.expanduser())


def _make_unique_log_dir(*, base_path: str) -> str:
    """Create a folder for one run; two runs never share one, even in the same microsecond."""
    for attempt in itertools.count():
        stamp = datetime.now(tz=UTC).astimezone().strftime("%Y-%m-%d-%H-%M-%S-%f")
        suffix = f"-{attempt}" if attempt else ""
        folder = Path(base_path) / f"{stamp}-{socket.gethostname()}-{os.getpid()}{suffix}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return str(folder)
    raise AssertionError("itertools.count() has no end")


def _renew_latest_log_dir(*, log_dir: str) -> bool:
    """Point `latest` beside `log_dir` to it; False if something that is not a link lies there."""
    latest = Path(log_dir).parent / "latest"
    if latest.is_symlink():
        latest.unlink()
    elif latest.exists():
        return False
    latest.symlink_to(log_dir, target_is_directory=True)
    return True


class LaunchConfig(LaunchConfigBase):
    """Formats and files of the logs; the files lie in a new folder, made on first use."""

    def _make_log_dir(self) -> str:
        log_dir = _make_unique_log_dir(base_path=_get_logging_directory())
        try:
            if not _renew_latest_log_dir(log_dir=log_dir):
                warnings.warn("Cannot create a symlink to latest log directory", stacklevel=2)
        except OSError as error:
            warnings.warn(f"Cannot create a symlink to latest log directory: {error}", stacklevel=2)
        return log_dir


launch_config = LaunchConfig()
_own_loggers: set[logging.Logger] = set()


def log_launch_config(*, logger: logging.Logger = logging.root) -> None:
    """Say where the logs are and how much is logged."""
    if launch_config.file_handlers:
        logger.info("All log files can be found below %s", launch_config.log_dir)
    logger.info("Default logging verbosity is set to %s", logging.getLevelName(logging.root.getEffectiveLevel()))


def get_logger(name: str | None = None) -> logging.Logger:
    """The logger of that name, set up to write to the screen and to launch.log."""
    logger = _own_logger(name)
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
    loggers = {source: _own_logger(f"{process_name}-{source}") for source in ("stdout", "stderr")}
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


def _own_logger(name: str | None) -> logging.Logger:
    """The logger of that name, which from now on writes to its own handlers only.

    Jazzy makes every logger that is created after `import launch` such a one; here all others are left as they are.
    """
    logger = logging.getLogger(name)
    logger.propagate = False
    _own_loggers.add(logger)
    return logger


def reset() -> None:
    """Forget all handlers, formats and the log folder."""
    for logger in _own_loggers:
        logger.handlers = [handler for handler in logger.handlers if not isinstance(handler, _OWN_HANDLER)]
        if logger is not logging.root:
            logger.setLevel(logging.NOTSET)
    _own_loggers.clear()
    launch_config.reset()
