"""What remapping rules may be given as, and what they become."""

from collections.abc import Iterable
from typing import TypeAlias

from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution

SomeRemapRule: TypeAlias = tuple[SomeSubstitutionsType, SomeSubstitutionsType]
SomeRemapRules: TypeAlias = Iterable[SomeRemapRule]
RemapRule: TypeAlias = tuple[tuple[Substitution, ...], tuple[Substitution, ...]]
RemapRules: TypeAlias = Iterable[RemapRule]
