"""Processes that a test starts itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from launch import LaunchDescription
from launch.actions import ExecuteProcess
from launch.events import matches_action
from launch.events.process import ProcessExited, ProcessStarted, ShutdownProcess
from launch.utilities import ensure_argument_type

from ..io_handler import ActiveIoHandler
from ..proc_info_handler import ActiveProcInfoHandler

if TYPE_CHECKING:
    from launch import LaunchService
    from launch.events.process import ProcessIO


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A truth value that shows, when an assertion about it fails, what there was instead."""

    is_met: bool
    output: str | None

    def __bool__(self) -> bool:
        return self.is_met


class ProcessProxy:
    """What a test needs of one process; `output_filter` gets and gives all of its output."""

    def __init__(
        self,
        process_action: ExecuteProcess,
        proc_info: ActiveProcInfoHandler,
        proc_output: ActiveIoHandler,
        *,
        output_filter: Callable[[str], str] | None = None,
    ) -> None:
        ensure_argument_type(process_action, ExecuteProcess, "process_action", "ProcessProxy")
        ensure_argument_type(proc_info, ActiveProcInfoHandler, "proc_info", "ProcessProxy")
        ensure_argument_type(proc_output, ActiveIoHandler, "proc_output", "ProcessProxy")
        if output_filter is not None and not callable(output_filter):
            raise TypeError(f"ProcessProxy expected 'output_filter' to be callable, got {output_filter!r}")
        self._process_action = process_action
        self._proc_info = proc_info
        self._proc_output = proc_output
        self._output_filter = output_filter

    def wait_for_shutdown(self, timeout: float | None = None) -> bool:
        """Whether the process has ended, at the latest `timeout` s from now (None: wait as long as it takes)."""
        with self._proc_info.proc_event:
            return self._proc_info.proc_event.wait_for(lambda: self.terminated, timeout=timeout)

    def wait_for_output(self, condition: Callable[[str], Any] | None = None, timeout: float | None = None) -> Any:
        """Whether `condition` holds for the output (None: there is any), at the latest `timeout` s from now."""
        if condition is not None and not callable(condition):
            raise TypeError(f"Expected 'condition' to be callable but got {condition!r}")
        output: str | None = None

        def is_met() -> bool:
            nonlocal output
            if not self.running:
                return False
            output = self.output
            return condition is None or bool(condition(output))

        with self._proc_output.io_event:
            return _Outcome(self._proc_output.io_event.wait_for(is_met, timeout=timeout), output)

    @property
    def target_process_action(self) -> ExecuteProcess:
        """The process."""
        return self._process_action

    @property
    def stderr(self) -> str:
        """What it has said on stderr."""
        return self._said(lambda event: bool(event.from_stderr))

    @property
    def stdout(self) -> str:
        """What it has said on stdout."""
        return self._said(lambda event: bool(event.from_stdout))

    @property
    def output(self) -> str:
        """What it has said."""
        return self._said(lambda _: True)

    def _said(self, is_wanted: Callable[[ProcessIO], bool]) -> str:
        events = self._proc_output[self._process_action]
        text = b"".join(event.text for event in events if is_wanted(event)).decode(errors="replace")
        return text if self._output_filter is None else self._output_filter(text)

    @property
    def running(self) -> bool:
        """Whether it has started and has not ended."""
        return self._is(ProcessStarted)

    @property
    def terminated(self) -> bool:
        """Whether it has ended."""
        return self._is(ProcessExited)

    def _is(self, kind: type[ProcessStarted | ProcessExited]) -> bool:
        known = self._process_action in self._proc_info.processes()
        return known and isinstance(self._proc_info[self._process_action], kind)

    @property
    def exit_code(self) -> int:
        """Its exit code; AttributeError while it runs, KeyError before."""
        code: int = self._proc_info[self._process_action].returncode  # type: ignore[union-attr]
        return code


@contextlib.contextmanager
def launch_process(
    launch_service: LaunchService,
    process_action: ExecuteProcess,
    proc_info: ActiveProcInfoHandler,
    proc_output: ActiveIoHandler,
    **kwargs: Any,
) -> Iterator[ProcessProxy]:
    """Start a process in a running launch, and ask it to end afterwards; `kwargs` are for its ProcessProxy."""
    ensure_argument_type(process_action, ExecuteProcess, "process_action", "launch_process")
    launch_service.include_launch_description(LaunchDescription([process_action]))
    process = ProcessProxy(process_action, proc_info, proc_output, **kwargs)
    try:
        yield process
    finally:
        if not process.terminated:
            launch_service.emit_event(ShutdownProcess(process_matcher=matches_action(process_action)))
