"""Assertions about the order of output."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..util.proc_lookup import resolveProcesses

if TYPE_CHECKING:
    from ..io_handler import ActiveIoHandler, IoHandler
    from ..util.proc_lookup import CmdArgs, SomeProcess

_CONTEXT_LINES = 2


class SequentialTextChecker:
    """Looks for texts one after the other; each within one piece of `output`."""

    def __init__(self, output: Sequence[str]) -> None:
        self._output = output
        self._piece = 0
        self._at = 0  # in that piece: where the last text that was found ends

    def assertInText(self, msg: str) -> None:
        """AssertionError if `msg` does not come after what was found before."""
        self.assertInStdout(msg)

    def assertInStdout(self, msg: str) -> None:
        """AssertionError if `msg` does not come after what was found before."""
        start = self._at
        for piece, text in enumerate(self._output[self._piece :], start=self._piece):
            found = text.find(msg, start)
            if found >= 0:
                self._piece, self._at = piece, found + len(msg)
                return
            start = 0
        raise AssertionError(
            f"'{msg}' not found in sequence after previous match.  The output near the last matched line:\n"
            f"{self.get_nearby_lines()}"
        )

    def get_nearby_lines(self) -> str:
        """Two lines before the end of the last text that was found, its line, and two lines after it."""
        text = "".join(self._output)
        at = sum(map(len, self._output[: self._piece])) + self._at
        line = text.count("\n", 0, at)
        # At the end of a line, the next one is as near as this one.
        last = line + _CONTEXT_LINES + (text[at : at + 1] == "\n")
        return "\n".join(text.splitlines()[max(line - _CONTEXT_LINES, 0) : last + 1])


@contextlib.contextmanager
def assertSequentialStdout(
    proc_output: IoHandler | ActiveIoHandler, process: SomeProcess, cmd_args: CmdArgs = None
) -> Iterator[SequentialTextChecker]:
    """A checker of what one process has said; see launch_testing.util.resolveProcesses for which."""
    found = resolveProcesses(proc_output, process=process, cmd_args=cmd_args)
    yield SequentialTextChecker([event.text.decode() for event in proc_output[found[0]]])
