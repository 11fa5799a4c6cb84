"""What many verbs need."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from ros2cli.errors import Ros2CliError

INTERFACE_ERRORS = (AttributeError, ImportError, ValueError)
"""What looking up an interface by name raises where there is none."""


def get_ros_domain_id() -> int:
    """The domain of this process."""
    return int(os.environ.get("ROS_DOMAIN_ID") or 0)


def wait_for(predicate: Callable[[], bool], timeout: float, period: float = 0.1) -> bool:
    """Wait until the predicate is true; False after `timeout` s (negative: no limit). `period` s between looks."""
    deadline = time.monotonic() + (timeout if timeout >= 0 else float("inf"))
    while not predicate():
        if time.monotonic() > deadline:
            return predicate()
        time.sleep(period)
    return True


def unsigned_int(string: str) -> int:
    """An argument's type: an integer that is not negative."""
    value = int(string) if string.isdecimal() else -1
    if value < 0:
        raise argparse.ArgumentTypeError("value must be non-negative integer")
    return value


def collect_stdin() -> bytes:
    """All of standard input."""
    return sys.stdin.buffer.read()


def yaml_values(text: str | bytes) -> Any:
    """What a YAML text means. Raises Ros2CliError."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Ros2CliError(f"The passed values are not YAML: {error}") from error


def evaluator(expression: str) -> Callable[[Any], Any]:
    """A function of a message, from a Python expression of m. Raises Ros2CliError where it is none."""
    try:
        code = compile(expression, "<filter>", "eval")
    except SyntaxError as error:
        raise Ros2CliError(f"Invalid filter '{expression}': {error}") from error
    return lambda m: eval(code, {"m": m})  # noqa: S307  # it comes from who typed the command


def complete_with(action: argparse.Action, completer: Callable[..., Any]) -> None:
    """Let argcomplete ask `completer(prefix=, parsed_args=, **kwargs)` for the argument's values."""
    vars(action)["completer"] = completer
