"""Launch files in YAML."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launch import LaunchContext
from launch.actions import ExecuteProcess, IncludeLaunchDescription
from launch.frontend import Parser
from launch_yaml.launch_description_sources import YAMLLaunchDescriptionSource

Launched = Callable[..., int]

WHOLE = """
launch:
- arg: {name: robot, default: turtle}
- let: {name: greeting, value: hello $(var robot)}
- executable:
    cmd: sh -c 'echo said $COLOUR'
    output: screen
    env:
    - {name: COLOUR, value: red}
- group:
    scoped: true
    children:
    - let: {name: greeting, value: inner}
    - log: {message: 'in the group: $(var greeting)'}
- log: {message: 'after it: $(var greeting)'}
- timer:
    period: 0.01
    children:
    - log: {message: later}
"""


def parsed(text: str) -> Any:
    """The action of the one element."""
    root, parser = Parser.load(io.StringIO(f"launch:\n- {text}\n"))
    (entity,) = parser.parse_description(root).entities
    return entity


def test_a_whole_file_runs(launched: Launched, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "whole.launch.yaml"
    path.write_text(WHOLE)
    assert launched(IncludeLaunchDescription(str(path), launch_arguments=[("robot", "hare")])) == 0
    out = capfd.readouterr().out
    for line in ("] said red", "in the group: inner", "after it: hello hare", "later"):
        assert line in out


def test_a_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "robot"
    path.write_text("launch: []")
    assert YAMLLaunchDescriptionSource(str(path)).get_launch_description(LaunchContext()).entities == []


def test_values_have_the_types_of_yaml() -> None:
    process = parsed("executable: {cmd: sleep 1, shell: true, respawn: true, respawn_max_retries: 3}")
    assert isinstance(process, ExecuteProcess)
    assert process.shell is True


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("log: {}", AttributeError, "Can not find attribute 'message' in Entity 'log'"),
        ("log: {message: a, mesage: b}", ValueError, r"Unexpected key\(s\) found in `log`: {'mesage'}"),
        ("log: {message: 3}", TypeError, "'message' of Entity 'log' expected to be of type '.*str.*', got 3"),
        ("log: [a]", AttributeError, "Can not find attribute 'message'"),
        ("group: {scoped: true}", ValueError, "Expected entity `group` to have children"),
        ("executable: {cmd: a, env: red}", TypeError, "expected to be a list of dictionaries, got 'red'"),
        ("{a: 1, b: 2}", RuntimeError, "must be mappings with one key"),
    ],
)
def test_a_mistake_is_named(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        parsed(text)
