"""What counts as true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..utilities import perform_substitutions
from .invalid_condition_expression_error import InvalidConditionExpressionError

if TYPE_CHECKING:
    from ..launch_context import LaunchContext
    from ..substitution import Substitution

VALID_TRUE_EXPRESSIONS = ["true", "1"]
VALID_FALSE_EXPRESSIONS = ["false", "0"]


def evaluate_condition_expression(context: LaunchContext, expression: Sequence[Substitution]) -> bool:
    """True for 'true' and '1', false for 'false' and '0', in any case; else InvalidConditionExpressionError."""
    expanded = perform_substitutions(context, expression).strip().lower()
    if expanded in VALID_TRUE_EXPRESSIONS:
        return True
    if expanded in VALID_FALSE_EXPRESSIONS:
        return False
    raise InvalidConditionExpressionError(expanded, expression, VALID_TRUE_EXPRESSIONS + VALID_FALSE_EXPRESSIONS)
