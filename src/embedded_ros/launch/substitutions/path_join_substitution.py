"""Paths joined."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class PathJoinSubstitution(Substitution):
    """The values of `substitutions`, each one path component or more."""

    def __init__(self, substitutions: Iterable[str | Substitution]) -> None:
        self._substitutions = normalize_to_list_of_substitutions(substitutions)

    @property
    def substitutions(self) -> list[Substitution]:
        """The components."""
        return self._substitutions

    def describe(self) -> str:
        """Text for a person."""
        return f"PathJoin({' + '.join(sub.describe() for sub in self._substitutions)})"

    def perform(self, context: LaunchContext) -> str:
        """The joined path."""
        # os.path, because pathlib would drop a trailing separator that the caller put there.
        return os.path.join(*(sub.perform(context) for sub in self._substitutions))  # noqa: PTH118
