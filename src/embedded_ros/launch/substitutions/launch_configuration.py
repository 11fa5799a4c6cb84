"""A launch configuration's value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .substitution_failure import SubstitutionFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("var")
class LaunchConfiguration(Substitution):
    """The value of `variable_name`, or `default`; without either, performing raises SubstitutionFailure."""

    def __init__(self, variable_name: SomeSubstitutionsType, *, default: Any | Iterable[Any] | None = None) -> None:
        self._variable_name = normalize_to_list_of_substitutions(variable_name)
        self._default = None if default is None else normalize_to_list_of_substitutions(_as_substitutions(default))

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(var ...)`."""
        expect_arguments("var", data, 1, 2)
        return cls, dict(zip(("variable_name", "default"), data, strict=False))

    @property
    def variable_name(self) -> list[Substitution]:
        """The configuration's name."""
        return self._variable_name

    def describe(self) -> str:
        """Text for a person."""
        return f"LaunchConfig({' + '.join(sub.describe() for sub in self._variable_name)})"

    def perform(self, context: LaunchContext) -> str:
        """The configuration's value."""
        name = perform_substitutions(context, self._variable_name)
        if name in context.launch_configurations:
            return context.launch_configurations[name]
        if self._default is None:
            known = ", ".join(sorted(context.launch_configurations)) or "none"
            raise SubstitutionFailure(
                f"launch configuration '{name}' does not exist: declare the argument or give a default (set: {known})"
            )
        return perform_substitutions(context, self._default)


def _as_substitutions(default: Any) -> SomeSubstitutionsType:
    if isinstance(default, str | Substitution):
        return default
    if isinstance(default, Iterable):
        return [item if isinstance(item, str | Substitution) else str(item) for item in default]
    return str(default)
