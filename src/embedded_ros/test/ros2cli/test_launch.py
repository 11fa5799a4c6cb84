"""`ros2 launch`."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ros2cli.errors import Ros2CliError
from ros2launch.api import MultipleLaunchFilesError, get_share_file_path_from_package, parse_launch_arguments

Run = Callable[..., list[str]]

LAUNCH_FILE = """
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess
from launch.substitutions import LaunchConfiguration


def generate_launch_description():
    return LaunchDescription([
        DeclareLaunchArgument("word", default_value="hello", description="what to say"),
        ExecuteProcess(cmd=["echo", LaunchConfiguration("word")], output="log"),
    ])
"""


@pytest.fixture
def launch_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    path = tmp_path / "speak.launch.py"
    path.write_text(LAUNCH_FILE)
    return path


def launched(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ros2cli.cli", "launch", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_arguments_are_passed(launch_file: Path) -> None:
    result = launched("-a", str(launch_file), "word:=bye")
    assert result.returncode == 0
    assert "[echo-1] bye" in result.stdout


def test_a_prefix_stands_before_the_executables_that_a_filter_matches(launch_file: Path) -> None:
    prefix = ("-a", "--launch-prefix", "echo now")
    assert "now echo hello" in launched(*prefix, "--launch-prefix-filter", "ec.o", str(launch_file)).stdout
    assert "now" not in launched(*prefix, "--launch-prefix-filter", "other", str(launch_file)).stdout


def test_arguments_are_shown(launch_file: Path, ros2: Run) -> None:
    assert ros2("launch", str(launch_file), "--show-args") == [
        "Arguments (pass arguments as '<name>:=<value>'):",
        "",
        "    'word':",
        "        what to say",
        "        (default: 'hello')",
    ]


def test_the_description_is_shown(launch_file: Path, ros2: Run) -> None:
    assert "ExecuteProcess(cmd=" in "\n".join(ros2("launch", "--print", str(launch_file)))


def test_a_filter_needs_a_prefix(launch_file: Path, ros2: Run) -> None:
    text = "--launch-prefix must be specified if --launch-prefix-filter is provided"
    assert ros2("launch", str(launch_file), "--launch-prefix-filter", "x", code=text) == []


def test_of_two_files_of_one_name_none_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "share/ament_index/resource_index/packages"
    index.mkdir(parents=True)
    (index / "robot").touch()
    for folder in ("a", "b"):
        (tmp_path / "share/robot" / folder).mkdir(parents=True)
        (tmp_path / "share/robot" / folder / "up.launch.py").touch()
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    with pytest.raises(MultipleLaunchFilesError, match="was found more than once"):
        get_share_file_path_from_package(package_name="robot", file_name="up.launch.py")


def test_of_two_arguments_of_one_name_the_last_counts() -> None:
    assert parse_launch_arguments(["a:=1", "b:=x:=y", "a:=2"]) == [("a", "2"), ("b", "x:=y")]


@pytest.mark.parametrize("word", ["a", "a=1", ":=1", "a:="])
def test_other_launch_arguments_are_refused(word: str) -> None:
    with pytest.raises(Ros2CliError, match="expected format '<name>:=<value>'"):
        parse_launch_arguments([word])
