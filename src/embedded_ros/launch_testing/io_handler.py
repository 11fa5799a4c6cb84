"""What the processes of a launch have said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, KeysView
from typing import TYPE_CHECKING, Any

from .asserts.assert_output import assertInStream
from .util.proc_lookup import NoMatchingProcessException, resolveProcesses

if TYPE_CHECKING:
    from launch.actions import ExecuteLocal
    from launch.events.process import ProcessIO

    from .asserts.assert_output import ExpectedOutput
    from .util.proc_lookup import CmdArgs, SomeProcess


class IoHandler:
    """Output events in the order in which they came; iterable, and indexed by process name or action."""

    def __init__(self) -> None:
        self._all: list[ProcessIO] = []
        self._by_name: dict[str, list[ProcessIO]] = {}

    def track(self, process_name: str) -> None:
        """Know a process that has not said anything yet."""
        self._by_name.setdefault(process_name, [])

    def append(self, process_io: ProcessIO) -> None:
        """Add what a process has said."""
        self._all.append(process_io)
        self._by_name.setdefault(process_io.process_name, []).append(process_io)

    def __iter__(self) -> Iterator[ProcessIO]:
        return iter(self._all)

    def processes(self) -> list[ExecuteLocal]:
        """Actions of the processes that have said anything."""
        return [said[0].action for said in self._by_name.values() if said]

    def process_names(self) -> KeysView[str]:
        """Names of the known processes."""
        return self._by_name.keys()

    def __getitem__(self, key: str | ExecuteLocal) -> list[ProcessIO]:
        name = key if isinstance(key, str) else (key.process_details or {})["name"]
        return list(self._by_name[name])


class ActiveIoHandler:
    """The same while the processes still run: for all threads, and it can be waited for."""

    def __init__(self) -> None:
        self._sync_lock = threading.Condition()
        self._io_handler = IoHandler()

    @property
    def io_event(self) -> threading.Condition:
        """Notified on all output."""
        return self._sync_lock

    def track(self, process_name: str) -> None:
        """Know a process that has not said anything yet."""
        with self._sync_lock:
            self._io_handler.track(process_name)
            self._sync_lock.notify_all()

    def append(self, process_io: ProcessIO) -> None:
        """Add what a process has said."""
        with self._sync_lock:
            self._io_handler.append(process_io)
            self._sync_lock.notify_all()

    def __iter__(self) -> Iterator[ProcessIO]:
        with self._sync_lock:
            return iter(list(self._io_handler))

    def processes(self) -> list[ExecuteLocal]:
        """Actions of the processes that have said anything."""
        with self._sync_lock:
            return self._io_handler.processes()

    def process_names(self) -> list[str]:
        """Names of the known processes."""
        with self._sync_lock:
            return list(self._io_handler.process_names())

    def __getitem__(self, key: str | ExecuteLocal) -> list[ProcessIO]:
        with self._sync_lock:
            return self._io_handler[key]

    def assertWaitFor(self, *args: Any, **kwargs: Any) -> None:
        """As `waitFor`; AssertionError when the time is over."""
        if not self.waitFor(*args, **kwargs):
            raise AssertionError(f"Waiting for output timed out: {args} {kwargs}")

    def waitFor(
        self,
        expected_output: ExpectedOutput,
        process: SomeProcess | None = None,
        cmd_args: CmdArgs = None,
        *,
        strict_proc_matching: bool = True,
        output_filter: Callable[[str], str] | None = None,
        timeout: float = 10,
        strip_ansi_escape_sequences: bool = True,
        stream: str = "stderr",
    ) -> bool:
        """Wait at most `timeout` s until `process` (None: any) has said it; gives whether it has.

        Arguments as in launch_testing.asserts.assertInStream(); NoMatchingProcessException if the time is over, and no
        such process has said anything.
        """

        def is_found() -> bool:
            try:
                assertInStream(
                    self._io_handler,
                    expected_output,
                    process,
                    cmd_args,
                    output_filter=output_filter,
                    strict_proc_matching=strict_proc_matching,
                    strip_ansi_escape_sequences=strip_ansi_escape_sequences,
                    stream=stream,
                )
            except (AssertionError, NoMatchingProcessException):
                return False
            return True

        with self._sync_lock:
            if self._sync_lock.wait_for(is_found, timeout=timeout):
                return True
        # The process may be misspelt: that is another mistake than output that did not come.
        resolveProcesses(self, process=process, cmd_args=cmd_args, strict_proc_matching=False)
        return False
