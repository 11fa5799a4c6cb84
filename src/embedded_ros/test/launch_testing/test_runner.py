"""Launches with tests beside and after them."""

import sys
import threading
import types
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launch import LaunchDescription
from launch.actions import ExecuteProcess, TimerAction
from launch_testing import ActiveIoHandler, ActiveProcInfoHandler, parametrize, post_shutdown_test
from launch_testing import ready_to_test_action_timeout as ready_within
from launch_testing.actions import ReadyToTest
from launch_testing.asserts import assertExitCodes, assertInStdout
from launch_testing.junitxml import unittestResultsToXml
from launch_testing.loader import LoadTestsFromPythonModule
from launch_testing.markers import keep_alive, retry_on_failure
from launch_testing.test_runner import LaunchTestRunner
from launch_testing.util import KeepAliveProc

pytestmark = pytest.mark.usefixtures("log_dir")

Describe = Callable[..., Any]


def greeter(word: str = "hello") -> ExecuteProcess:
    script = f"import signal; print({word!r}, flush=True); signal.pause()"
    return ExecuteProcess(cmd=[sys.executable, "-c", script], name="greeter")


def module(describe: Describe, **test_classes: type[unittest.TestCase]) -> types.ModuleType:
    made = types.ModuleType("a_launch_test")
    vars(made).update(test_classes, generate_test_description=describe)
    return made


def run(describe: Describe, **test_classes: type[unittest.TestCase]) -> list[Any]:
    runner = LaunchTestRunner(LoadTestsFromPythonModule(module(describe, **test_classes)))
    runner.validate()
    return list(runner.run().values())


class Idle(unittest.TestCase):
    def test_nothing(self) -> None:
        """Any test will do."""


def test_tests_run_beside_and_after_the_launch() -> None:
    ran: list[str] = []

    def describe() -> tuple[LaunchDescription, dict[str, Any]]:
        process = greeter()
        return LaunchDescription([process, ReadyToTest()]), {"process": process}

    class Beside(unittest.TestCase):
        def test_it(self, proc_output: ActiveIoHandler, process: ExecuteProcess) -> None:
            proc_output.assertWaitFor("hello", process=process, stream="stdout", timeout=30)
            ran.append("beside")

    @post_shutdown_test()
    class After(unittest.TestCase):
        def test_it(self, proc_output: Any, proc_info: Any, process: ExecuteProcess) -> None:
            assertInStdout(proc_output, "hello", process)
            assertExitCodes(proc_info, [-2, 1], process="greeter")
            ran.append("after")

    (result,) = run(describe, Beside=Beside, After=After)
    assert result.wasSuccessful(), result.failures + result.errors
    assert (ran, result.testsRun) == (["beside", "after"], 2)


def test_set_up_methods_get_what_tests_get() -> None:
    seen: list[Any] = []

    class Beside(unittest.TestCase):
        @classmethod
        def setUpClass(cls, proc_info: ActiveProcInfoHandler) -> None:  # type: ignore[override]
            proc_info.assertWaitForStartup("greeter", timeout=30)
            seen.append("class")

        def setUp(self, number: int) -> None:  # type: ignore[override]
            seen.append(number)

        def test_it(self) -> None:
            seen.append("test")

    (result,) = run(lambda: (LaunchDescription([greeter(), ReadyToTest()]), {"number": 7}), Beside=Beside)
    assert result.wasSuccessful(), result.failures + result.errors
    assert seen == ["class", 7, "test"]


def test_parameters_make_a_launch_each() -> None:
    words: list[str] = []

    @parametrize("word", ["one", "two"])
    def describe(word: str) -> LaunchDescription:
        return LaunchDescription([greeter(word), ReadyToTest()])

    class Beside(unittest.TestCase):
        def test_it(self, proc_output: ActiveIoHandler, word: str) -> None:
            proc_output.assertWaitFor(word, stream="stdout", timeout=30)
            words.append(word)

    results = run(describe, Beside=Beside)
    assert words == ["one", "two"]
    assert [case.id().rpartition(".")[2] for result in results for case in result.testCases] == [
        "test_it[one]",
        "test_it[two]",
    ]


def test_a_failed_test_fails_the_run() -> None:
    class Beside(unittest.TestCase):
        def test_it(self) -> None:
            self.fail("on purpose")

    (result,) = run(lambda: LaunchDescription([KeepAliveProc(), ReadyToTest()]), Beside=Beside)
    assert not result.wasSuccessful()
    assert "on purpose" in result.failures[0][1]


def test_processes_that_end_too_early_fail_all_tests(capsys: pytest.CaptureFixture[str]) -> None:
    is_over = threading.Event()

    class Beside(unittest.TestCase):
        def test_it(self) -> None:
            is_over.wait(60)

    broken = ExecuteProcess(cmd=[sys.executable, "-c", "import sys; print('oh no'); sys.exit(3)"])
    (result,) = run(lambda: LaunchDescription([broken, ReadyToTest()]), Beside=Beside)
    is_over.set()
    for thread in threading.enumerate():
        if thread.name == "test_runner_thread":
            thread.join(60)
    assert not result.wasSuccessful()
    assert "Launch stopped before the active tests finished." in result.failures[0][1]
    assert "oh no" in capsys.readouterr().out


def test_a_launch_that_is_kept_alive_needs_no_process() -> None:
    @keep_alive
    def describe() -> LaunchDescription:
        return LaunchDescription([ReadyToTest()])

    (result,) = run(describe, Beside=Idle)
    assert result.wasSuccessful()


def test_a_launch_that_is_never_ready_fails(capsys: pytest.CaptureFixture[str]) -> None:
    @ready_within(0.01)
    def describe() -> LaunchDescription:
        return LaunchDescription([KeepAliveProc(), TimerAction(period=3600.0, actions=[ReadyToTest()])])

    (result,) = run(describe, Beside=Idle)
    assert not result.wasSuccessful()
    assert "Timed out waiting for processes to start up" in capsys.readouterr().out


def test_a_launch_may_be_skipped() -> None:
    @unittest.skip("not today")
    def describe() -> LaunchDescription:
        raise AssertionError("it was not skipped")

    (result,) = run(describe, Beside=Idle)
    assert result.wasSuccessful()
    assert [reason for _, reason in result.skipped] == ["not today"]


def test_a_description_without_the_action_is_refused() -> None:
    with pytest.raises(RuntimeError, match="containing a ReadyToTest action"):
        run(lambda: LaunchDescription([]), Beside=Idle)


@pytest.mark.parametrize(
    ("describe", "message"),
    [
        (lambda word: word, "unexpected extra argument 'word'"),
        (parametrize("speed", [1])(lambda: None), "matching parametrized argument 'speed'"),
    ],
)
def test_arguments_of_the_description_are_checked(describe: Describe, message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        run(describe, Beside=Idle)


def test_a_flaky_test_may_be_tried_again() -> None:
    tries: list[int] = []

    class Beside(unittest.TestCase):
        @retry_on_failure(times=3)
        def test_it(self) -> None:
            tries.append(1)
            with self.subTest("in a subtest"):
                assert len(tries) > 1
            assert len(tries) > 2

    (result,) = run(lambda: LaunchDescription([KeepAliveProc(), ReadyToTest()]), Beside=Beside)
    assert result.wasSuccessful(), result.failures + result.errors
    assert len(tries) == 3


def test_results_become_junit_xml(tmp_path: Path) -> None:
    class Beside(unittest.TestCase):
        def test_bad(self) -> None:
            self.fail("on purpose")

        def test_good(self) -> None:
            """Passes."""

    (result,) = run(lambda: LaunchDescription([KeepAliveProc(), ReadyToTest()]), Beside=Beside)
    root = unittestResultsToXml(name="all", test_results={"first": result}).getroot()
    assert {name: root.get(name) for name in ("name", "tests", "failures", "errors")} == {
        "name": "all",
        "tests": "2",
        "failures": "1",
        "errors": "0",
    }
    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None] == ["test_bad"]


@pytest.mark.parametrize("thing", [3, Idle.test_nothing])
def test_only_classes_can_run_after_the_launch(thing: Any) -> None:
    with pytest.raises(TypeError, match="is for test classes"):
        post_shutdown_test()(thing)
