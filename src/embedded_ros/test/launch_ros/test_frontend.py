"""Elements of launch files about ROS nodes, in XML and in YAML."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from launch import LaunchContext, LaunchDescription, LaunchService
from launch.frontend import Parser
from launch.utilities import perform_substitutions
from launch_ros.actions import ComposableNodeContainer, LoadComposableNodes, ROSTimer, SetUseSimTime
from launch_ros.descriptions import ComposableNode
from launch_ros.utilities import evaluate_parameters

SAID = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n"

XML = """
<launch>
  <push_ros_namespace namespace="robot1"/>
  <set_parameter name="seed" value="$(var seed)"/>
  <set_parameters_from_file filename="$(find-pkg-share robot)/common.yaml"/>
  <set_remap from="/tf" to="tf"/>
  <node pkg="robot" exec="say" name="arm" namespace="left" exec_name="talker" output="screen"
        args="-v $(param seed)" ros_args="--log-level info">
    <param name="rate" value="5"/>
    <param name="arm">
      <param name="gains" value="1., 2." value-sep=", "/>
      <param name="id" value="007" type="str"/>
    </param>
    <param from="$(find-pkg-share robot)/own.yaml" allow_substs="true"/>
    <remap from="a" to="$(var seed)_b"/>
  </node>
</launch>
"""
YAML = """
launch:
- push_ros_namespace: {namespace: robot1}
- set_parameter: {name: seed, value: $(var seed)}
- set_parameters_from_file: {filename: $(find-pkg-share robot)/common.yaml}
- set_remap: {from: /tf, to: tf}
- node:
    pkg: robot
    exec: say
    name: arm
    namespace: left
    exec_name: talker
    output: screen
    args: -v $(param seed)
    ros_args: --log-level info
    param:
    - {name: rate, value: 5}
    - {name: arm, param: [{name: gains, value: [1., 2.]}, {name: id, value: '007', type: str}]}
    - {from: $(find-pkg-share robot)/own.yaml, allow_substs: true}
    remap: [{from: a, to: $(var seed)_b}]
"""
CONTAINER = """
<launch>
  <node_container pkg="rclcpp_components" exec="component_container" name="box" namespace="">
    <composable_node pkg="robot" plugin="robot::Arm" name="arm" namespace="left" unless="false">
      <param name="rate" value="5"/>
      <remap from="a" to="b"/>
      <extra_arg name="use_intra_process_comms" value="true"/>
    </composable_node>
  </node_container>
  <load_composable_node target="box">
    <composable_node pkg="robot" plugin="robot::Leg" name="leg"/>
  </load_composable_node>
</launch>
"""


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prefix with the package `robot`, whose executable `say` prints its arguments."""
    for folder in ("share/ament_index/resource_index/packages", "share/robot", "lib/robot"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "share/ament_index/resource_index/packages/robot").touch()
    (tmp_path / "share/robot/common.yaml").write_text("{}")
    (tmp_path / "share/robot/own.yaml").write_text("/**: {ros__parameters: {seed: $(var seed)}}")
    (tmp_path / "lib/robot/say").write_text(SAID)
    (tmp_path / "lib/robot/say").chmod(0o755)
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(log_dir: Path) -> Callable[[str], LaunchContext]:
    """Runs a launch file's text, with the configuration `seed`."""

    def run_text(text: str) -> LaunchContext:
        service = LaunchService(noninteractive=True)
        service.context.launch_configurations["seed"] = "3"
        service.include_launch_description(parsed(text))
        assert service.run() == 0
        return service.context

    return run_text


def parsed(text: str) -> LaunchDescription:
    root, parser = Parser.load(io.StringIO(text))
    return parser.parse_description(root)


def performed(substitutions: Any) -> str:
    return perform_substitutions(LaunchContext(), substitutions)


@pytest.mark.parametrize("text", [XML, YAML], ids=["xml", "yaml"])
def test_a_node_is_started_as_described(
    run: Callable[[str], LaunchContext], prefix: Path, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    run(text)
    marker = "[talker-"
    words = [line.split("] ", 1)[1] for line in capfd.readouterr().out.splitlines() if line.startswith(marker)]
    files = [word for word in words if word.endswith(".yaml")]
    assert [word for word in words if word not in files] == [
        *("-v", "3", "--ros-args", "--log-level", "info"),
        *("--ros-args", "-r", "__node:=arm", "-r", "__ns:=/robot1/left", "-p", "seed:=3"),
        *("--params-file",) * 4,
        *("-r", "/tf:=tf", "-r", "a:=3_b"),
    ]
    assert files[0] == str(prefix / "share/robot/common.yaml")
    assert [yaml.full_load(Path(file).read_text()) for file in files[1:3]] == [
        {"/robot1/left/arm": {"ros__parameters": {"rate": 5}}},
        {"/robot1/left/arm": {"ros__parameters": {"arm.gains": [1.0, 2.0], "arm.id": "007"}}},
    ]


def test_a_container_and_its_nodes_are_described() -> None:
    container, load = parsed(CONTAINER).entities
    assert isinstance(container, ComposableNodeContainer)
    assert isinstance(load, LoadComposableNodes)
    (arm,) = container._ComposableNodeContainer__composable_node_descriptions  # type: ignore[attr-defined]
    assert isinstance(arm, ComposableNode)
    assert performed(arm.node_plugin) == "robot::Arm"
    assert performed(arm.node_namespace) == "left"
    assert evaluate_parameters(LaunchContext(), arm.parameters or ()) == ({"rate": 5},)
    assert evaluate_parameters(LaunchContext(), arm.extra_arguments or ()) == ({"use_intra_process_comms": True},)
    assert [tuple(map(performed, rule)) for rule in arm.remappings or ()] == [("a", "b")]
    assert arm.condition() is not None


@pytest.mark.parametrize(
    ("text", "action_class"),
    [
        ('<ros_timer period="0.5"><log message="late"/></ros_timer>', ROSTimer),
        ('<set_use_sim_time value="$(var seed)"/>', SetUseSimTime),
        ('<set_use_sim_time value="true"/>', SetUseSimTime),
    ],
)
def test_actions_about_time_are_described(text: str, action_class: type) -> None:
    (action,) = parsed(f"<launch>{text}</launch>").entities
    assert type(action) is action_class


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ("<param/>", "name or from"),
        ('<param name="a" from="b"/>', "mutually exclusive"),
        ('<param name="a"/>', "either a value attribute or nested params"),
        ('<param name="a" value="1"><param name="b" value="2"/></param>', "value attributes are mutually exclusive"),
        ('<param name="a" type="int"><param name="b" value="2"/></param>', "type attributes are mutually exclusive"),
        ('<param name="a" value="1" allow_substs="true"/>', "only be used together with 'from'"),
        ('<param name="a" value="1" typ="int"/>', "typ"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(param: str, message: str) -> None:
    with pytest.raises((RuntimeError, ValueError), match=message):
        parsed(f'<launch><node exec="say">{param}</node></launch>')


@pytest.mark.parametrize("text", ["$(find-pkg-share)", "$(find-pkg-prefix a b)", "$(exec-in-pkg a)"])
def test_substitutions_count_their_arguments(text: str) -> None:
    with pytest.raises(AttributeError, match="argument"):
        parsed(f'<launch><log message="{text}"/></launch>')


def test_executables_are_found(prefix: Path) -> None:
    (action,) = parsed('<launch><log message="$(exec-in-pkg say robot)"/></launch>').entities
    assert performed(action.msg) == str(prefix / "lib/robot/say")  # type: ignore[attr-defined]
