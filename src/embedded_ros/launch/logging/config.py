"""Where launch logs to, in which format, and from which level on."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import handlers

HandlerFactory = Callable[..., Any]

_SCREEN_ALIASES = {
    "default": "[{levelname}] [{name}]: {msg}",
    "default_with_timestamp": "{created:.7f} [{levelname}] [{name}]: {msg}",
}
_FILE_ALIASES = {"default": "{created:.7f} [{levelname}] [{name}]: {msg}"}


class LaunchConfigBase:
    """The one logging configuration of a process; files, and their folder, are made on first use."""

    file_handlers: dict[str, Any]
    screen_handler: Any
    screen_formatter: logging.Formatter | None
    file_formatter: logging.Formatter | None

    def __init__(self) -> None:
        self.reset()

    def _make_log_dir(self) -> str:
        raise NotImplementedError(f"{type(self).__name__}._make_log_dir(): a configuration must override it")

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
            self._log_dir = self._make_log_dir()
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
