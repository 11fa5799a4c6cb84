"""Which processes of a launch run, and how the others have ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, KeysView
from typing import TYPE_CHECKING, TypeAlias

from launch.events.process import ProcessExited, ProcessStarted

from .util.proc_lookup import NoMatchingProcessException, resolveProcesses

if TYPE_CHECKING:
    from launch.actions import ExecuteLocal

    from .util.proc_lookup import CmdArgs, SomeProcess

ProcessInfo: TypeAlias = ProcessStarted | ProcessExited


class ProcInfoHandler:
    """The last event of each process; iterable, and indexed by action or by a part of the process' name."""

    def __init__(self) -> None:
        self._last: dict[ExecuteLocal, ProcessInfo] = {}

    def append(self, process_info: ProcessInfo) -> None:
        """Add what has happened to a process."""
        self._last[process_info.action] = process_info

    def __iter__(self) -> Iterator[ProcessInfo]:
        return iter(self._last.values())

    def processes(self) -> KeysView[ExecuteLocal]:
        """Actions of the processes."""
        return self._last.keys()

    def process_names(self) -> list[str]:
        """Names of the processes."""
        return [info.process_name for info in self]

    def __getitem__(self, key: str | ExecuteLocal) -> ProcessInfo:
        if not isinstance(key, str):
            return self._last[key]
        for info in self:
            if key in info.process_name:
                return info
        raise KeyError(key)


class ActiveProcInfoHandler:
    """The same while the processes still run: for all threads, and it can be waited for."""

    def __init__(self) -> None:
        self._sync_lock = threading.Condition()
        self._proc_info_handler = ProcInfoHandler()

    @property
    def proc_event(self) -> threading.Condition:
        """Notified on all that happens."""
        return self._sync_lock

    def append(self, process_info: ProcessInfo) -> None:
        """Add what has happened to a process."""
        with self._sync_lock:
            self._proc_info_handler.append(process_info)
            self._sync_lock.notify_all()

    def __iter__(self) -> Iterator[ProcessInfo]:
        with self._sync_lock:
            return iter(list(self._proc_info_handler))

    def processes(self) -> list[ExecuteLocal]:
        """Actions of the processes."""
        with self._sync_lock:
            return list(self._proc_info_handler.processes())

    def process_names(self) -> list[str]:
        """Names of the processes."""
        with self._sync_lock:
            return self._proc_info_handler.process_names()

    def __getitem__(self, key: str | ExecuteLocal) -> ProcessInfo:
        with self._sync_lock:
            return self._proc_info_handler[key]

    def assertWaitForShutdown(self, process: SomeProcess, cmd_args: CmdArgs = None, *, timeout: float = 10) -> None:
        """AssertionError if the process has not ended `timeout` s from now."""
        self._assert_wait_for(process, cmd_args, lambda info: isinstance(info, ProcessExited), timeout, "finish")

    def assertWaitForStartup(self, process: SomeProcess, cmd_args: CmdArgs = None, *, timeout: float = 10) -> None:
        """AssertionError if the process has not been started `timeout` s from now."""
        self._assert_wait_for(process, cmd_args, lambda _: True, timeout, "start")

    def _assert_wait_for(
        self,
        process: SomeProcess,
        cmd_args: CmdArgs,
        is_wanted: Callable[[ProcessInfo], bool],
        timeout_s: float,
        verb: str,
    ) -> None:
        def has_come() -> bool:
            try:
                found = resolveProcesses(self._proc_info_handler, process=process, cmd_args=cmd_args)
            except NoMatchingProcessException:
                return False
            return is_wanted(self._proc_info_handler[found[0]])

        with self._sync_lock:
            if not self._sync_lock.wait_for(has_come, timeout=timeout_s):
                raise AssertionError(f"Timed out waiting for process '{process}' to {verb}")
