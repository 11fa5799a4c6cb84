"""Parameters as a table: name, default, unit, range, description. No ROS here; `declare.py` tells ROS of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from twin_node.errors import ParameterError

Value = str | bool | int | float | tuple[str, ...]
T = TypeVar("T", bound=Value)

_KINDS: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple: "a list of texts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One row; `low` and `high` bound a number, both ends allowed. NaN as default means "not set"."""

    name: str
    default: Value
    description: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf

    @property
    def wanted(self) -> str:
        """What a value must be, in words."""
        kind = _KINDS[type(self.default)]
        return f"{kind} from {self.low:g} to {self.high:g} {self.unit}".rstrip() if self.range else kind

    @property
    def range(self) -> str:
        """Both ends, as a table shows them; empty where every value of the kind is allowed."""
        return f"{self.low:g} … {self.high:g}" if math.isfinite(self.low) else ""

    @property
    def text(self) -> str:
        """For `ros2 param describe`."""
        return f"{self.description} ({self.wanted})"

    @property
    def row(self) -> str:
        """The row of the parameter tables in the packages' READMEs."""
        default = " ".join(self.default) if isinstance(self.default, tuple) else str(self.default)
        default = default.lower() if isinstance(self.default, bool) else default
        return f"| `{self.name}` | {default} | {self.unit} | {self.range} | {self.description} |"

    def checked(self, value: object) -> Value:
        """The value in the default's type: YAML's `2` is a number too. Raises ParameterError."""
        typed: object = value
        if type(self.default) is float and type(value) is int:
            typed = float(value)
        elif isinstance(self.default, tuple) and isinstance(value, list | tuple):
            typed = tuple(value)
        if type(typed) is type(self.default) and self._allows(typed):
            return typed
        raise ParameterError(self.name, f"{value!r} is refused; give {self.wanted}")

    def _allows(self, value: object) -> bool:
        if isinstance(value, tuple):
            return all(isinstance(item, str) for item in value)
        if not isinstance(value, int | float):
            return True
        is_unset = math.isnan(value) and isinstance(self.default, float) and math.isnan(self.default)
        return is_unset or self.low <= value <= self.high


def number(  # noqa: PLR0917  (a row reads best without six keywords)
    name: str, default: float, unit: str, low: float, high: float, description: str
) -> Parameter:
    """A row with a number; a whole one where the default is an int."""
    return Parameter(name=name, default=default, unit=unit, low=low, high=high, description=description)


def text(name: str, default: str, description: str) -> Parameter:
    """A row with a text."""
    return Parameter(name=name, default=default, description=description)


def texts(name: str, description: str) -> Parameter:
    """A row with a list of texts; empty by default, which rclpy can only be told as one empty text."""
    return Parameter(name=name, default=("",), description=description)


def switch(name: str, default: bool, description: str) -> Parameter:
    """A row with true or false."""
    return Parameter(name=name, default=default, description=description)


class Values:
    """All values of a table, checked; asked for by name and kind. Raises ParameterError for one that is wrong."""

    def __init__(self, parameters: Iterable[Parameter], given: Mapping[str, object]) -> None:
        """`given`: the values by name; one that is missing has its default."""
        known = {parameter.name: parameter for parameter in parameters}
        for name in given:
            if name not in known:
                raise ParameterError(name, f"unknown; there are {', '.join(known)}")
        self._values = {name: known[name].checked(given.get(name, known[name].default)) for name in known}

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def text(self, name: str) -> str:
        """A text's value."""
        return self._as(str, name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list's texts, without empty ones."""
        return tuple(item for item in self._as(tuple, name) if item)

    def flag(self, name: str) -> bool:
        """A switch's value."""
        return self._as(bool, name)

    def whole(self, name: str) -> int:
        """A whole number's value."""
        return self._as(int, name)

    def number(self, name: str) -> float:
        """A number's value."""
        return self._as(float, name)

    def _as(self, kind: type[T], name: str) -> T:
        value = self._values[name]
        if not isinstance(value, kind):
            raise TypeError(f"parameter {name} holds {_KINDS[type(value)]}, and was asked for {_KINDS[kind]}")
        return value
