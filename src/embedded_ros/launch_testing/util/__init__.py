"""Helpers of tests."""

import sys

from launch.actions import ExecuteProcess

from .proc_lookup import NO_CMD_ARGS, NoMatchingProcessException, resolveProcesses

__all__ = ["NO_CMD_ARGS", "KeepAliveProc", "NoMatchingProcessException", "resolveProcesses"]

_PAUSE = """
import signal
try:
    signal.pause()
except KeyboardInterrupt:
    pass
"""


def KeepAliveProc() -> ExecuteProcess:
    """A process that runs until it is interrupted, for launches whose own processes may end before their tests do."""
    return ExecuteProcess(cmd=[sys.executable, "-c", _PAUSE])
