"""An executable's path."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .substitution_failure import SubstitutionFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("find-exec")
class FindExecutable(Substitution):
    """Where `name` lies on the PATH."""

    def __init__(self, *, name: SomeSubstitutionsType) -> None:
        self._name = normalize_to_list_of_substitutions(name)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(find-exec ...)`."""
        expect_arguments("find-exec", data, 1, error=AttributeError)
        return cls, {"name": data[0]}

    @property
    def name(self) -> list[Substitution]:
        """The executable's name."""
        return self._name

    def describe(self) -> str:
        """Text for a person."""
        return f"FindExec({' + '.join(sub.describe() for sub in self._name)})"

    def perform(self, context: LaunchContext) -> str:
        """The path; SubstitutionFailure if there is none."""
        name = perform_substitutions(context, self._name)
        path = shutil.which(name)
        if path is None:
            raise SubstitutionFailure(f"executable '{name}' not found on the PATH: install it or extend PATH")
        return path
