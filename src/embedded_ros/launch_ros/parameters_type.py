"""What node parameters may be given as, and what they become."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution

SomeParameterFile: TypeAlias = SomeSubstitutionsType | PathLike[str]
SomeParameterName: TypeAlias = SomeSubstitutionsType
SomeParameterValue: TypeAlias = Any  # scalar, substitution(s), bytes, ParameterValue, or a sequence of scalars
SomeParametersDict: TypeAlias = Mapping[SomeParameterName, Any]
SomeParameters: TypeAlias = Sequence[Any]  # of files, dicts (nested for groups), Parameter, ParameterFile

ParameterName: TypeAlias = tuple[Substitution, ...]
ParameterValueType: TypeAlias = Any
ParametersDict: TypeAlias = dict[ParameterName, ParameterValueType]
Parameters: TypeAlias = tuple[Any, ...]

EvaluatedParameterValue: TypeAlias = Any  # bool, int, float, str, bytes, or a tuple of one of the first four
EvaluatedParameters: TypeAlias = tuple[Path | dict[str, EvaluatedParameterValue] | Any, ...]
