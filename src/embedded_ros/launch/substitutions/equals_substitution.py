"""Equality of two values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from ..utilities.type_utils import is_substitution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("equals")
class EqualsSubstitution(Substitution):
    """'true' where both sides have the same value: as booleans, as numbers (to rounding), or as text."""

    def __init__(self, left: Any | None, right: Any | None) -> None:
        self._left = normalize_to_list_of_substitutions(_side(left))
        self._right = normalize_to_list_of_substitutions(_side(right))

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(equals ...)`."""
        expect_arguments("equals", data, 2)
        return cls, {"left": data[0], "right": data[1]}

    @property
    def left(self) -> list[Substitution]:
        """The left side."""
        return self._left

    @property
    def right(self) -> list[Substitution]:
        """The right side."""
        return self._right

    def describe(self) -> str:
        """Text for a person."""
        return f"{type(self).__name__}({self._left} {self._right})"

    def perform(self, context: LaunchContext) -> str:
        """'true' or 'false'."""
        return str(self._is_equal(context)).lower()

    def _is_equal(self, context: LaunchContext) -> bool:
        left, right = (perform_substitutions(context, side) for side in (self._left, self._right))
        booleans = [_boolean(text) for text in (left, right)]
        if None not in booleans:
            return booleans[0] == booleans[1]
        numbers = [_number(text) for text in (left, right)]
        if numbers[0] is not None and numbers[1] is not None:
            return math.isclose(numbers[0], numbers[1])
        return left == right


def _side(value: Any | None) -> Any:
    if value is None:
        return ""
    if is_substitution(value):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
