"""The command: help, refusals, exit codes; no graph needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ros2cli import cli
from ros2cli.errors import Ros2CliError
from ros2cli.launch import parse_launch_arguments
from ros2cli.topic.hz import RateMeter

VERBS = [
    [command, *verb]
    for command, entry in cli.COMMANDS.items()
    for verb in ([[name] for name in entry] if isinstance(entry, dict) else [[]])
]


def test_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    assert [command for command in cli.COMMANDS if f"  {command} " not in out] == []


def test_help_imports_no_ros() -> None:
    script = "import sys; from ros2cli.cli import main; main(['--help']); main(['topic']); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert {"rclpy", "zenoh", "launch", "numpy"}.isdisjoint(out.splitlines()[-1].split())


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_has_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        cli.main([*words, "--help"])
    assert exit_info.value.code == 0
    assert f"usage: ros2 {' '.join(words)}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["bag"], "the command 'bag' of ROS 2 Jazzy is not in the embedded underlay"),
        (["fly"], "no command 'fly'; there are: action"),
        (["topic", "bw"], "the verb 'bw' of ROS 2 Jazzy is not in the embedded underlay"),
        (["topic", "fly"], "no verb 'fly'; there are: echo"),
    ],
)
def test_what_is_not_there_is_refused_by_name(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "no_such_package", "x"], "package 'no_such_package' not found"),
        (["run", "std_msgs", "x"], "no executable 'x' in package 'std_msgs'"),
        (["launch", "no_such_file.launch.py"], "'no_such_file.launch.py' is no file"),
        (["launch", "no_such_package", "x.launch.py"], "package 'no_such_package' not found"),
        (["pkg", "prefix", "no_such_package"], "package 'no_such_package' not found"),
        (["interface", "show", "std_msgs/msg/Nothing"], "no interface 'std_msgs/msg/Nothing'"),
        (["topic", "pub", "/a", "std_msgs/msg/String", "--rate", "0"], "--rate 0.0: give a value > 0"),
        (["service", "call", "/a", "std_srvs/srv/Nothing"], "no srv 'std_srvs/srv/Nothing'"),
        (["service", "call", "/a", "std_srvs/srv/SetBool", "{dta: true}"], "does not fill a"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_1(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith(f"ros2 {words[0]}")


def test_launch_arguments_are_pairs_and_the_last_counts() -> None:
    assert parse_launch_arguments(["a:=1", "b:=x:=y", "a:=2"]) == [("a", "2"), ("b", "x:=y")]


@pytest.mark.parametrize("word", ["a", "a=1", ":=1", "a:="])
def test_other_launch_arguments_are_refused(word: str) -> None:
    with pytest.raises(Ros2CliError, match="expected format '<name>:=<value>'"):
        parse_launch_arguments([word])


LAUNCH_FILE = """
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess
from launch.substitutions import LaunchConfiguration


def generate_launch_description():
    return LaunchDescription([
        DeclareLaunchArgument("word", default_value="hello", description="what to say"),
        ExecuteProcess(cmd=["echo", LaunchConfiguration("word")], output="screen"),
    ])
"""


@pytest.fixture
def launch_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    path = tmp_path / "speak.launch.py"
    path.write_text(LAUNCH_FILE)
    return path


def test_launch_passes_arguments(launch_file: Path) -> None:
    command = [sys.executable, "-m", "ros2cli.cli", "launch", str(launch_file), "word:=bye"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "[echo-1] bye" in result.stdout


def test_launch_shows_arguments(launch_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["launch", str(launch_file), "--show-args"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Arguments (pass arguments as '<name>:=<value>'):",
        "",
        "    'word':",
        "        what to say",
        "        (default: 'hello')",
    ]


def test_run_becomes_the_executable(tmp_path: Path) -> None:
    for folder in ("share/ament_index/resource_index/packages", "lib/robot"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "share/ament_index/resource_index/packages/robot").touch()
    executable = tmp_path / "lib/robot/say"
    executable.write_text('#!/bin/sh\necho "$@"\nexit 7\n')
    executable.chmod(0o755)
    command = [sys.executable, "-m", "ros2cli.cli", "run", "robot", "say", "--ros-args", "-r", "a:=b"]
    environment = {**os.environ, "AMENT_PREFIX_PATH": str(tmp_path)}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (result.returncode, result.stdout) == (7, "--ros-args -r a:=b\n")


def test_interface_show_opens_nested_messages(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["interface", "show", "geometry_msgs/msg/PointStamped", "--no-comments"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "std_msgs/Header header",
        "\tbuiltin_interfaces/Time stamp",
        "\t\tint32 sec",
        "\t\tuint32 nanosec",
        "\tstring frame_id",
        "Point point",
        "\tfloat64 x",
        "\tfloat64 y",
        "\tfloat64 z",
    ]


def test_rates_come_from_intervals() -> None:
    meter = RateMeter(window=2)
    for stamp_ns in (0, 9_000_000_000, 9_100_000_000, 9_400_000_000):
        meter.add(stamp_ns)
    rate = meter.rate()
    assert rate is not None
    assert (round(rate.mean_hz, 6), round(rate.min_s, 6), round(rate.max_s, 6), rate.count) == (5.0, 0.1, 0.3, 2)


def test_a_clock_that_jumps_back_starts_the_measurement_again() -> None:
    meter = RateMeter(window=10)
    for stamp_ns in (5_000_000_000, 6_000_000_000, 1_000_000_000):
        meter.add(stamp_ns)
    assert meter.rate() is None
