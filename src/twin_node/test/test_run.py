"""A node's process ends when it is told to, with its last words said and the exit code that it means."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from twin_node.run import BAD_CONFIG, FAILED, OK

CHILD = Path(__file__).with_name("shell_child.py")
# A graph of its own; below 102, as DDS wants it.
# The nodes look for nobody: what they would say of a router, there or not, is none of their words.
ROUTER = {"EMBEDDED_ROS_ROUTER": "off", "ZENOH_ROUTER_CHECK_ATTEMPTS": "-1"}
ENVIRONMENT = {**os.environ, **ROUTER, "ROS_DOMAIN_ID": str(20 + os.getpid() % 40)}


@contextmanager
def child(case: str, *parameters: str) -> Iterator[subprocess.Popen[str]]:
    options = ["--ros-args", *parameters] if parameters else []
    command = [sys.executable, str(CHILD), case, *options]
    process = subprocess.Popen(command, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait(process: subprocess.Popen[str]) -> list[str]:
    """Lines until the child waits."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or lines[-1] != "waiting":
        line = process.stdout.readline()
        assert line, "ended before it waited"
        lines.append(line.rstrip())
    return lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("times", [1, 2])
def test_signal_ends_the_node_while_the_context_is_up(number: signal.Signals, times: int) -> None:
    with child("working") as process:
        wait(process)
        for _ in range(times):
            process.send_signal(number)
        out, errors = process.communicate(timeout=20.0)
    assert (process.returncode, out, errors) == (OK, "destroyed, context is up\n", "")


def test_signal_during_imports_ends_the_process_at_once() -> None:
    with child("importing") as process:
        wait(process)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20.0) == ("", "")
    assert process.returncode == OK


def test_signal_while_the_node_opens_is_obeyed_after_it() -> None:
    with child("opening") as process:
        wait(process)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20.0)
    assert (process.returncode, out, errors) == (OK, "waiting\ndestroyed, context is up\n", "")


def test_exit_code_is_what_the_work_gives() -> None:
    with child("failing") as process:
        wait(process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20.0)
    assert process.returncode == FAILED


def test_parameters_of_the_command_line_reach_the_node() -> None:
    with child("working", "-p", "rate:=4") as process:
        assert wait(process)[0] == "rate=4.0"


@pytest.mark.parametrize(
    ("case", "parameters", "sentence"),
    [
        ("working", ("-p", "rate:=99.0"), "parameter rate: 99.0 is refused; give a number from 0.5 to 60 Hz"),
        ("working", ("-p", "rate:=fast"), "parameter rate: 'fast' is refused; give a number from 0.5 to 60 Hz"),
        ("refusing", (), "parameter rate: 2.0 is refused; give none"),
    ],
)
def test_refused_parameter_is_one_sentence_and_exit_code_2(
    case: str, parameters: tuple[str, ...], sentence: str
) -> None:
    with child(case, *parameters) as process:
        assert process.communicate(timeout=20.0) == ("", f"child: {sentence}\n")
    assert process.returncode == BAD_CONFIG


def test_argument_that_cannot_be_read_is_one_sentence_and_exit_code_2() -> None:
    with child("working", "-p", "rate:={a: 1}") as process:
        out, errors = process.communicate(timeout=60.0)
    assert (process.returncode, out) == (BAD_CONFIG, "")
    assert errors.startswith("child: the arguments after --ros-args can't be used: ")
    assert errors.count("\n") == 1
