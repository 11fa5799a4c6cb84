"""Actions and event handlers of launch tests."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch.actions import ExecuteProcess, LogInfo, OpaqueFunction, RegisterEventHandler
from launch_testing import ReadyAggregator
from launch_testing.actions import GTest, PyTest
from launch_testing.event_handlers import StdoutReadyListener

Launched = Callable[..., int]


def test_a_process_says_that_it_is_ready(launched: Launched) -> None:
    process = ExecuteProcess(cmd=["echo", "now ready"])
    seen: list[str] = []
    listener = StdoutReadyListener(
        target_action=process, ready_txt="ready", actions=[OpaqueFunction(function=lambda _: seen.append("ready"))]
    )
    assert launched(RegisterEventHandler(listener), process) == 0
    assert seen == ["ready"]


def test_its_actions_are_known_before() -> None:
    action = LogInfo(msg="ready")
    assert StdoutReadyListener(ready_txt="ready", actions=[action]).describe()[1] == [action]


def test_a_test_program_that_takes_too_long_is_interrupted(launched: Launched, tmp_path: Path) -> None:
    path = tmp_path / "slow"
    path.write_text(f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
    path.chmod(0o755)
    test = GTest(path=str(path), timeout=0.2)
    assert launched(test) == 0
    assert test.return_code in {-signal.SIGINT, 1}  # 1: Python was still starting


def test_a_test_file_is_run_by_pytest(launched: Launched, tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    path.write_text("def test_it():\n    assert False\n")
    test = PyTest(path=str(path), timeout=60)
    assert launched(test) == 0
    assert (test.path, test.return_code) == (str(path), 1)


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_the_last_of_several_makes_ready(calls: int) -> None:
    ready: list[bool] = []
    aggregator = ReadyAggregator(lambda: ready.append(True), 2)
    for _ in range(calls):
        aggregator.ready_fn()
    assert ready == [True] * (calls >= 2)
