"""What node parameters may be given as, and what they become."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from launch.some_substitutions_type import SomeSubstitutionsType, SomeSubstitutionsType_types_tuple
from launch.substitution import Substitution

from .parameter_descriptions import Parameter as ParameterDescription
from .parameter_descriptions import ParameterFile
from .parameter_descriptions import ParameterValue as ParameterValueDescription

SomeParameterFile: TypeAlias = SomeSubstitutionsType | PathLike[str] | ParameterFile
SomeParameterName: TypeAlias = SomeSubstitutionsType
SomeParameterValue: TypeAlias = ParameterValueDescription | Any  # or substitution(s), a scalar, bytes, scalars
SomeParameterValue_types_tuple = (*SomeSubstitutionsType_types_tuple, str, int, float, bool, bytes)
SomeParametersDict: TypeAlias = Mapping[SomeParameterName, Any]
SomeParameters: TypeAlias = Sequence[Any]  # of files, dicts (nested for groups), Parameter, ParameterFile

ParameterName: TypeAlias = tuple[Substitution, ...]
ParameterValue: TypeAlias = ParameterValueDescription | Any  # or a scalar, bytes, a tuple of scalars or substitutions
ParametersDict: TypeAlias = dict[ParameterName, ParameterValue]
Parameters: TypeAlias = tuple[ParameterFile | ParametersDict | ParameterDescription, ...]

EvaluatedParameterValue: TypeAlias = Any  # bool, int, float, str, bytes, or a tuple of one of the first four
EvaluatedParameters: TypeAlias = tuple[Path | dict[str, EvaluatedParameterValue] | Any, ...]
