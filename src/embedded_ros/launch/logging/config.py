"""Where launch logs to, in which format, and from which level on."""

from __future__ import annotations

import itertools
import logging
import os
import socket
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import handlers

HandlerFactory = Callable[..., Any]

_SCREEN_ALIASES = {
    "default": "[{levelname}] [{name}]: {msg}",
    "default_with_timestamp": "{created:.7f} [{levelname}] [{name}]: {msg}",
}
_FILE_ALIASES = {"default": "{created:.7f} [{levelname}] [{name}]: {msg}"}


def logging_directory() -> str:
    """The folder of all runs' folders: $ROS_LOG_DIR, else $ROS_HOME/log, else ~/.ros/log."""
    chosen = os.environ.get("ROS_LOG_DIR")
    folder = Path(chosen) if chosen else Path(os.environ.get("ROS_HOME") or "~/.ros") / "log"
    return os.path.normpath(folder.expanduser())


def make_unique_log_dir(*, base_path: str) -> str:
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


def renew_latest_log_dir(*, log_dir: str) -> bool:
    """Point `latest` beside `log_dir` to it; False if something that is not a link lies there."""
    latest = Path(log_dir).parent / "latest"
    if latest.is_symlink():
        latest.unlink()
    elif latest.exists():
        return False
    latest.symlink_to(log_dir, target_is_directory=True)
    return True


class LaunchConfig:
    """The one logging configuration of a process; files are made when first used."""

    file_handlers: dict[str, Any]
    screen_handler: Any
    screen_formatter: logging.Formatter | None
    file_formatter: logging.Formatter | None

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to the defaults; closes the files."""
        for handler in self.__dict__.get("file_handlers", {}).values():
            handler.close()
        self._log_dir: str | None = None
        self._log_handler_factory: HandlerFactory | None = None
        self.file_handlers = {}
        self.screen_handler = None
        self.screen_formatter = None
        self.file_formatter = None
        logging.root.setLevel(logging.INFO)
        self.set_screen_format("default")
        self.set_log_format("default")

    @property
    def level(self) -> int:
        """Records below this level are dropped."""
        return logging.root.getEffectiveLevel()

    @level.setter
    def level(self, new_level: int | str) -> None:
        logging.root.setLevel(new_level)

    @property
    def log_dir(self) -> str:
        """This run's folder; made on first use."""
        if self._log_dir is None:
            self._log_dir = make_unique_log_dir(base_path=logging_directory())
            try:
                if not renew_latest_log_dir(log_dir=self._log_dir):
                    warnings.warn("Cannot create a symlink to latest log directory", stacklevel=2)
            except OSError as error:
                warnings.warn(f"Cannot create a symlink to latest log directory: {error}", stacklevel=2)
        return self._log_dir

    @log_dir.setter
    def log_dir(self, new_log_dir: str | None) -> None:
        if new_log_dir is not None:
            if self.file_handlers:
                warnings.warn(f"Loggers already write to files below {self._log_dir}; those stay there", stacklevel=2)
            if not Path(new_log_dir).is_dir():
                raise ValueError(f"{new_log_dir} is not a directory: create it first")
        self._log_dir = new_log_dir

    @property
    def log_handler_factory(self) -> HandlerFactory:
        """Makes the handler of a log file, from its path and encoding."""
        return self._log_handler_factory or handlers.WatchedFileHandler

    @log_handler_factory.setter
    def log_handler_factory(self, new_log_handler_factory: HandlerFactory | None) -> None:
        self._log_handler_factory = new_log_handler_factory

    def set_screen_format(self, screen_format: str | None, *, screen_style: str | None = None) -> None:
        """Format on the screen: a format text, 'default' or 'default_with_timestamp'.

        $OVERRIDE_LAUNCH_SCREEN_FORMAT goes before it; ValueError for a style beside one of the names.
        """
        self.screen_formatter = _formatter("SCREEN", screen_format, screen_style, _SCREEN_ALIASES)
        if self.screen_handler is not None:
            self.screen_handler.setFormatter(self.screen_formatter)

    def set_log_format(self, log_format: str | None, *, log_style: str | None = None) -> None:
        """Format in launch.log: a format text or 'default'; $OVERRIDE_LAUNCH_LOG_FORMAT goes before it."""
        self.file_formatter = _formatter("LOG", log_format, log_style, _FILE_ALIASES)
        for handler in self.file_handlers.values():
            handler.setFormatter(self.file_formatter)

    def get_screen_handler(self) -> Any:
        """The one handler of the screen."""
        if self.screen_handler is None:
            self.screen_handler = handlers.ScreenHandler()
            self.screen_handler.setFormatter(self.screen_formatter)
        return self.screen_handler

    def get_log_file_path(self, file_name: str = "launch.log") -> str:
        """Absolute path of a log file."""
        return str(Path(self.log_dir) / file_name)

    def get_log_file_handler(self, file_name: str = "launch.log") -> Any:
        """The one handler of a log file."""
        if file_name not in self.file_handlers:
            handler = self.log_handler_factory(self.get_log_file_path(file_name), encoding="utf-8")
            handler.setFormatter(self.file_formatter)
            self.file_handlers[file_name] = handler
        return self.file_handlers[file_name]


def _formatter(kind: str, text: str | None, style: str | None, aliases: dict[str, str]) -> logging.Formatter | None:
    override = os.environ.get(f"OVERRIDE_LAUNCH_{kind}_FORMAT")
    if override:
        # The environment can't hold a newline or an escape comfortably: "\\n" and "\\x1b" are written out there.
        return handlers.MessageFormatter(override.encode("latin1").decode("unicode_escape"), style="{")
    if text is None:
        return None
    if text in aliases and style is not None:
        raise ValueError(
            f'Cannot set a custom format style for the "{text}" {kind.lower()} format: leave the style out'
        )
    return handlers.MessageFormatter(aliases.get(text, text), style=style or "{")  # type: ignore[arg-type]
