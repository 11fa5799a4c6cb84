"""The error of a condition that is neither true nor false."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..substitution import Substitution


class InvalidConditionExpressionError(ValueError):
    """Says what was expected, what came, and from which substitutions."""

    def __init__(
        self, expression: str, unexpanded_expression: Sequence[Substitution], valid_expressions: Sequence[str]
    ) -> None:
        super().__init__(
            f"invalid condition expression, expected one of [{', '.join(valid_expressions)}] but got '{expression}', "
            f"expanded from '{' + '.join(str(sub) for sub in unexpanded_expression)}'"
        )
