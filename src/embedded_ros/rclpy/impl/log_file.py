"""The log file of a process: `<name>_<pid>_<ms since 1970>.log` in rclpy.logging's directory."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import TextIO

_lock = threading.Lock()
_users: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()
_file: TextIO | None = None
_problem: OSError | None = None


def join(user: object, name: str) -> None:
    """Have what is logged written to a file until this user and all others have left; `name`: the program's if ''."""
    with _lock:
        _users[user] = name


def leave(user: object) -> None:
    """The last one closes the file."""
    global _file, _problem
    with _lock:
        _users.pop(user, None)
        if _users:
            return
        _problem = None
        if _file is not None:
            _file.close()
            _file = None


def is_wanted() -> bool:
    return bool(_users) and _problem is None


def write(line: str) -> str:
    """Add a line; the first makes the file. Gives '', or, once, why there is no file."""
    global _file, _problem
    with _lock:
        try:
            if _file is None and is_wanted():
                _file = _open(next(iter(_users.values())))
            if _file is not None:
                _file.write(line + "\n")
        except OSError as problem:
            # A full disk or a home that is read-only must not end a node.
            _problem = problem
            return f"no log file is written: {problem}; set ROS_LOG_DIR to a folder that can be written to"
    return ""


def _open(name: str) -> TextIO:
    from rclpy.logging import get_logging_directory

    directory = get_logging_directory()
    directory.mkdir(parents=True, exist_ok=True)
    stem = name or Path(sys.executable).name
    path = directory / f"{stem}_{os.getpid()}_{time.time_ns() // 1_000_000}.log"
    return path.open("a", buffering=1, encoding="utf-8")
