"""Matchers of processes; one that has not started yet matches none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...actions.execute_local import ExecuteLocal


def _details(action: ExecuteLocal) -> dict[str, Any]:
    return action.process_details or {}


def matches_pid(pid: int) -> Callable[[ExecuteLocal], bool]:
    """By process id."""
    return lambda action: _details(action).get("pid") == pid


def matches_name(name: str) -> Callable[[ExecuteLocal], bool]:
    """By the process' unique name, as in 'talker-1'."""
    return lambda action: _details(action).get("name") == name


def matches_executable(executable: str) -> Callable[[ExecuteLocal], bool]:
    """By the end of the command's first word: 'ls' matches '/bin/ls -l'."""
    return lambda action: bool(_details(action)) and str(_details(action)["cmd"][0]).endswith(executable)
