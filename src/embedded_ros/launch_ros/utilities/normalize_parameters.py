"""One shape for node parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from launch.some_substitutions_type import SomeSubstitutionsType_types_tuple
from launch.substitution import Substitution
from launch.substitutions import TextSubstitution
from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions

from ..parameter_descriptions import Parameter, ParameterFile
from ..parameter_descriptions import ParameterValue as ParameterValueDescription
from ..parameters_type import Parameters, ParametersDict, ParameterValue, SomeParameters, SomeParametersDict


def normalize_parameter_dict(
    parameters: SomeParametersDict, *, _prefix: Sequence[Substitution] | None = None
) -> ParametersDict:
    """Names as tuples of substitutions, groups flattened with '.'; values as they are, or as substitutions.

    A list of numbers becomes one type; a list that holds substitutions beside texts becomes one text (for a list of
    texts out of substitutions, put each into a list of its own).
    """
    if not isinstance(parameters, Mapping):
        raise TypeError(f"expected a dict of parameters, got {parameters!r}")
    normalized: ParametersDict = {}
    for key, value in parameters.items():
        name = normalize_to_list_of_substitutions(key)
        if _prefix:
            name = [*_prefix, TextSubstitution(text="."), *name]
        if isinstance(value, Mapping):
            normalized.update(normalize_parameter_dict(value, _prefix=name))
        else:
            normalized[tuple(name)] = _normalize_value(value)
    return normalized


def _normalize_value(value: Any) -> ParameterValue:
    if isinstance(value, ParameterValueDescription | float | bool | int | bytes):
        return value
    if isinstance(value, str):  # quoted where YAML would read something else than a text
        return (TextSubstitution(text=yaml.dump(value)),)
    if isinstance(value, Substitution):
        return (value,)
    if isinstance(value, Sequence):
        return _normalize_sequence(value)
    raise TypeError(f"Unexpected type for parameter value {value!r}: give a scalar, a substitution, or a list of them")


def _normalize_sequence(value: Sequence[Any]) -> tuple[Any, ...]:
    for item in value:
        ensure_argument_type(item, (float, int, str, bool, *SomeSubstitutionsType_types_tuple), "subvalue")
    kinds = {Substitution if isinstance(item, Substitution) else type(item) for item in value}
    if kinds in ({int}, {bool}):
        return tuple(value)
    if kinds and kinds <= {int, float}:
        return tuple(float(item) for item in value)
    if Substitution in kinds and kinds <= {Substitution, str}:
        return tuple(normalize_to_list_of_substitutions(value))
    texts = (yaml.dump(item) if isinstance(item, float | int | bool | str) else item for item in value)
    return tuple(normalize_to_list_of_substitutions(text) for text in texts)


def normalize_parameters(parameters: SomeParameters) -> Parameters:
    """Each element as a ParameterFile, a Parameter or a normalized dict."""
    if isinstance(parameters, str) or not isinstance(parameters, Sequence):
        raise TypeError(f"Expecting list of parameters, got {parameters!r}")
    return tuple(_normalize_element(element) for element in parameters)


def _normalize_element(element: Any) -> Parameter | ParameterFile | ParametersDict:
    if isinstance(element, Mapping):
        return normalize_parameter_dict(element)
    if isinstance(element, Parameter | ParameterFile):
        return element
    return ParameterFile(element)
