"""One of two values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from ..utilities.type_utils import perform_typed_substitution
from .substitution_failure import SubstitutionFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("if")
class IfElseSubstitution(Substitution):
    """`if_value` where `condition` is true, else `else_value`; one of the two may be left out (empty)."""

    def __init__(
        self,
        condition: SomeSubstitutionsType,
        if_value: SomeSubstitutionsType = "",
        else_value: SomeSubstitutionsType = "",
    ) -> None:
        if if_value == else_value == "":
            raise RuntimeError("IfElseSubstitution: one of if_value and else_value must be specified")
        self._condition = normalize_to_list_of_substitutions(condition)
        self._if_value = normalize_to_list_of_substitutions(if_value)
        self._else_value = normalize_to_list_of_substitutions(else_value)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(if ...)`."""
        expect_arguments("if", data, 2, 3)
        return cls, dict(zip(("condition", "if_value", "else_value"), data, strict=False))

    @property
    def condition(self) -> list[Substitution]:
        """What decides."""
        return self._condition

    @property
    def if_value(self) -> list[Substitution]:
        """The value if the condition holds."""
        return self._if_value

    @property
    def else_value(self) -> list[Substitution]:
        """The value if it does not."""
        return self._else_value

    def describe(self) -> str:
        """Text for a person."""
        return f"IfElseSubstitution({self._condition}, {self._if_value}, {self._else_value})"

    def perform(self, context: LaunchContext) -> str:
        """The chosen value; only that one is evaluated."""
        try:
            condition = perform_typed_substitution(context, self._condition, bool)
        except (TypeError, ValueError) as error:
            raise SubstitutionFailure(error) from error
        return perform_substitutions(context, self._if_value if condition else self._else_value)
