"""The command line that a Node action makes."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

import rclpy
from ament_index_python.packages import PackageNotFoundError
from launch import LaunchContext
from launch.actions import ExecuteProcess, GroupAction
from launch.launch_description_entity import LaunchDescriptionEntity
from launch.substitutions import LaunchConfiguration, SubstitutionFailure
from launch_ros.actions import (
    Node,
    PushRosNamespace,
    SetParameter,
    SetParametersFromFile,
    SetRemap,
    SetROSLogDir,
    node_action_extension,
)
from launch_ros.actions.node import NodeActionExtension
from launch_ros.parameter_descriptions import Parameter, ParameterFile, ParameterValue
from launch_ros.substitutions import ExecutableInPackage, FindPackageShare
from launch_ros.substitutions import Parameter as ParameterSubstitution
from launch_ros.utilities.plugin_support import PluginException, satisfies_version
from rclpy.context import Context

Launched = Callable[..., int]

ECHO = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n"


@pytest.fixture(autouse=True)
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prefix with the package `robot`, whose executable `echo_arguments` prints its arguments."""
    for folder in ("share/ament_index/resource_index/packages", "share/robot", "lib/robot"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "share/ament_index/resource_index/packages/robot").touch()
    executable = tmp_path / "lib/robot/echo_arguments"
    executable.write_text(ECHO)
    executable.chmod(0o755)
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    return tmp_path


def node(**kwargs: Any) -> Node:
    return Node(package="robot", executable="echo_arguments", cached_output=True, **kwargs)


def arguments(launched: Launched, action: Node, *before: LaunchDescriptionEntity) -> list[str]:
    assert launched(*before, action) == 0
    return action.get_stdout().splitlines()


def params_files(words: list[str]) -> list[dict[str, Any]]:
    """The contents of the parameter files on the command line."""
    files = [words[index + 1] for index, word in enumerate(words) if word == "--params-file"]
    return [yaml.full_load(Path(file).read_text()) for file in files]


def test_arguments_come_in_the_order_that_rcl_reads(launched: Launched) -> None:
    action = node(
        name="arm", namespace="left", arguments=["-v"], ros_arguments=["--log-level", "debug"], remappings=[("a", "b")]
    )
    assert arguments(launched, action) == [
        *("-v", "--ros-args", "--log-level", "debug"),
        *("--ros-args", "-r", "__node:=arm", "-r", "__ns:=/left", "-r", "a:=b"),
    ]
    assert action.node_name == "/left/arm"


def test_without_a_name_the_executable_chooses(launched: Launched) -> None:
    action = node()
    assert arguments(launched, action) == ["--ros-args"]
    assert not action.is_node_name_fully_specified()


def test_a_dict_of_parameters_becomes_a_file_for_this_node(launched: Launched) -> None:
    action = node(
        name="arm",
        namespace="/",
        parameters=[
            {"rate": 5, "gains": [1, 2.5], "label": "007", "nested": {"on": True}},
            {"seed": ParameterValue(LaunchConfiguration("seed", default="3"), value_type=int)},
        ],
    )
    assert params_files(arguments(launched, action)) == [
        {"/arm": {"ros__parameters": {"rate": 5, "gains": (1.0, 2.5), "label": "007", "nested.on": True}}},
        {"/arm": {"ros__parameters": {"seed": 3}}},
    ]


def test_substituted_values_follow_the_rules_of_yaml(launched: Launched) -> None:
    action = node(
        parameters=[
            {
                "number": LaunchConfiguration("x", default="3"),
                "text": ParameterValue(LaunchConfiguration("x", default="3"), value_type=str),
                "names": [[LaunchConfiguration("x", default="a")], "b"],
            }
        ]
    )
    assert params_files(arguments(launched, action)) == [
        {"/**": {"ros__parameters": {"number": 3, "text": "3", "names": ("a", "b")}}}
    ]


def test_files_are_passed_as_they_are(launched: Launched, tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text("arm: {ros__parameters: {rate: 1}}")
    words = arguments(launched, node(parameters=[str(file), ParameterFile(file), Parameter("rate", 2)]))
    assert words == ["--ros-args", *("--params-file", str(file)) * 2, "-p", "rate:=2"]


def test_a_scope_gives_namespace_parameters_and_remappings(launched: Launched, tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text("{}")
    inside, outside = node(name="arm"), node(name="leg")
    scope = GroupAction(
        [
            PushRosNamespace("robot1"),
            SetParameter("use_sim_time", True),
            SetParametersFromFile(str(file)),
            SetRemap("/tf", "tf"),
            inside,
        ]
    )
    assert arguments(launched, outside, scope) == ["--ros-args", "-r", "__node:=leg"]
    assert inside.get_stdout().splitlines() == [
        *("--ros-args", "-r", "__node:=arm", "-r", "__ns:=/robot1", "-p", "use_sim_time:=true"),
        *("--params-file", str(file), "-r", "/tf:=tf"),
    ]


def test_nodes_of_one_name_are_warned_about(launched: Launched, capfd: pytest.CaptureFixture[str]) -> None:
    launched(node(name="arm", namespace="/"), node(name="arm", namespace="/"))
    assert "there are now at least 2 nodes with the name /arm" in capfd.readouterr().out


def test_an_invalid_name_ends_the_launch(launched: Launched, capfd: pytest.CaptureFixture[str]) -> None:
    assert launched(node(name="not valid")) == 1
    assert "not valid" in capfd.readouterr().out


def test_a_missing_executable_lists_those_that_are_there() -> None:
    with pytest.raises(SubstitutionFailure, match="it has echo_arguments"):
        ExecutableInPackage(package="robot", executable="gripper").perform(LaunchContext())


def test_a_missing_package_is_named() -> None:
    with pytest.raises(PackageNotFoundError, match="no_robot"):
        FindPackageShare("no_robot").perform(LaunchContext())


def test_share_of_a_package(prefix: Path) -> None:
    assert FindPackageShare("robot").perform(LaunchContext()) == str(prefix / "share" / "robot")


@pytest.mark.parametrize("value", [{"a": object()}, {"a": [1, "b", object()]}, "file.yaml"])
def test_parameters_of_another_shape_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        node(parameters=[value] if isinstance(value, dict) else value)


@pytest.mark.usefixtures("own_router")
def test_what_the_launch_writes_is_read_by_nodes(launched: Launched) -> None:
    words = arguments(launched, node(name="arm", namespace="/", parameters=[{"gains": [1, 2.5], "names": ["a"]}]))
    with Context() as context:
        started = rclpy.create_node(
            "arm", context=context, cli_args=words, automatically_declare_parameters_from_overrides=True
        )
        values = {name: started.get_parameter(name).value for name in ("gains", "names")}
        started.destroy_node()
    assert values == {"gains": [1.0, 2.5], "names": ["a"]}


class Greeter(NodeActionExtension):
    """Adds a word to every node's command, and a suffix to its name."""

    def prepare_for_execute(self, context: Any, ros_specific_arguments: Any, node_action: Node) -> Any:
        return [["hello"]], {**ros_specific_arguments, "name": ros_specific_arguments["name"] + "_of_" + str(self.NAME)}


def test_an_extension_changes_the_command(launched: Launched, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = SimpleNamespace(name="broken", load=lambda: int("?"))
    found = (SimpleNamespace(name="greeter", load=lambda: Greeter), broken)
    monkeypatch.setattr(node_action_extension, "_entry_points", lambda: found)
    assert arguments(launched, node(name="arm")) == ["--ros-args", "-r", "__node:=arm_of_greeter", "hello"]


@pytest.mark.parametrize(("version", "is_accepted"), [("0.1", True), ("0.1.7", True), ("0.0.9", False), ("0.2", False)])
def test_an_extension_point_takes_what_its_range_allows(version: str, is_accepted: bool) -> None:
    with nullcontext() if is_accepted else pytest.raises(PluginException, match=version):
        satisfies_version(version, "^0.1")


def test_a_relative_log_folder_lies_in_the_one_before(launched: Launched, log_dir: Path) -> None:
    action = ExecuteProcess(cmd=["sh", "-c", "echo $ROS_LOG_DIR"], cached_output=True)
    assert launched(SetROSLogDir("inner"), action) == 0
    assert action.get_stdout().strip() == str(log_dir / "inner")


def test_a_scopes_parameter_can_be_substituted(launched: Launched) -> None:
    action = node(arguments=[ParameterSubstitution("rate"), ParameterSubstitution("gain", default=[1, ".", 5])])
    assert arguments(launched, action, SetParameter("rate", 10))[:2] == ["10", "1.5"]


def test_a_parameter_that_nobody_has_set_ends_the_launch(launched: Launched, capfd: pytest.CaptureFixture[str]) -> None:
    assert launched(node(arguments=[ParameterSubstitution("rate")])) == 1
    assert "parameter 'rate' not found" in capfd.readouterr().out
