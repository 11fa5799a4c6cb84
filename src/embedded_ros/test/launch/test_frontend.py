"""What launch files in all markup languages share."""

import importlib
import importlib.metadata
import io
from typing import Any

import pytest

from launch import Action, LaunchContext, Substitution
from launch.actions import ExecuteProcess
from launch.frontend import (
    Entity,
    InvalidFrontendLaunchFileError,
    Parser,
    expose,
    expose_action,
    expose_substitution,
    type_utils,
)
from launch.frontend.parse_substitution import parse_substitution
from launch.utilities import normalize_to_list_of_substitutions


@pytest.fixture(autouse=True)
def registers_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("action_parse_methods", "substitution_parse_methods"):
        monkeypatch.setattr(expose, name, dict(getattr(expose, name)))


def test_an_exposed_class_can_be_used_in_launch_files() -> None:
    @expose_action("wave")
    class Wave(Action):
        pass

    root, parser = Parser.load(io.StringIO("<launch><wave if='true'/></launch>"))
    (wave,) = parser.parse_description(root).entities
    assert isinstance(wave, Wave)
    assert wave.condition is not None


def test_an_exposed_function_makes_a_substitution() -> None:
    class Shout(Substitution):
        def __init__(self, text: str) -> None:
            self._text = text

        def perform(self, context: LaunchContext) -> str:
            return self._text.upper()

    @expose_substitution("shout")
    def parse_shout(data: Any) -> Any:
        return Shout, {"text": data[0][0].text}

    assert parse_substitution("$(shout hey)")[0].perform(LaunchContext()) == "HEY"


def test_a_name_can_be_taken_once() -> None:
    with pytest.raises(RuntimeError, match=r"same name: \[var\]"):
        expose_substitution("var")(lambda data: data)


@pytest.mark.parametrize(("exposed", "message"), [(3, "is not a callable"), (int, "class method called 'parse'")])
def test_what_can_not_parse_can_not_be_exposed(exposed: Any, message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        expose_action("it")(exposed)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("echo a 'b c'", ["echo", "a", "b c"]),
        ("$(var exe) a", ["<exe>", "a"]),
        ("$(var dir)/bin/exe $(var a) $(var b)", ["<dir>/bin/exe", "<a>", "<b>"]),
        ("$(var a)$(var b) ", ["<a><b>"]),
        ("x:=$(var a)y z", ["x:=<a>y", "z"]),
        ("", []),
    ],
)
def test_a_command_line_is_split_into_words(command: str, words: list[str]) -> None:
    context = LaunchContext()
    context.launch_configurations.update({name: f"<{name}>" for name in ("exe", "dir", "a", "b")})
    parsed = ExecuteProcess._parse_cmdline(command, Parser())
    performed = ["".join(part.perform(context) for part in normalize_to_list_of_substitutions(word)) for word in parsed]
    assert performed == words


def test_a_broken_package_is_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = importlib.metadata.EntryPoint("broken", "no.such.module:Parser", "launch.frontend.parser")
    entry_points = importlib.metadata.EntryPoints([broken])
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda: entry_points)
    monkeypatch.setattr(Parser, "frontend_parsers", None)
    with pytest.warns(UserWarning, match="Failed to load the parser extension: broken"):
        assert list(Parser.get_available_extensions()) == []


def test_the_parser_for_the_name_is_tried_first() -> None:
    assert [parser.__module__ for parser in Parser.get_parsers_from_filename("a.launch.yaml")] == ["launch_yaml.parser"]
    assert Parser.is_filename_valid("a.launch")
    assert not Parser.is_filename_valid("a.launch.py")
    assert {"launch.xml", "launch.yml"} <= Parser.get_file_extensions_from_parsers()


def test_an_unreadable_file_tells_the_errors_of_all_parsers() -> None:
    file = io.StringIO("{{{")
    file.name = "robot.launch.xml"
    with pytest.raises(InvalidFrontendLaunchFileError, match=r"format \[xml\]") as caught:
        Parser.load(file)
    assert "ParseError" in str(caught.value)
    assert "ParserError" in str(caught.value)


def test_types_by_their_names() -> None:
    assert type_utils.get_data_type_from_identifier("list_of_int") == list[int]
    assert type_utils.check_is_list_entity(list[Entity])
    assert not type_utils.check_is_list_entity(list[int])
    with pytest.raises(ValueError, match="invalid type identifier 'number': give one of str, bool"):
        type_utils.get_data_type_from_identifier("number")


@pytest.mark.parametrize(
    ("module", "name"),
    [("launch.frontend.parse_substitution", "get_grammar_path"), ("launch.launch_introspector", "format_entities")],
)
def test_parts_of_the_generated_parser_and_the_printer_are_absent_by_name(module: str, name: str) -> None:
    with pytest.raises(ImportError, match=f"{module}.{name} is not in the embedded underlay"):
        getattr(importlib.import_module(module), name)
