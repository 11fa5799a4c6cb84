"""Assertions about exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from launch.events.process import ProcessExited

from ..util.proc_lookup import resolveProcesses

if TYPE_CHECKING:
    from ..proc_info_handler import ActiveProcInfoHandler, ProcInfoHandler
    from ..util.proc_lookup import CmdArgs, SomeProcess

# What a shell gives for a process that a signal has ended: 128 + signal.
EXIT_OK = 0
EXIT_SIGINT = 130
EXIT_SIGQUIT = 131
EXIT_SIGKILL = 137
EXIT_SIGSEGV = 139
EXIT_FORCED = 1  # where there are no signals


def assertExitCodes(
    proc_info: ProcInfoHandler | ActiveProcInfoHandler,
    allowable_exit_codes: Sequence[int] = (EXIT_OK,),
    process: SomeProcess | None = None,
    cmd_args: CmdArgs = None,
    *,
    strict_proc_matching: bool = True,
) -> None:
    """AssertionError names the first of the processes (see launch_testing.util.resolveProcesses) with another code."""
    for code in allowable_exit_codes:
        if not isinstance(code, int):
            raise AssertionError(f"Provided exit code {code} is not an int")  # noqa: TRY004
    found = resolveProcesses(proc_info, process=process, cmd_args=cmd_args, strict_proc_matching=strict_proc_matching)
    for action in found:
        info = proc_info[action]
        code_or_none = info.returncode if isinstance(info, ProcessExited) else None
        if code_or_none not in allowable_exit_codes:
            raise AssertionError(
                f"Proc {info.process_name} exited with code {code_or_none}, allowed: {list(allowable_exit_codes)}"
            )
