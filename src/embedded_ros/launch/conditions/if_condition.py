"""Holds where an expression is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..condition import Condition
from ..utilities import normalize_to_list_of_substitutions
from .evaluate_condition_expression_impl import evaluate_condition_expression

if TYPE_CHECKING:
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


class IfCondition(Condition):
    """Holds where `predicate_expression` gives 'true' or '1'; any other text but 'false' and '0' is an error."""

    def __init__(self, predicate_expression: SomeSubstitutionsType) -> None:
        self._predicate_expression = normalize_to_list_of_substitutions(predicate_expression)
        super().__init__(predicate=self._holds)

    def describe(self) -> str:
        """Text for a person."""
        return f"IfCondition({' + '.join(sub.describe() for sub in self._predicate_expression)})"

    def _holds(self, context: LaunchContext) -> bool:
        return evaluate_condition_expression(context, self._predicate_expression)
