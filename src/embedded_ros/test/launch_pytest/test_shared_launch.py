"""The plugin, used: one launch for all tests of a module."""

import sys

import pytest

import launch_pytest
from launch import LaunchDescription, LaunchService
from launch.actions import ExecuteProcess
from launch_pytest.tools import process as process_tools
from launch_testing.util import KeepAliveProc

# One write a line: an unbuffered print() writes its line end separately.
SPEAKER = """
import os, time
try:
    os.write(1, b"up\\n")
    time.sleep(60)
except KeyboardInterrupt:
    os.write(1, b"down\\n")
"""


def speaker() -> ExecuteProcess:
    return ExecuteProcess(cmd=[sys.executable, "-c", SPEAKER], cached_output=True)


SHARED: list[ExecuteProcess] = []
ORDER: list[str] = []


@launch_pytest.fixture(scope="module")
def shared_launch() -> LaunchDescription:
    SHARED.append(speaker())
    return LaunchDescription([SHARED[-1], KeepAliveProc()])


@pytest.mark.launch(fixture=shared_launch, shutdown=True)
def test_a_shutdown_test_runs_after_the_shared_launch() -> None:
    assert [process.return_code for process in SHARED] == [0]
    assert ORDER == ["beside", "beside too"]


@pytest.mark.launch(fixture=shared_launch)
def test_a_shared_launch_is_launched_once(launch_service: LaunchService) -> None:
    ORDER.append("beside")
    assert len(SHARED) == 1
    context = launch_service.context
    assert process_tools.wait_for_output_sync(context, SHARED[0], lambda text: "up" in text, timeout=10.0)


@pytest.mark.launch(fixture=shared_launch)
def test_a_second_test_finds_it_running() -> None:
    ORDER.append("beside too")
    assert [process.return_code for process in SHARED] == [None]
