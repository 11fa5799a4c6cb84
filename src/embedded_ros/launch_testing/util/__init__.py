"""Helpers of tests."""

from embedded_ros.absent import module_getattr

from .keep_alive import KeepAliveProc

__all__ = ["KeepAliveProc"]

__getattr__ = module_getattr(__name__, frozenset({"NO_CMD_ARGS", "NoMatchingProcessException", "resolveProcesses"}))
