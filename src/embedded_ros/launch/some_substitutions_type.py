"""What every argument that may hold substitutions accepts."""

from collections.abc import Iterable
from typing import TypeAlias

from .substitution import Substitution

SomeSubstitutionsType: TypeAlias = str | Substitution | Iterable[str | Substitution]
SomeSubstitutionsType_types_tuple = (str, Substitution, Iterable)
