"""The command: help, refusals, exit codes; no graph needed."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ros2cli import cli
from ros2cli.entry_points import COMMAND_GROUP, own_entry_points

COMMANDS = own_entry_points(COMMAND_GROUP)
VERBS = [
    [command, verb]
    for command in COMMANDS
    for verb in own_entry_points("ros2cli.daemon.verb" if command == "daemon" else f"ros2{command}.verb")
]


def run(*words: str, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own."""
    command = [sys.executable, "-m", "ros2cli.cli", *words]
    env = {**os.environ, **(environment or {})}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv=[]) == 0
    out = capsys.readouterr().out
    assert [command for command in COMMANDS if f"\n  {command} " not in out] == []
    assert "cannot be loaded" not in out


def test_a_command_without_a_verb_lists_its_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv=["topic"]) == 0
    assert "\n  echo   Output messages from a topic\n" in capsys.readouterr().out


def test_help_imports_no_ros() -> None:
    script = "import sys; from ros2cli.cli import main; main(argv=[]); main(argv=['topic']); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert {"rclpy", "zenoh", "launch", "numpy", "yaml"}.isdisjoint(out.splitlines()[-1].split())


@pytest.mark.parametrize("words", [["launch"], ["run"], *VERBS], ids=" ".join)
def test_every_verb_has_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        cli.main(argv=[*words, "--help"])
    assert exit_info.value.code == 0
    assert f"usage: ros2 {' '.join(words)}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["bag"], "ros2: error: 'bag' of ROS 2 Jazzy is not in the embedded underlay"),
        (["fly"], "invalid choice: 'fly' (choose from"),
        (["topic", "fly"], "invalid choice: 'fly' (choose from"),
        (["topic", "echo"], "the following arguments are required: topic_name"),
        (["topic", "pub", "/a", "std_msgs/msg/String", "--rate", "0"], "Value must be positive"),
        (["topic", "echo", "/a", "--qos-profile", "nice"], "invalid choice: 'nice'"),
    ],
)
def test_what_is_not_there_is_refused_with_exit_code_2(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_info:
        cli.main(argv=words)
    assert exit_info.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "no_such_package", "x"], "Package 'no_such_package' not found"),
        (["run", "std_msgs", "x"], "No executable found"),
        (["launch", "no_such_file.launch.py"], "'no_such_file.launch.py' is no file"),
        (["launch", "no_such_package", "x.launch.py"], "Package 'no_such_package' not found"),
        (["launch", "std_msgs", "x.launch.py"], "file 'x.launch.py' was not found in the share directory"),
        (["pkg", "prefix", "no_such_package"], "Package not found"),
        (["pkg", "create", "x"], "give --build-type ament_python"),
        (["pkg", "create", "test", "--build-type", "ament_python"], "can't be named 'test'"),
        (["pkg", "executables", "no_such_package"], "Package 'no_such_package' not found"),
        (["pkg", "xml", "no_such_package"], "Package not found"),
        (["interface", "show", "std_msgs/msg/Nothing"], "Could not find the interface"),
        (["interface", "show", "String"], "Expected three parts separated by '/'"),
        (["interface", "package", "no_such_package"], "Unknown package 'no_such_package'"),
        (["interface", "proto", "std_msgs/msg/Nothing"], "no interface 'std_msgs/msg/Nothing'"),
        (["topic", "pub", "/a", "std_msgs/msg/Nothing"], "The passed message type is invalid"),
        (["topic", "pub", "/a", "std_msgs/msg/String", "[a"], "The passed values are not YAML"),
        (["topic", "pub", "/a", "std_msgs/msg/String", "a"], "The passed value needs to be a dictionary in YAML"),
        (["topic", "echo", "/a", "--field", "."], "Invalid field value '.'"),
        (["topic", "echo", "/a", "--filter", "m."], "Invalid filter 'm.'"),
        (["service", "call", "/a", "std_srvs/srv/Nothing"], "The passed service type is invalid"),
        (["service", "call", "/a", "std_msgs/srv/String"], "The passed service type is invalid"),
        (["service", "call", "/a", "std_msgs/msg/String"], "The passed type is not a service"),
        (["service", "call", "/a", "std_srvs/srv/SetBool", "{dta: true}"], "Failed to populate field: "),
        (["service", "call", "/a", "std_srvs/srv/Empty", "--rate", "0"], "rate must be greater than zero"),
        (["action", "send_goal", "/a", "std_srvs/srv/Empty"], "The passed action type is invalid"),
        (["param", "list", "--filter", "("], "Invalid filter '('"),
    ],
)
def test_a_mistake_is_one_text_for_stderr(words: list[str], message: str) -> None:
    assert message in str(cli.main(argv=words))


def test_a_text_from_a_verb_makes_exit_code_1() -> None:
    result = run("pkg", "prefix", "no_such_package")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "Package not found\n")


def test_there_is_no_daemon_and_no_need_for_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert [cli.main(argv=["daemon", verb]) for verb in ("start", "status", "stop")] == [None, None, None]
    assert capsys.readouterr().out.count("The daemon is not running") == 2


def test_a_closed_pipe_is_quiet() -> None:
    command = f"{sys.executable} -m ros2cli.cli interface list | head -1"
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "Messages:\n", "")


def test_the_shell_completes_commands_verbs_and_types() -> None:
    pytest.importorskip("argcomplete")

    def complete(line: str) -> list[str]:
        # As argcomplete's shell function calls the command: completions on file descriptor 8, trouble on 9.
        asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line, "COMP_POINT": str(len(line))}
        command = ["bash", "-c", '"$@" 8>&1 9>&2 1>/dev/null', "-", sys.executable, "-m", "ros2cli.cli"]
        env = {**os.environ, **asked}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env).stdout.split()

    assert complete("ros2 to") == ["topic"]
    assert complete("ros2 topic l") == ["list"]
    assert complete("ros2 interface show std_srvs/srv/T") == ["std_srvs/srv/Trigger"]


def test_run_becomes_the_executable(tmp_path: Path) -> None:
    for folder in ("share/ament_index/resource_index/packages", "lib/robot/scripts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "share/ament_index/resource_index/packages/robot").touch()
    executable = tmp_path / "lib/robot/scripts/say"
    executable.write_text('#!/bin/sh\necho "$@"\nexit 7\n')
    executable.chmod(0o755)
    environment = {"AMENT_PREFIX_PATH": str(tmp_path)}
    result = run("run", "robot", "say", "--ros-args", "-r", "a:=b", environment=environment)
    assert (result.returncode, result.stdout) == (7, "--ros-args -r a:=b\n")
    result = run("run", "--prefix", "echo and then", "robot", "say", "x", environment=environment)
    assert (result.returncode, result.stdout) == (0, f"and then {executable} x\n")
    assert run("pkg", "executables", "robot", environment=environment).stdout == "robot say\n"
