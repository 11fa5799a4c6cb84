"""Inequality of two values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frontend.expose import expose_substitution
from .equals_substitution import EqualsSubstitution

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


@expose_substitution("not-equals")
class NotEqualsSubstitution(EqualsSubstitution):
    """'true' where EqualsSubstitution is 'false'."""

    def perform(self, context: LaunchContext) -> str:
        """'true' or 'false'."""
        return str(not self._is_equal(context)).lower()
