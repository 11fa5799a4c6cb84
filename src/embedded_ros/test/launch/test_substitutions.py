"""Substitutions: what each gives, and what it says when it can't."""

from pathlib import Path

import pytest

from launch import LaunchContext
from launch.substitution import Substitution
from launch.substitutions import (
    AllSubstitution,
    AndSubstitution,
    AnonName,
    AnySubstitution,
    Command,
    EnvironmentVariable,
    EqualsSubstitution,
    FileContent,
    FindExecutable,
    IfElseSubstitution,
    LaunchConfiguration,
    LocalSubstitution,
    NotEqualsSubstitution,
    NotSubstitution,
    OrSubstitution,
    PathJoinSubstitution,
    PythonExpression,
    SubstitutionFailure,
    TextSubstitution,
    ThisLaunchFile,
    ThisLaunchFileDir,
)
from launch.utilities.type_utils import normalize_typed_substitution, perform_typed_substitution


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> LaunchContext:
    monkeypatch.setenv("COLOUR", "red")
    context = LaunchContext()
    context.launch_configurations["world"] = "maze"
    context.launch_configurations["gui"] = "true"
    return context


@pytest.mark.parametrize(
    ("substitution", "value"),
    [
        (TextSubstitution(text="a"), "a"),
        (LaunchConfiguration("world"), "maze"),
        (LaunchConfiguration("seed", default="7"), "7"),
        (LaunchConfiguration("seed", default=7), "7"),
        (LaunchConfiguration(["wor", "ld"]), "maze"),
        (EnvironmentVariable("COLOUR"), "red"),
        (EnvironmentVariable("NOT_SET", default_value="blue"), "blue"),
        (PathJoinSubstitution(["config", LaunchConfiguration("world")]), "config/maze"),
        (PythonExpression(["'", LaunchConfiguration("world"), "' == 'maze'"]), "True"),
        (PythonExpression("floor(2.5)"), "2"),
        (EqualsSubstitution(LaunchConfiguration("world"), "maze"), "true"),
        (EqualsSubstitution("1", True), "true"),
        (EqualsSubstitution("0.1", 0.1 + 1e-17), "true"),
        (EqualsSubstitution(None, ""), "true"),
        (NotEqualsSubstitution("maze", "warehouse"), "true"),
        (IfElseSubstitution(LaunchConfiguration("gui"), "shown", "hidden"), "shown"),
        (IfElseSubstitution("false", if_value="shown"), ""),
        (NotSubstitution(LaunchConfiguration("gui")), "false"),
        (AndSubstitution("true", "false"), "false"),
        (OrSubstitution("true", "false"), "true"),
        (AnySubstitution(), "false"),
        (AllSubstitution("1", "true", LaunchConfiguration("gui")), "true"),
        (Command("printf 'a b'"), "a b"),
        (Command("sh -c 'printf out; printf err >&2'", on_stderr="capture"), "outerr"),
    ],
    ids=lambda value: value.describe() if isinstance(value, Substitution) else None,
)
def test_value(context: LaunchContext, substitution: Substitution, value: str) -> None:
    assert substitution.perform(context) == value


@pytest.mark.parametrize(
    ("substitution", "message"),
    [
        (LaunchConfiguration("seed"), "launch configuration 'seed' does not exist"),
        (EnvironmentVariable("NOT_SET"), "environment variable 'NOT_SET' does not exist"),
        (FindExecutable(name="no-such-program"), "executable 'no-such-program' not found on the PATH"),
        (FileContent("/no/such/file"), "File not found: /no/such/file"),
        (Command("false"), "executed command failed. Command: false"),
        (Command("no-such-program"), "file not found"),
        (Command("sh -c 'echo oops >&2'"), "oops"),
        (NotSubstitution("perhaps"), "perhaps"),
        (IfElseSubstitution("perhaps", "a", "b"), "perhaps"),
        (ThisLaunchFile(), "ThisLaunchFile used outside of a launch file"),
        (ThisLaunchFileDir(), "ThisLaunchFileDir used outside of a launch file"),
    ],
    ids=lambda value: value.describe() if isinstance(value, Substitution) else None,
)
def test_failure_names_the_thing(context: LaunchContext, substitution: Substitution, message: str) -> None:
    with pytest.raises(SubstitutionFailure, match=message):
        substitution.perform(context)


def test_an_anonymous_name_stays_the_same_within_a_launch(context: LaunchContext) -> None:
    first = AnonName("talker").perform(context)
    assert first == AnonName("talker").perform(context)
    assert first.startswith("talker_")
    assert first != AnonName("talker").perform(LaunchContext())


@pytest.mark.parametrize("path", ["event.text", "events['first'].text", 'events["first"].text'])
def test_locals_are_read_by_path(context: LaunchContext, path: str) -> None:
    event = TextSubstitution(text="hello")
    context.extend_locals({"event": event, "events": {"first": event}})
    assert LocalSubstitution(path).perform(context) == "hello"


def test_file_content_is_read(context: LaunchContext, tmp_path: Path) -> None:
    (tmp_path / "robot.urdf").write_text("<robot/>")
    assert FileContent(str(tmp_path / "robot.urdf")).perform(context) == "<robot/>"


@pytest.mark.parametrize(
    ("given", "kind", "value"),
    [
        (5, int, 5),
        (TextSubstitution(text="5"), int, 5),
        (TextSubstitution(text="1"), bool, True),
        ([TextSubstitution(text="[1, 2]")], list[int], [1, 2]),
        ([[TextSubstitution(text="1.5")], 2.0], list[float], [1.5, 2.0]),
        (TextSubstitution(text="yes"), None, True),
        (TextSubstitution(text="maze"), None, "maze"),
    ],
)
def test_typed_value(context: LaunchContext, given: object, kind: object, value: object) -> None:
    normalized = normalize_typed_substitution(given, kind)  # type: ignore[arg-type]
    assert perform_typed_substitution(context, normalized, kind) == value


@pytest.mark.parametrize(("given", "kind"), [("5", int), ([1, "a"], None), ([1], int), (object(), None)])
def test_a_value_that_can_never_have_the_type_is_refused(given: object, kind: object) -> None:
    with pytest.raises(TypeError):
        normalize_typed_substitution(given, kind)  # type: ignore[arg-type]
