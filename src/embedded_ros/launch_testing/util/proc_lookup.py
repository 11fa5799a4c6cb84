"""Processes by their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol, TypeAlias

from launch.actions import ExecuteLocal
from launch.substitutions import TextSubstitution

NO_CMD_ARGS: Any = object()  # as `cmd_args`: only processes without command line arguments

SomeProcess: TypeAlias = str | ExecuteLocal
CmdArgs: TypeAlias = Any  # a text, an iterable of texts, NO_CMD_ARGS, or None


class NoMatchingProcessException(Exception):
    """None of the known processes is meant."""


class KnowsProcesses(Protocol):
    """IoHandler, ProcInfoHandler, and their active variants."""

    def processes(self) -> Collection[ExecuteLocal]:
        """Actions of the known processes."""
        ...


def resolveProcesses(
    info_obj: KnowsProcesses,
    *,
    process: SomeProcess | None = None,
    cmd_args: CmdArgs = None,
    strict_proc_matching: bool = True,
) -> list[ExecuteLocal]:
    """The processes that `process` means: an action, a part of a name, or (None) all.

    `cmd_args` are arguments that processes of that name must have (None: any). NoMatchingProcessException if there are
    none; RuntimeError if `strict_proc_matching` and a name means several; TypeError for another kind of `process`.
    """
    known = list(info_obj.processes())
    if process is None:
        if not known:
            raise NoMatchingProcessException("No data recorded for any process")
        return known
    if isinstance(process, ExecuteLocal):
        if process not in known:
            raise NoMatchingProcessException(f"No data recorded for proc {_described(process)}")
        return [process]
    if not isinstance(process, str):
        raise TypeError(f"process must be an 'ExecuteLocal' or a 'str', not {process!r} of {type(process)}")
    found = [action for action in known if process in _details(action)["name"] and _has_args(action, cmd_args)]
    if found and (len(found) == 1 or not strict_proc_matching):
        return found
    text = f"matching name '{process}' and args '{cmd_args}'. Procs: {', '.join(sorted(map(_described, known)))}"
    if not found:
        raise NoMatchingProcessException(f"Did not find any processes {text}")
    raise RuntimeError(f"Found multiple processes {text}")


def _details(action: ExecuteLocal) -> dict[str, Any]:
    return action.process_details or {}


def _has_args(action: ExecuteLocal, cmd_args: CmdArgs) -> bool:
    given = _details(action)["cmd"][1:]
    if cmd_args is None:
        return True
    if cmd_args is NO_CMD_ARGS:
        return not given
    wanted: Iterable[str] = [cmd_args] if isinstance(cmd_args, str) else cmd_args
    return all(arg in given for arg in wanted)


def _described(action: ExecuteLocal) -> str:
    details = _details(action)
    if details:
        return " ".join([details["name"], *details["cmd"][1:]])
    words = action.process_description.cmd
    if not all(isinstance(part, TextSubstitution) for word in words for part in word):
        return "Unknown - Process not launched yet"
    return " ".join("".join(part.text for part in word if isinstance(part, TextSubstitution)) for word in words)
