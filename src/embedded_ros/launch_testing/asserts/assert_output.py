"""Assertions about output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from osrf_pycommon.terminal_color import remove_ansi_escape_sequences  # type: ignore[import-untyped]

from .._text import ExpectedText, build_text_match
from ..util.proc_lookup import resolveProcesses

if TYPE_CHECKING:
    from launch.actions import ExecuteLocal

    from ..io_handler import ActiveIoHandler, IoHandler
    from ..util.proc_lookup import CmdArgs, SomeProcess

    SomeIoHandler: TypeAlias = IoHandler | ActiveIoHandler

ExpectedOutput: TypeAlias = ExpectedText


def assertInStream(
    proc_output: SomeIoHandler,
    expected_output: ExpectedOutput,
    process: SomeProcess | None,
    cmd_args: CmdArgs = None,
    *,
    output_filter: Callable[[str], str] | None = None,
    strict_proc_matching: bool = True,
    strip_ansi_escape_sequences: bool = True,
    stream: str = "stderr",
) -> None:
    """AssertionError unless one of the processes has said `expected_output` on `stream`, 'stdout' or 'stderr'.

    `expected_output`: a text, a pattern, or several that come one after the other; it may span lines. Which processes:
    see launch_testing.util.resolveProcesses. `output_filter` gets and gives the whole text.
    """
    if output_filter is not None and not callable(output_filter):
        raise ValueError(f"output_filter is not callable: {output_filter!r}")
    if stream not in {"stdout", "stderr"}:
        raise ValueError(f"Invalid value for stream: '{stream}'; must be 'stdout' or 'stderr'")
    found = resolveProcesses(proc_output, process=process, cmd_args=cmd_args, strict_proc_matching=strict_proc_matching)
    match = build_text_match(expected_output)
    for action in found:
        text = _said(proc_output, action, stream)
        if strip_ansi_escape_sequences:
            text = remove_ansi_escape_sequences(text)
        if match(text if output_filter is None else output_filter(text)) is not None:
            return
    names = ", ".join(sorted((action.process_details or {})["name"] for action in found))
    raise AssertionError(f"Did not find '{expected_output}' in output for any of the matching processes: {names}")


def _said(proc_output: SomeIoHandler, action: ExecuteLocal, stream: str) -> str:
    # Joined before decoding: a character may be split between two events.
    return b"".join(event.text for event in proc_output[action] if event.from_stdout == (stream == "stdout")).decode()


def assertInStdout(
    proc_output: SomeIoHandler,
    expected_output: ExpectedOutput,
    process: SomeProcess | None,
    cmd_args: CmdArgs = None,
    *,
    output_filter: Callable[[str], str] | None = None,
    strict_proc_matching: bool = True,
    strip_ansi_escape_sequences: bool = True,
) -> None:
    """`assertInStream` on stdout."""
    assertInStream(
        proc_output,
        expected_output,
        process,
        cmd_args,
        output_filter=output_filter,
        strict_proc_matching=strict_proc_matching,
        strip_ansi_escape_sequences=strip_ansi_escape_sequences,
        stream="stdout",
    )


def assertInStderr(
    proc_output: SomeIoHandler,
    expected_output: ExpectedOutput,
    process: SomeProcess | None,
    cmd_args: CmdArgs = None,
    *,
    output_filter: Callable[[str], str] | None = None,
    strict_proc_matching: bool = True,
    strip_ansi_escape_sequences: bool = True,
) -> None:
    """`assertInStream` on stderr."""
    assertInStream(
        proc_output,
        expected_output,
        process,
        cmd_args,
        output_filter=output_filter,
        strict_proc_matching=strict_proc_matching,
        strip_ansi_escape_sequences=strip_ansi_escape_sequences,
        stream="stderr",
    )


def assertDefaultStream() -> str:
    """The stream that `assertInStream` and `waitFor` look at if none is given."""
    return "stderr"
