"""Matching of texts, and assertions about what processes have said and how they have ended."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from launch.actions import ExecuteProcess
from launch.events.process import ProcessExited, ProcessStarted, ProcessStderr, ProcessStdout
from launch.substitutions import LocalSubstitution
from launch_testing import ActiveIoHandler, IoHandler, ProcInfoHandler
from launch_testing.asserts import (
    NO_CMD_ARGS,
    SequentialTextChecker,
    assertExitCodes,
    assertInStderr,
    assertInStdout,
    assertInStream,
    assertSequentialStdout,
)
from launch_testing.tools import basic_output_filter, expect_output, expected_output_from_file
from launch_testing.tools.text import build_line_match, build_text_match
from launch_testing.util import NoMatchingProcessException, resolveProcesses


def process(name: str, *arguments: str) -> Any:
    """An action of a process that was started, and what its events hold."""
    action = ExecuteProcess(cmd=["run", *arguments])
    details = {"action": action, "name": name, "cmd": ["run", *arguments], "cwd": None, "env": None, "pid": 1}
    action._process_event_args = details
    return SimpleNamespace(action=action, details=details)


TALKER, LISTENER = process("talker-1"), process("listener-2", "--fast", "--loud")


def said() -> IoHandler:
    handler = IoHandler()
    handler.append(ProcessStdout(text=b"\x1b[31mhello\x1b[0m w\xc3", **TALKER.details))
    handler.append(ProcessStderr(text=b"careful\n", **TALKER.details))
    handler.append(ProcessStdout(text=b"\xb6rld\n", **TALKER.details))
    handler.append(ProcessStdout(text=b"bye\r\nnow\r\n", **LISTENER.details))
    return handler


@pytest.mark.parametrize(
    ("expected", "span"),
    [
        ("b c", (2, 5)),
        ("x", None),
        (re.compile(r"c.?"), (4, 6)),
        (["a", re.compile("d")], (0, 7)),
        (["d", "a"], None),
    ],
)
def test_span_of_a_text(expected: Any, span: tuple[int, int] | None) -> None:
    assert build_text_match(expected)("a b c d") == span


@pytest.mark.parametrize(
    ("expected", "is_found"),
    [
        ("a b", True),
        ("a", False),
        (re.compile("a"), True),
        (re.compile("b"), False),
        (["a", " ", "b"], True),
        (["a", "b"], False),
    ],
)
def test_strict_texts_leave_nothing_out(expected: Any, is_found: bool) -> None:
    assert (build_text_match(expected, strict=True)("a b") is not None) is is_found


@pytest.mark.parametrize(
    ("expected", "strict", "span"),
    [
        ("wo", False, (1, 2)),
        (["one", re.compile("t.r")], False, (0, 3)),
        (["one", "three"], True, None),
        (["one", "two"], True, (0, 2)),
        (re.compile("o"), True, None),
        ("four", False, None),
    ],
)
def test_span_of_lines(expected: Any, strict: bool, span: tuple[int, int] | None) -> None:
    assert build_line_match(expected, strict=strict)(["one", "two", "ter"]) == span


@pytest.mark.parametrize("build", [build_text_match, build_line_match])
def test_an_unknown_expectation_is_refused(build: Any) -> None:
    with pytest.raises(ValueError, match=r"Unknown format for expected \w+: 3"):
        build(3)


def test_text_and_lines_can_be_expected_of_either() -> None:
    assert expect_output("a\nb", expected_lines=["a", "b"], strict=True)
    assert expect_output(lines=["\x1b[1ma\x1b[0m", "b"], expected_text="a\nb", strict=True)
    assert not expect_output("a", expected_text="b")
    for wrong in ({}, {"text": "a"}, {"text": "a", "lines": [], "expected_text": "a"}, {"expected_text": "a"}):
        with pytest.raises(ValueError, match="but not both"):
            expect_output(**wrong)


def test_expectations_may_lie_in_files(tmp_path: Any) -> None:
    (tmp_path / "texts.txt").write_text("a\nb\n")
    (tmp_path / "patterns.regex").write_text("a+\n")
    assert expected_output_from_file(str(tmp_path / "texts")) == ["a", "b"]
    assert expected_output_from_file(str(tmp_path / "patterns")) == [re.compile("a+")]
    with pytest.raises(RuntimeError, match="could not find output check file"):
        expected_output_from_file(str(tmp_path / "none"))


def test_a_filter_leaves_lines_out() -> None:
    keep = basic_output_filter(filtered_patterns=[".*DEBUG"])
    assert keep("pid 3\nhello\n[DEBUG] x\nrc 0\nworld") == "hello\nworld"


def test_output_is_found_across_events_without_colours() -> None:
    assertInStdout(said(), "hello wörld", "talker")
    assertInStdout(said(), ["bye\n", re.compile("n.w")], LISTENER.action)
    assertInStderr(said(), "careful", None)
    assertInStdout(said(), "HELLO", "talker", output_filter=str.upper)
    with pytest.raises(AssertionError, match=r"Did not find 'careful' in output .*: talker-1"):
        assertInStdout(said(), "careful", "talker")
    with pytest.raises(ValueError, match="Invalid value for stream: 'stdlog'"):
        assertInStream(said(), "hello", "talker", stream="stdlog")


def test_processes_by_name_and_arguments() -> None:
    known = said()
    assert resolveProcesses(known, process="listener", cmd_args=["--loud", "--fast"]) == [LISTENER.action]
    assert resolveProcesses(known, process="talker", cmd_args=NO_CMD_ARGS) == [TALKER.action]
    assert resolveProcesses(known, process="e", strict_proc_matching=False) == [TALKER.action, LISTENER.action]
    with pytest.raises(RuntimeError, match="multiple processes matching name 'e'"):
        resolveProcesses(known, process="e")
    with pytest.raises(NoMatchingProcessException, match="Procs: listener-2 --fast --loud, talker-1"):
        resolveProcesses(known, process="listener", cmd_args="--slow")
    with pytest.raises(TypeError, match="must be an 'ExecuteLocal' or a 'str', not 3"):
        resolveProcesses(known, process=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(("word", "text"), [("run", "proc run"), (LocalSubstitution("x"), "Unknown")])
def test_a_process_that_was_not_started_is_described(word: Any, text: str) -> None:
    with pytest.raises(NoMatchingProcessException, match=text):
        resolveProcesses(ProcInfoHandler(), process=ExecuteProcess(cmd=[word]))


def test_exit_codes_of_all_processes() -> None:
    info = ProcInfoHandler()
    info.append(ProcessExited(returncode=0, **TALKER.details))
    assertExitCodes(info)
    info.append(ProcessExited(returncode=3, **LISTENER.details))
    assertExitCodes(info, [0, 3])
    with pytest.raises(AssertionError, match="Proc listener-2 exited with code 3"):
        assertExitCodes(info)
    info.append(ProcessStarted(**LISTENER.details))
    with pytest.raises(AssertionError, match="exited with code None"):
        assertExitCodes(info, process="listener")


def test_the_order_of_output() -> None:
    with assertSequentialStdout(said(), "listener") as checker:
        checker.assertInStdout("bye")
        checker.assertInStdout("now")
        with pytest.raises(AssertionError, match="'bye' not found in sequence"):
            checker.assertInStdout("bye")


def test_an_error_about_the_order_shows_nearby_lines() -> None:
    checker = SequentialTextChecker([f"line {number}\n" for number in range(9)])
    checker.assertInText("ne 4")
    with pytest.raises(AssertionError) as caught:
        checker.assertInText("line 1")
    assert str(caught.value).partition(":\n")[2].split("\n") == [f"line {number}" for number in range(2, 8)]


def test_waiting_for_output_of_nobody_names_the_mistake() -> None:
    with pytest.raises(NoMatchingProcessException, match="matching name 'taker'"):
        ActiveIoHandler().waitFor("hello", process="taker", timeout=0)
