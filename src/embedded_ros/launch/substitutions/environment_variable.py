"""An environment variable's value."""

from __future__ import annotations

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


@expose_substitution("env")
class EnvironmentVariable(Substitution):
    """The value of `name` in the launch's environment, or `default_value`."""

    def __init__(self, name: SomeSubstitutionsType, *, default_value: SomeSubstitutionsType | None = None) -> None:
        self._name = normalize_to_list_of_substitutions(name)
        self._default_value = None if default_value is None else normalize_to_list_of_substitutions(default_value)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(env ...)`."""
        expect_arguments("env", data, 1, 2)
        return cls, dict(zip(("name", "default_value"), data, strict=False))

    @property
    def name(self) -> list[Substitution]:
        """The variable's name."""
        return self._name

    @property
    def default_value(self) -> list[Substitution] | None:
        """Stands in for a variable that is not set."""
        return self._default_value

    def describe(self) -> str:
        """Text for a person."""
        return f"EnvVar({' + '.join(sub.describe() for sub in self._name)})"

    def perform(self, context: LaunchContext) -> str:
        """The variable's value."""
        name = perform_substitutions(context, self._name)
        if name in context.environment:
            return context.environment[name]
        if self._default_value is None:
            raise SubstitutionFailure(f"environment variable '{name}' does not exist: set it or give a default_value")
        return perform_substitutions(context, self._default_value)
