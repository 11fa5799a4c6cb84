"""The plugin, used: what runs beside a launch, and what after it."""

import sys
from collections.abc import AsyncIterator, Iterator

import pytest

import launch_pytest
from launch import LaunchContext, LaunchDescription
from launch.actions import ExecuteProcess
from launch_pytest.tools import process as process_tools

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


@pytest.fixture
def own() -> ExecuteProcess:
    return speaker()


@launch_pytest.fixture
def own_launch(own: ExecuteProcess) -> LaunchDescription:
    return LaunchDescription([own, launch_pytest.actions.ReadyToTest()])


@pytest.mark.launch(fixture=own_launch)
def test_a_plain_test_runs_beside_the_launch(own: ExecuteProcess, launch_context: LaunchContext) -> None:
    assert process_tools.wait_for_start_sync(launch_context, own, timeout=10.0)
    assert process_tools.wait_for_output_sync(launch_context, own, lambda text: text == "up\n", timeout=10.0)
    assert not process_tools.wait_for_output_sync(launch_context, own, lambda text: "never" in text, timeout=0.05)
    assert own.return_code is None


@pytest.mark.launch(fixture=own_launch)
async def test_a_coroutine_runs_in_the_loop(own: ExecuteProcess, launch_context: LaunchContext) -> None:
    assert await process_tools.wait_for_output(launch_context, own, lambda text: text == "up\n", timeout=10.0)
    with pytest.raises(AssertionError, match="never"):
        await process_tools.assert_output(launch_context, own, _says_never, timeout=0.05)
    assert not await process_tools.wait_for_exit(launch_context, own, timeout=0.05)


def _says_never(text: str) -> None:
    assert text == "never", f"'{text}' is not never"


@pytest.mark.launch(fixture=own_launch)
def test_the_second_half_of_a_generator_runs_after_it(
    own: ExecuteProcess, launch_context: LaunchContext
) -> Iterator[None]:
    assert process_tools.wait_for_output_sync(launch_context, own, lambda text: "up" in text, timeout=10.0)
    yield
    assert (own.return_code, own.get_stdout()) == (0, "up\ndown\n")


@pytest.mark.launch(fixture=own_launch)
async def test_the_second_half_of_an_async_generator_runs_after_it(
    own: ExecuteProcess, launch_context: LaunchContext
) -> AsyncIterator[None]:
    assert await process_tools.wait_for_output(launch_context, own, lambda text: "up" in text, timeout=10.0)
    yield
    assert own.return_code == 0
