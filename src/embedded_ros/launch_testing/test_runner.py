"""Runs launches together with their tests."""

from __future__ import annotations

import inspect
import threading
import unittest
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from launch import LaunchDescription, LaunchDescriptionSource, LaunchService
from launch.actions import IncludeLaunchDescription, RegisterEventHandler
from launch.event_handlers import OnProcessExit, OnProcessIO, OnProcessStart
from launch.events.process import ProcessExited

from .io_handler import ActiveIoHandler
from .parse_arguments import parse_launch_arguments
from .proc_info_handler import ActiveProcInfoHandler
from .test_result import FailResult, SkipResult, TestResult

if TYPE_CHECKING:
    from launch.launch_description_entity import LaunchDescriptionEntity

    from .loader import TestRun


class _LaunchDiedError(Exception):
    """The launch was over before its tests were."""


class _RunnerWorker:
    """One launch: it runs in the main thread, and the tests that need it run beside it in another."""

    def __init__(
        self,
        test_run: TestRun,
        test_run_preamble: Iterable[LaunchDescriptionEntity],
        launch_file_arguments: Sequence[str] = (),
        debug: bool = False,
    ) -> None:
        self._test_run = test_run
        self._preamble = test_run_preamble
        self._launch_service = LaunchService(debug=debug)
        self._arguments = parse_launch_arguments(launch_file_arguments)
        self._is_ready = threading.Event()
        self._results: TestResult | None = None
        self._proc_info = ActiveProcInfoHandler()
        self._proc_output = ActiveIoHandler()

    def run(self) -> TestResult:
        """Results of all tests; _LaunchDiedError if the processes, or Ctrl-C, have ended the launch too early."""
        description, context = self._test_run.normalized_test_description(ready_fn=self._is_ready.set)
        self._bind({**context, **self._test_run.param_args})
        self._launch_service.include_launch_description(self._observed(description))
        threading.Thread(target=self._run_test, name="test_runner_thread", daemon=True).start()
        self._launch_service.run(shutdown_when_idle=not self._test_run.markers.get("keep_alive", False))
        if self._results is None:
            print("Processes under test stopped before tests completed")
            self._print_process_output_summary()
            raise _LaunchDiedError
        self._results.append(_run(self._test_run.post_shutdown_tests))
        return self._results

    def _bind(self, context: dict[str, Any]) -> None:
        test_args = dict(self._arguments)
        during = {
            "launch_service": self._launch_service,
            "proc_info": self._proc_info,
            "proc_output": self._proc_output,
            "test_args": test_args,
        }
        # Nothing can be waited for once all is over: those tests get the plain variants.
        after = {
            "proc_info": self._proc_info._proc_info_handler,
            "proc_output": self._proc_output._io_handler,
            "test_args": test_args,
        }
        self._test_run.bind(self._test_run.pre_shutdown_tests, during, {**context, **during})
        self._test_run.bind(self._test_run.post_shutdown_tests, after, {**context, **after})

    def _observed(self, description: LaunchDescription) -> LaunchDescription:
        info, output = self._proc_info, self._proc_output
        handlers = (
            OnProcessStart(on_start=lambda event, _: info.append(event)),
            OnProcessStart(on_start=lambda event, _: output.track(event.process_name)),
            OnProcessExit(on_exit=lambda event, _: info.append(event)),
            OnProcessIO(on_stdout=output.append, on_stderr=output.append),
        )
        include = IncludeLaunchDescription(LaunchDescriptionSource(description), launch_arguments=self._arguments)
        return LaunchDescription([*self._preamble, *map(RegisterEventHandler, handlers), include])

    def _run_test(self) -> None:
        try:
            if self._is_ready.wait(self._test_run.timeout):
                self._results = _run(self._test_run.pre_shutdown_tests)
            else:
                print("Timed out waiting for processes to start up")
        finally:
            self._launch_service.shutdown()

    def _print_process_output_summary(self) -> None:
        for info in self._proc_info:
            if not isinstance(info, ProcessExited) or info.returncode == 0:
                continue
            said = b"".join(event.text for event in self._proc_output if event.action is info.action)
            name = info.process_name
            print(f"Process '{name}' exited with {info.returncode}\n##### '{name}' output #####")
            print(f"{said.decode(errors='replace')}\n{'#' * (len(name) + 21)}")


def _run(tests: Any) -> TestResult:
    results = unittest.TextTestRunner(verbosity=2, resultclass=TestResult).run(tests)
    return cast("TestResult", results)


class LaunchTestRunner:
    """Runs `test_runs` one after the other; `launch_file_arguments` are name:=value, for each of them."""

    def __init__(
        self, test_runs: Iterable[TestRun], launch_file_arguments: Sequence[str] = (), debug: bool = False
    ) -> None:
        self._test_runs = list(test_runs)
        self._launch_file_arguments = launch_file_arguments
        self._debug = debug

    def generate_preamble(self) -> list[LaunchDescriptionEntity]:
        """What comes before each launch description; for derived classes."""
        return []

    def run(self) -> dict[TestRun, Any]:
        """Results, by run; the runs after one whose launch has ended too early (Ctrl-C, most likely) are left out."""
        results: dict[TestRun, Any] = {}
        for run in self._test_runs:
            if len(self._test_runs) > 1:
                print(f"\nStarting test run {run}")
            try:
                worker = _RunnerWorker(run, self.generate_preamble(), self._launch_file_arguments, self._debug)
                results[run] = worker.run()
            except unittest.SkipTest as skip:
                print(f"{run} is skipped: {skip}")
                results[run] = SkipResult(run, str(skip))
            except _LaunchDiedError:
                results[run] = FailResult(run, "Launch stopped before the active tests finished.")
                break
        return results

    def validate(self) -> None:
        """RuntimeError names an argument that a test description has and nobody gives, or the other way round."""
        for run in self._test_runs:
            spec = inspect.getfullargspec(inspect.unwrap(run._test_description_function))
            wanted = {*spec.args, *spec.kwonlyargs}
            for name in run.param_args.keys() - wanted:
                raise RuntimeError(
                    f"Could not find an argument in generate_test_description matching parametrized argument '{name}'"
                )
            for name in wanted - run.param_args.keys():
                raise RuntimeError(f"generate_test_description has unexpected extra argument '{name}'")
