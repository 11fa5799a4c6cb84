"""Logic over substitutions; results are 'true' and 'false'."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions
from ..utilities.type_utils import perform_typed_substitution
from .substitution_failure import SubstitutionFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


def _as_bool(context: LaunchContext, subs: list[Substitution]) -> bool:
    try:
        return bool(perform_typed_substitution(context, subs, bool))
    except (TypeError, ValueError) as error:
        raise SubstitutionFailure(error) from error


@expose_substitution("not")
class NotSubstitution(Substitution):
    """The opposite of `value`."""

    def __init__(self, value: SomeSubstitutionsType) -> None:
        self._value = normalize_to_list_of_substitutions(value)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(not ...)`."""
        expect_arguments("not", data, 1)
        return cls, {"value": data[0]}

    @property
    def value(self) -> list[Substitution]:
        """What is negated."""
        return self._value

    def describe(self) -> str:
        """Text for a person."""
        return f"NotSubstitution({self._value})"

    def perform(self, context: LaunchContext) -> str:
        """'true' or 'false'."""
        return str(not _as_bool(context, self._value)).lower()


class _Pair(Substitution):
    """Both sides of a binary operation; both are always evaluated, so that a mistake in either shows."""

    def __init__(self, left: SomeSubstitutionsType, right: SomeSubstitutionsType) -> None:
        self._left = normalize_to_list_of_substitutions(left)
        self._right = normalize_to_list_of_substitutions(right)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(and ...)` or `$(or ...)`."""
        expect_arguments(cls.__name__, data, 2)
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

    def _both(self, context: LaunchContext) -> tuple[bool, bool]:
        return _as_bool(context, self._left), _as_bool(context, self._right)


@expose_substitution("and")
class AndSubstitution(_Pair):
    """True where both sides are."""

    def perform(self, context: LaunchContext) -> str:
        """'true' or 'false'."""
        return str(all(self._both(context))).lower()


@expose_substitution("or")
class OrSubstitution(_Pair):
    """True where one side is."""

    def perform(self, context: LaunchContext) -> str:
        """'true' or 'false'."""
        return str(any(self._both(context))).lower()


class _Many(Substitution):
    def __init__(self, *args: SomeSubstitutionsType) -> None:
        self._args = [normalize_to_list_of_substitutions(arg) for arg in args]

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(any ...)` or `$(all ...)`."""
        return functools.partial(cls, *data), {}

    @property
    def args(self) -> list[list[Substitution]]:
        """What is joined."""
        return self._args

    def describe(self) -> str:
        """Text for a person."""
        return f"{type(self).__name__}({' '.join(str(arg) for arg in self._args)})"

    def _values(self, context: LaunchContext) -> list[bool]:
        return [_as_bool(context, arg) for arg in self._args]


@expose_substitution("any")
class AnySubstitution(_Many):
    """True where one argument is; of no arguments, false."""

    def perform(self, context: LaunchContext) -> str:
        """'true' or 'false'."""
        return str(any(self._values(context))).lower()


@expose_substitution("all")
class AllSubstitution(_Many):
    """True where every argument is; of no arguments, true."""

    def perform(self, context: LaunchContext) -> str:
        """'true' or 'false'."""
        return str(all(self._values(context))).lower()
