"""Processes: their output, their end, and how they are made to end."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch.actions import EmitEvent, ExecuteProcess, LogInfo, RegisterEventHandler, Shutdown, TimerAction
from launch.event_handlers import OnProcessExit, OnProcessIO, OnProcessStart
from launch.events import matches_action
from launch.events.process import ProcessExited, ProcessIO, ProcessStarted, ShutdownProcess, SignalProcess
from launch.launch_context import LaunchContext
from launch.substitutions import TextSubstitution

Launched = Callable[..., int]

# Says, in one write, when its signal handlers are in place: before that, a signal would just kill it.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"no\\n"))
os.write(1, b"ready\\n")
while True:
    time.sleep(10)
"""
POLITE = """
import os, time
try:
    os.write(1, b"up\\n")
    time.sleep(60)
except KeyboardInterrupt:
    os.write(1, b"bye\\n")
"""


def python(script: str, **kwargs: object) -> ExecuteProcess:
    return ExecuteProcess(cmd=[sys.executable, "-c", script], cached_output=True, **kwargs)  # type: ignore[arg-type]


def when_it_says(process: ExecuteProcess, word: str, action: EmitEvent) -> RegisterEventHandler:
    def on_stdout(event: ProcessIO) -> EmitEvent | None:
        return action if word.encode() in event.text else None

    return RegisterEventHandler(OnProcessIO(target_action=process, on_stdout=on_stdout))


def test_exit_code_and_output_are_kept(launched: Launched) -> None:
    process = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert launched(process) == 0
    assert (process.return_code, process.get_stdout(), process.get_stderr()) == (3, "out\n", "err\n")


def test_output_is_read_to_its_end_before_the_exit_is_told(launched: Launched) -> None:
    process = python("print('x' * 1_000_000, end='')")
    lengths: list[int] = []
    on_exit = OnProcessExit(target_action=process, on_exit=lambda *_: lengths.append(len(process.get_stdout())))
    launched(RegisterEventHandler(on_exit), process)
    assert lengths == [1_000_000]


def test_lines_on_the_screen_carry_name_and_number(launched: Launched, capfd: pytest.CaptureFixture[str]) -> None:
    process = ExecuteProcess(cmd=["printf", "one\\ntwo"], name="talker", output="screen")
    launched(process)
    name = process.name
    assert name.startswith("talker-")
    assert [line for line in capfd.readouterr().out.splitlines() if line.startswith("[talker")] == [
        f"[{name}] one",
        f"[{name}] two",
    ]


def test_started_and_exited_are_told_in_this_order(launched: Launched) -> None:
    process = python("pass")
    events: list[ProcessStarted | ProcessExited] = []
    launched(
        RegisterEventHandler(OnProcessStart(target_action=process, on_start=lambda event, _: events.append(event))),
        RegisterEventHandler(OnProcessExit(target_action=process, on_exit=lambda event, _: events.append(event))),
        process,
    )
    assert [type(event) for event in events] == [ProcessStarted, ProcessExited]
    assert events[0].pid == events[1].pid > 0


def test_shutdown_interrupts_what_runs(launched: Launched) -> None:
    process = python(POLITE)
    interrupt = EmitEvent(event=ShutdownProcess(process_matcher=matches_action(process)))
    assert launched(process, when_it_says(process, "up", interrupt)) == 0
    assert (process.return_code, process.get_stdout()) == (0, "up\nbye\n")


def test_a_stubborn_process_is_terminated(launched: Launched) -> None:
    process = python(STUBBORN, sigterm_timeout="0.2", sigkill_timeout="20")
    end = EmitEvent(event=ShutdownProcess(process_matcher=matches_action(process)))
    launched(process, when_it_says(process, "ready", end))
    assert process.return_code == -signal.SIGTERM
    assert process.get_stdout() == "ready\nno\n"


def test_a_more_stubborn_process_is_killed(launched: Launched) -> None:
    deaf = STUBBORN.replace('os.write(1, b"ready', 'signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(1, b"ready')
    process = python(deaf, sigterm_timeout="0.1", sigkill_timeout="0.1")
    end = EmitEvent(event=ShutdownProcess(process_matcher=matches_action(process)))
    launched(process, when_it_says(process, "ready", end))
    assert process.return_code == -signal.SIGKILL


def test_a_signal_reaches_only_the_process_that_is_meant(launched: Launched) -> None:
    first, second = python(STUBBORN), python("import time; time.sleep(0.3)")
    kill = EmitEvent(event=SignalProcess(signal_number=signal.SIGTERM, process_matcher=matches_action(first)))
    launched(first, second, when_it_says(first, "ready", kill))
    assert (first.return_code, second.return_code) == (-signal.SIGTERM, 0)


def test_the_end_of_a_required_process_ends_the_launch(launched: Launched) -> None:
    required = python("pass", on_exit=[Shutdown(reason="it was required")])
    other = python("import time; time.sleep(60)")
    assert launched(other, required) == 0
    assert other.return_code in {-signal.SIGINT, 1}  # 1: Python was up, and raised KeyboardInterrupt


def test_on_exit_may_be_a_function(launched: Launched) -> None:
    codes: list[int] = []

    def on_exit(event: ProcessExited, context: LaunchContext) -> LogInfo:
        assert not context.is_shutdown
        codes.append(event.returncode)
        return LogInfo(msg="done")

    launched(python("raise SystemExit(5)", on_exit=on_exit))
    assert codes == [5]


def test_a_respawned_process_is_started_as_often_as_asked(launched: Launched, tmp_path: Path) -> None:
    counter = tmp_path / "starts"
    process = python(f"open({str(counter)!r}, 'a').write('x')", respawn=True, respawn_delay=0.01, respawn_max_retries=2)
    launched(process)
    assert counter.read_text() == "xxx"


def test_a_missing_executable_is_an_error_in_the_log(launched: Launched, capfd: pytest.CaptureFixture[str]) -> None:
    assert launched(ExecuteProcess(cmd=["/no/such/executable"])) == 0
    assert "process '/no/such/executable' can't be started" in capfd.readouterr().out


def test_an_action_stands_for_one_process(launched: Launched) -> None:
    process = python("pass")
    assert launched(process, TimerAction(period=0.01, actions=[process])) == 1


def test_environment_and_folder_are_passed(launched: Launched, tmp_path: Path) -> None:
    process = python(
        "import os; print(os.environ['COLOUR'], os.getcwd())",
        additional_env={"COLOUR": TextSubstitution(text="red")},
        cwd=str(tmp_path),
    )
    launched(process)
    assert process.get_stdout() == f"red {tmp_path}\n"


def test_a_process_may_see_a_terminal(launched: Launched) -> None:
    process = python("import sys; print(sys.stdout.isatty(), sys.stderr.isatty())", emulate_tty=True)
    launched(process)
    assert process.get_stdout().split() == ["True", "True"]


def test_output_that_is_not_kept_is_refused_by_name() -> None:
    with pytest.raises(RuntimeError, match="set cached_output=True"):
        ExecuteProcess(cmd=["true"], name="talker").get_stdout()
