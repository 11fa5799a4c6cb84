"""Substitutions in texts."""

import pytest

from launch import LaunchContext
from launch.frontend.parse_substitution import parse_if_substitutions, parse_substitution
from launch.substitutions import LaunchConfiguration, TextSubstitution
from launch.utilities import perform_substitutions


def described(text: str) -> list[str]:
    return [part.describe() for part in parse_substitution(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["''"]),
        ("plain text", ["'plain text'"]),
        ("'quoted' \"twice\"", ["''quoted' \"twice\"'"]),
        ("5 $ and $HOME", ["'5 $ and $HOME'"]),
        ("$(var a)", ["LaunchConfig('a')"]),
        ("a_$(var b)_c$(var d)", ["'a_'", "LaunchConfig('b')", "'_c'", "LaunchConfig('d')"]),
        (r"\$(var a)", ["'$(var a)'"]),
        (r"$(var a\(b\) ) )".replace(" ) )", ")"), ["LaunchConfig('a(b)')"]),
        ("$(var $(var a)_b)", ["LaunchConfig(LaunchConfig('a') + '_b')"]),
        ("$(var 'a b')", ["LaunchConfig('a b')"]),
        ('$(var "it\'s $(var a)")', ["LaunchConfig('it's ' + LaunchConfig('a'))"]),
        (r"$(var 'it\'s')", ["LaunchConfig('it's')"]),
        ("$(dirname)/x", ["ThisLaunchFileDir()", "'/x'"]),
        ("a) (b", ["'a) (b'"]),
    ],
)
def test_parts_of_a_text(text: str, parts: list[str]) -> None:
    assert described(text) == parts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$(var a", r"expected '\)' at character 7, found its end"),
        ("$(var  a)", "expected an argument at character 6, found ' '"),
        ("$( var a)", "expected the name of a substitution at character 2, found ' '"),
        ("$(var 'a)", "expected ''' at character 9, found its end"),
        ("$(var a'b)", r"expected '\)' at character 7, found '''"),
        ("$(var a(b))", r"expected '\)' at character 7, found '\('"),
    ],
)
def test_a_malformed_text_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_substitution(text)


def test_an_unknown_substitution_is_refused_by_name() -> None:
    with pytest.raises(RuntimeError, match="Unknown substitution: nonsense"):
        parse_substitution("$(nonsense)")


@pytest.mark.parametrize(
    ("text", "error"),
    [("$(var)", TypeError), ("$(var a b c)", TypeError), ("$(dirname x)", TypeError), ("$(find-exec)", AttributeError)],
)
def test_wrong_numbers_of_arguments_are_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"substitution expects \d( or \d)? argument"):
        parse_substitution(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$(var robot)", "turtle"),
        ("$(var missing default)", "default"),
        ("$(env NO_SUCH_VARIABLE '')", ""),
        ("$(eval '1 + 2')", "3"),
        ("$(eval 'sys.maxsize > 0' 'sys')", "True"),
        ("$(if $(var yes) a b)", "a"),
        ("$(not $(var yes))", "false"),
        ("$(and true $(var yes))", "true"),
        ("$(or false $(not $(var yes)))", "false"),
        ("$(any false false true)", "true"),
        ("$(all true false)", "false"),
        ("$(equals $(var robot) turtle)", "true"),
        ("$(not-equals 1 1.0)", "false"),
        ("$(command 'echo hello' ignore)", "hello\n"),
    ],
)
def test_value(text: str, value: str) -> None:
    context = LaunchContext()
    context.launch_configurations.update(robot="turtle", yes="true")
    assert perform_substitutions(context, parse_substitution(text)) == value


def test_what_holds_no_substitution_stays_as_it_is() -> None:
    assert [parse_if_substitutions(value) for value in ("a", 1, 2.5, [1, 2])] == ["a", 1, 2.5, [1, 2]]
    mixed = parse_if_substitutions(["$(var a)", "b"])
    assert isinstance(mixed, list)
    assert isinstance(mixed[0][0], LaunchConfiguration)
    assert mixed[1] == "b"


def test_a_list_of_several_types_is_refused() -> None:
    with pytest.raises(ValueError, match="non-uniform list"):
        parse_if_substitutions(["$(var a)", 1, 2.5])


def test_texts_between_substitutions_are_plain() -> None:
    parts = parse_substitution(r"a\\b")
    assert [part.text for part in parts if isinstance(part, TextSubstitution)] == [r"a\b"]
