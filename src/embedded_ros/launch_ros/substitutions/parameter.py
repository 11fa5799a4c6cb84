"""The value of a scope's parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from launch.frontend.expose import expect_arguments, expose_substitution
from launch.substitution import Substitution
from launch.substitutions import SubstitutionFailure
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from .._scope import scoped_parameters

if TYPE_CHECKING:
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType


@expose_substitution("param")
class Parameter(Substitution):
    """What SetParameter has set; else `default` (items that are no text are written as one), if there is one."""

    def __init__(self, name: SomeSubstitutionsType, *, default: Any | Iterable[Any] | None = None) -> None:
        self._name = normalize_to_list_of_substitutions(name)
        self._default = None if default is None else _as_substitutions(default)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(param ...)`."""
        expect_arguments("param", data, 1, 2)
        return cls, dict(zip(("name", "default"), data, strict=False))

    @property
    def name(self) -> list[Substitution]:
        """The parameter's name."""
        return self._name

    def describe(self) -> str:
        """Text for a person."""
        return f"Parameter(name={' + '.join(sub.describe() for sub in self._name)})"

    def perform(self, context: LaunchContext) -> str:
        """The value as a text; SubstitutionFailure if it is not set and there is no default."""
        name = perform_substitutions(context, self._name)
        for parameter in scoped_parameters(context):
            if isinstance(parameter, tuple) and parameter[0] == name:
                return str(parameter[1])
        if self._default is None:
            raise SubstitutionFailure(f"parameter '{name}' not found: set it with SetParameter, or give a default")
        return perform_substitutions(context, self._default)


def _as_substitutions(default: Any) -> list[Substitution]:
    items = default if isinstance(default, Iterable) and not isinstance(default, str) else [default]
    return normalize_to_list_of_substitutions(
        [item if isinstance(item, str | Substitution) else str(item) for item in items]
    )
