"""A value is taken in its parameter's type, or refused by name, value and range."""

from __future__ import annotations

import math

import pytest

from twin_node.errors import ParameterError
from twin_node.parameters import Value, Values, number, switch, text, texts

TABLE = (
    number("rate", 2.0, "Hz", 0.5, 60.0, "pictures"),
    number("rays", 360, "", 8, 4096, "rays a scan"),
    number("start.x", math.nan, "m", -10.0, 10.0, "where it starts; NaN: nowhere"),
    text("world", "", "path of a file"),
    switch("noise", True, "sensor noise"),
    texts("route", "names in order"),
)


def test_defaults_hold_where_nothing_is_given() -> None:
    values = Values(TABLE, {})
    assert (values.number("rate"), values.whole("rays"), values.flag("noise")) == (2.0, 360, True)
    assert (values.text("world"), values.texts("route")) == ("", ())
    assert math.isnan(values.number("start.x"))


@pytest.mark.parametrize(
    ("name", "given", "taken"), [("rate", 4, 4.0), ("route", ["hall", "office"], ("hall", "office")), ("rays", 8, 8)]
)
def test_value_is_taken_in_the_parameters_type(name: str, given: object, taken: Value) -> None:
    value = Values(TABLE, {name: given})[name]
    assert (value, type(value)) == (taken, type(taken))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("rate", 99.0, "parameter rate: 99.0 is refused; give a number from 0.5 to 60 Hz"),
        ("rate", math.nan, "parameter rate: nan is refused; give a number from 0.5 to 60 Hz"),
        ("rate", "fast", "parameter rate: 'fast' is refused; give a number from 0.5 to 60 Hz"),
        ("rate", True, "parameter rate: True is refused; give a number from 0.5 to 60 Hz"),
        ("rays", 8.5, "parameter rays: 8.5 is refused; give a whole number from 8 to 4096"),
        ("rays", True, "parameter rays: True is refused; give a whole number from 8 to 4096"),
        ("start.x", math.inf, "parameter start.x: inf is refused; give a number from -10 to 10 m"),
        ("world", 3, "parameter world: 3 is refused; give a text"),
        ("noise", "yes", "parameter noise: 'yes' is refused; give true or false"),
        ("route", [1], "parameter route: [1] is refused; give a list of texts"),
        ("speed", 1.0, "parameter speed: unknown; there are rate, rays, start.x, world, noise, route"),
    ],
)
def test_wrong_value_is_one_sentence(name: str, value: object, sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Values(TABLE, {name: value})
    assert (str(caught.value), caught.value.name, caught.value.recoverable) == (sentence, name, False)


def test_value_of_another_kind_is_a_mistake_of_the_node() -> None:
    with pytest.raises(TypeError, match="parameter rate holds a number, and was asked for a text"):
        Values(TABLE, {}).text("rate")


def test_parameter_tells_of_itself() -> None:
    rate, _, _, world, noise, route = TABLE
    assert rate.text == "pictures (a number from 0.5 to 60 Hz)"
    assert rate.row == "| `rate` | 2.0 | Hz | 0.5 … 60 | pictures |"
    assert world.row == "| `world` |  |  |  | path of a file |"
    assert noise.row == "| `noise` | true |  |  | sensor noise |"
    assert route.row == "| `route` |  |  |  | names in order |"
