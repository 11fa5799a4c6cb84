"""The service: signals, events from other threads, parts that are not there."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from launch import LaunchDescription, LaunchService
from launch.actions import EmitEvent, OpaqueFunction, RegisterEventHandler
from launch.event import Event
from launch.event_handler import EventHandler
from launch.invalid_launch_file_error import InvalidLaunchFileError
from launch.launch_context import LaunchContext
from launch.launch_description_sources import AnyLaunchDescriptionSource, get_launch_description_from_any_launch_file

INTERRUPTED = """
import sys
from launch import LaunchDescription, LaunchService
from launch.actions import ExecuteProcess
service = LaunchService(noninteractive=True)
service.include_launch_description(LaunchDescription([
    ExecuteProcess(cmd=[sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"], output="screen")
]))
sys.exit(service.run())
"""


class Ping(Event):
    name = "ping"


def test_events_may_come_from_another_thread() -> None:
    service = LaunchService()
    got: list[str] = []

    def on_ping(context: LaunchContext) -> None:
        got.append(context.locals.event.name)
        service.shutdown(force_sync=True)

    handler = EventHandler(matcher=lambda event: isinstance(event, Ping), entities=OpaqueFunction(function=on_ping))
    threads: list[threading.Thread] = []

    def start(context: LaunchContext) -> None:
        threads.append(threading.Thread(target=service.emit_event, args=(Ping(),)))
        threads[0].start()

    service.include_launch_description(
        LaunchDescription([RegisterEventHandler(handler), OpaqueFunction(function=start)])
    )
    assert service.run(shutdown_when_idle=False) == 0
    threads[0].join()
    assert got == ["ping"]


def test_a_launch_whose_loop_is_paused_is_ended_from_its_thread() -> None:
    service, loop = LaunchService(), asyncio.new_event_loop()
    task = loop.create_task(service.run_async(shutdown_when_idle=False))
    while service.event_loop is None:
        loop.run_until_complete(asyncio.sleep(0))
    emitted = service.shutdown()
    assert emitted is not None
    loop.run_until_complete(emitted)
    assert loop.run_until_complete(task) == 0
    loop.close()


def test_a_handler_that_handles_once_is_gone_afterwards() -> None:
    count: list[int] = []
    handler = EventHandler(
        matcher=lambda event: isinstance(event, Ping),
        entities=OpaqueFunction(function=lambda _: count.append(1)),
        handle_once=True,
    )
    service = LaunchService()
    pings = [EmitEvent(event=Ping()), EmitEvent(event=Ping())]
    service.include_launch_description(LaunchDescription([RegisterEventHandler(handler), *pings]))
    assert service.run() == 0
    assert count == [1]


def test_it_may_be_run_again() -> None:
    service = LaunchService()
    assert [service.run(), service.run()] == [0, 0]


def test_it_runs_in_the_main_thread_only() -> None:
    errors: list[RuntimeError] = []

    def run() -> None:
        try:
            LaunchService().run()
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert "only be run in the main thread" in str(errors[0])


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 1)])
def test_a_signal_ends_processes_before_launch_itself(signum: signal.Signals, code: int, tmp_path: Path) -> None:
    environment = {**os.environ, "ROS_LOG_DIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if line.endswith("] up\n"):
                process.send_signal(signum)
    assert process.returncode == code
    assert any("sending signal 'SIGINT' to process" in line for line in lines)


@pytest.mark.parametrize("loop_is_closed", [False, True])
def test_it_runs_in_the_loop_of_the_thread_unless_that_is_closed(loop_is_closed: bool) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    if loop_is_closed:
        loop.close()
    used: list[object] = []
    service = LaunchService()
    get_loop = OpaqueFunction(function=lambda context: used.append(context.asyncio_loop))
    service.include_launch_description(LaunchDescription([get_loop]))
    assert service.run() == 0
    assert (used[0] is loop) is not loop_is_closed
    asyncio.get_event_loop().close()
    asyncio.set_event_loop(None)


@pytest.mark.parametrize("name", ["robot.launch.xml", "robot.launch.yaml", "robot.launch.py"])
def test_a_file_that_is_not_there_is_told_as_such(name: str) -> None:
    with pytest.raises(InvalidLaunchFileError, match=f"FileNotFoundError: .*'{name}'"):
        get_launch_description_from_any_launch_file(name)


def test_a_file_without_the_function_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.launch.py"
    path.write_text("")
    source = AnyLaunchDescriptionSource(str(path))
    with pytest.raises(InvalidLaunchFileError, match="generate_launch_description"):
        source.get_launch_description(LaunchContext())
