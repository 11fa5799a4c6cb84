"""Arguments, scopes, environment, includes, timers: what actions leave behind."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import LaunchContext, LaunchDescription, LaunchService
from launch.actions import (
    AppendEnvironmentVariable,
    DeclareLaunchArgument,
    GroupAction,
    IncludeLaunchDescription,
    OpaqueFunction,
    ResetLaunchConfigurations,
    SetEnvironmentVariable,
    SetLaunchConfiguration,
    TimerAction,
    UnsetLaunchConfiguration,
)
from launch.conditions import IfCondition
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration

Launched = Callable[..., int]


def seen(values: list[dict[str, str]]) -> OpaqueFunction:
    return OpaqueFunction(function=lambda context: values.append(dict(context.launch_configurations)))


def test_an_argument_takes_its_default() -> None:
    context = LaunchContext()
    DeclareLaunchArgument("world", default_value="maze").execute(context)
    assert context.launch_configurations == {"world": "maze"}


def test_a_required_argument_is_missed_by_name() -> None:
    with pytest.raises(RuntimeError, match='Required launch argument "world" was not provided'):
        DeclareLaunchArgument("world").execute(LaunchContext())


def test_an_argument_outside_its_choices_is_refused_with_them() -> None:
    context = LaunchContext()
    context.launch_configurations["target"] = "pink"
    with pytest.raises(RuntimeError, match=r""""pink" is not valid. Valid options are: \['red', 'green'\]"""):
        DeclareLaunchArgument("target", default_value="red", choices=["red", "green"]).execute(context)


def test_a_group_keeps_its_configurations_to_itself(launched: Launched) -> None:
    values: list[dict[str, str]] = []
    inner = GroupAction([seen(values)], launch_configurations={"b": LaunchConfiguration("a")})
    launched(SetLaunchConfiguration("a", "1"), inner, seen(values))
    assert values == [{"a": "1", "b": "1"}, {"a": "1"}]


def test_a_group_may_start_empty(launched: Launched) -> None:
    values: list[dict[str, str]] = []
    inner = GroupAction([seen(values)], forwarding=False, launch_configurations={"b": LaunchConfiguration("a")})
    launched(SetLaunchConfiguration("a", "1"), inner)
    assert values == [{"b": "1"}]


def test_configurations_are_unset_and_reset(launched: Launched) -> None:
    values: list[dict[str, str]] = []
    launched(
        SetLaunchConfiguration("a", "1"),
        SetLaunchConfiguration("b", "2"),
        UnsetLaunchConfiguration("a"),
        seen(values),
        ResetLaunchConfigurations({"c": LaunchConfiguration("b")}),
        seen(values),
    )
    assert values == [{"b": "2"}, {"c": "2"}]


def test_the_environment_is_scoped_too(launched: Launched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOURS", "red")
    values: list[str] = []
    note = OpaqueFunction(function=lambda _: values.append(os.environ["COLOURS"]))
    note_again = OpaqueFunction(function=lambda _: values.append(os.environ["COLOURS"]))
    launched(GroupAction([AppendEnvironmentVariable("COLOURS", "green", prepend=True), note]), note_again)
    assert values == ["green:red", "red"]


def test_an_action_is_left_out_where_its_condition_fails(launched: Launched) -> None:
    values: list[dict[str, str]] = []
    launched(
        SetLaunchConfiguration("gui", "false"),
        SetLaunchConfiguration("shown", "yes", condition=IfCondition(LaunchConfiguration("gui"))),
        seen(values),
    )
    assert values == [{"gui": "false"}]


def launch_file(folder: Path, body: str) -> PythonLaunchDescriptionSource:
    path = folder / "inner.launch.py"
    path.write_text(
        "from launch import LaunchDescription\n"
        "from launch.actions import *\n"
        "from launch.substitutions import *\n"
        f"def generate_launch_description():\n    return LaunchDescription([{body}])\n"
    )
    return PythonLaunchDescriptionSource(str(path))


def test_an_included_file_gets_its_arguments_and_knows_where_it_lies(launched: Launched, tmp_path: Path) -> None:
    values: list[dict[str, str]] = []
    source = launch_file(tmp_path, "DeclareLaunchArgument('world'), SetLaunchConfiguration('dir', ThisLaunchFileDir())")
    include = IncludeLaunchDescription(source, launch_arguments=[("world", "maze")])
    assert launched(include, seen(values)) == 0
    assert values == [{"world": "maze", "dir": str(tmp_path)}]


def test_an_include_without_a_required_argument_fails_by_name(
    launched: Launched, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = launch_file(tmp_path, "DeclareLaunchArgument('world', description='where to drive')")
    assert launched(IncludeLaunchDescription(source)) == 1
    assert "missing required argument 'world' (description: 'where to drive')" in capfd.readouterr().out


def test_arguments_of_included_files_are_known_before_the_launch(tmp_path: Path) -> None:
    source = launch_file(tmp_path, "DeclareLaunchArgument('world', default_value='maze')")
    description = LaunchDescription([IncludeLaunchDescription(source), DeclareLaunchArgument("seed")])
    assert [argument.name for argument in description.get_launch_arguments()] == ["world", "seed"]


def test_a_timer_fires_once_with_the_locals_of_its_start(launched: Launched) -> None:
    fired: list[str] = []
    start = OpaqueFunction(function=lambda context: context.extend_locals({"who": "me"}))
    note = OpaqueFunction(function=lambda context: fired.append(context.locals.who))
    assert launched(start, TimerAction(period=0.01, actions=[note])) == 0
    assert fired == ["me"]


def test_shutdown_cancels_timers() -> None:
    fired: list[int] = []
    service = LaunchService()
    timer = TimerAction(period=3600.0, actions=[OpaqueFunction(function=lambda _: fired.append(1))])
    end = TimerAction(period=0.01, actions=[OpaqueFunction(function=lambda _: service.shutdown(force_sync=True))])
    service.include_launch_description(LaunchDescription([timer, end]))
    assert service.run() == 0
    assert fired == []


def test_an_error_in_an_action_ends_the_launch_with_1(launched: Launched, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(context: LaunchContext) -> None:
        raise ValueError(f"no good: {context.launch_configurations}")

    assert launched(SetEnvironmentVariable("A", "1"), OpaqueFunction(function=fail)) == 1
    assert "Caught exception in launch (see debug for traceback): no good: {}" in capfd.readouterr().out
