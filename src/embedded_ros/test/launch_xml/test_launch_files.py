"""Launch files in XML."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launch import LaunchContext
from launch.actions import ExecuteProcess, GroupAction, IncludeLaunchDescription, TimerAction
from launch.frontend import Parser
from launch.launch_description_sources import AnyLaunchDescriptionSource
from launch_xml.launch_description_sources import XMLLaunchDescriptionSource

Launched = Callable[..., int]

WHOLE = """
<launch>
  <arg name="robot" default="turtle" description="who goes">
    <choice value="turtle"/>
    <choice value="hare"/>
  </arg>
  <let name="greeting" value="hello $(var robot)"/>
  <set_env name="GREETING" value="$(var greeting)"/>
  <executable cmd="sh -c 'echo said: $GREETING $COLOUR' " output="screen">
    <env name="COLOUR" value="red"/>
  </executable>
  <group scoped="true">
    <let name="greeting" value="inner"/>
    <log message="in the group: $(var greeting)" unless="false"/>
  </group>
  <log message="after it: $(var greeting)"/>
  <log message="never" if="$(equals $(var robot) hare)"/>
  <include file="$(dirname)/inner.launch.xml"><arg name="depth" value="2"/></include>
</launch>
"""
INNER = '<launch><arg name="depth"/><log message="depth $(var depth) in $(filename)"/></launch>'


def parsed(text: str) -> Any:
    """The action of the one element."""
    root, parser = Parser.load(io.StringIO(f"<launch>{text}</launch>"))
    (entity,) = parser.parse_description(root).entities
    return entity


def test_a_whole_file_runs(launched: Launched, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "whole.launch.xml").write_text(WHOLE)
    (tmp_path / "inner.launch.xml").write_text(INNER)
    source = AnyLaunchDescriptionSource(str(tmp_path / "whole.launch.xml"))
    assert launched(IncludeLaunchDescription(source, launch_arguments=[("robot", "turtle")])) == 0
    out = capfd.readouterr().out
    assert "] said: hello turtle red" in out
    assert "in the group: inner" in out
    assert "after it: hello turtle" in out
    assert f"depth 2 in {tmp_path / 'inner.launch.xml'}" in out
    assert "never" not in out


def test_the_arguments_of_a_file_can_be_listed(tmp_path: Path) -> None:
    path = tmp_path / "robot"
    path.write_text(WHOLE)
    description = XMLLaunchDescriptionSource(str(path)).get_launch_description(LaunchContext())
    (robot,) = (argument for argument in description.get_launch_arguments() if argument.name == "robot")
    assert robot.choices == ["turtle", "hare"]
    assert robot.description == "who goes. Valid choices are: ['turtle', 'hare']"


def test_attributes_of_a_process() -> None:
    process = parsed(
        "<executable cmd='sleep 1' cwd='/' name='sleeper' shell='true' emulate_tty='false' respawn='$(var again)'"
        " respawn_delay='0.5' sigterm_timeout='2.5' on_exit='shutdown' launch-prefix='nice'/>"
    )
    assert isinstance(process, ExecuteProcess)
    assert (process.shell, process.emulate_tty) == (True, False)
    assert [part.describe() for part in process.sigterm_timeout] == ["'2.5'"]
    assert [type(entity).__name__ for entity in process.get_sub_entities()] == ["Shutdown"]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("<log/>", AttributeError, "Attribute 'message' .* not found in Entity 'log'"),
        ("<log message='a' mesage='b'/>", ValueError, r"Unexpected attribute\(s\) found in `log`: {'mesage'}"),
        ("<log message='a'><b/></log>", ValueError, r"Unexpected nested tag\(s\) found in `log`: {'b'}"),
        ("<executable cmd='a' respawn_delay='-1'/>", ValueError, "respawn_delay of executable: expected a value >= 0"),
        ("<executable cmd='a' respawn_delay='soon'/>", TypeError, "'soon' can not be converted"),
        ("<executable cmd='a' on_exit='dance'/>", ValueError, "only 'shutdown' is known, got 'dance'"),
        ("<log message='a' if='1' unless='1'/>", RuntimeError, "can't be used simultaneously"),
        ("<nonsense/>", RuntimeError, "Unrecognized entity of the type: nonsense"),
    ],
)
def test_a_mistake_is_named(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        parsed(text)


def test_another_root_is_refused() -> None:
    root, parser = Parser.load(io.StringIO("<robot/>"))
    with pytest.raises(RuntimeError, match="Expected 'launch' as root tag, got 'robot'"):
        parser.parse_description(root)


def test_nested_actions() -> None:
    timer = parsed("<timer period='1.5'><group><log message='a'/></group></timer>")
    assert isinstance(timer, TimerAction)
    assert timer.period == 1.5
    assert isinstance(timer.actions[0], GroupAction)


def test_a_separator_makes_a_list() -> None:
    root, _ = Parser.load(io.StringIO("<launch ports='1;2;3' ports-sep=';'/>"))
    assert root.get_attr("ports", data_type=list[int]) == [1, 2, 3]
    root.assert_entity_completely_parsed()
