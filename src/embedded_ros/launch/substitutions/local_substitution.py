"""A member of the context's locals."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

from ..substitution import Substitution
from ..utilities import ensure_argument_type

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class LocalSubstitution(Substitution):
    """`expression` is a path below `context.locals`, as in 'event.name' or "arguments['name']"."""

    def __init__(self, expression: str, description: str | None = None) -> None:
        ensure_argument_type(expression, str, "expression", "LocalSubstitution")
        self._expression = expression
        self._description = description

    @property
    def expression(self) -> str:
        """The path."""
        return self._expression

    @property
    def description(self) -> str | None:
        """The path in words."""
        return self._description

    def describe(self) -> str:
        """Text for a person."""
        return f"LocalVar('{self._description or self._expression}')"

    def perform(self, context: LaunchContext) -> str:
        """The member's value."""
        # Formatter walks paths, by attributes and items, without evaluating code; it takes items' names unquoted.
        unquoted = re.sub(r"\[(['\"])(.*?)\1\]", r"[\2]", self._expression)
        value: str
        value, _ = Formatter().get_field(f"locals.{unquoted}", (), {"locals": context.locals})
        return value
