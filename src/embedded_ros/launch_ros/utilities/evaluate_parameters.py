"""Evaluation of node parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from launch.launch_context import LaunchContext
from launch.substitution import Substitution
from launch.utilities import ensure_argument_type, perform_substitutions

from ..parameter_descriptions import Parameter, ParameterFile, ParameterValue
from ..parameters_type import EvaluatedParameters, EvaluatedParameterValue, Parameters, ParametersDict

_SCALARS = (bool, int, float, str)


def evaluate_parameter_dict(context: LaunchContext, parameters: ParametersDict) -> dict[str, EvaluatedParameterValue]:
    """Names and values; texts that substitutions made are read by YAML's rules.

    TypeError names a parameter whose value is neither a scalar nor a uniform list.
    """
    if not isinstance(parameters, Mapping):
        raise TypeError(f"expected a dict of parameters, got {parameters!r}")
    evaluated = {}
    for key, value in parameters.items():
        if not isinstance(key, tuple):
            raise TypeError(f"Expecting tuple of substitutions got {key!r}: normalize the parameters first")
        name = perform_substitutions(context, key)
        evaluated[name] = _evaluate_value(context, name, value)
    return evaluated


def _evaluate_value(context: LaunchContext, name: str, value: Any) -> EvaluatedParameterValue:
    if isinstance(value, ParameterValue):
        return value.evaluate(context)
    if not isinstance(value, tuple) or not value:
        ensure_argument_type(value, (*_SCALARS, bytes), f"value of {name}")
        return value
    if isinstance(value[0], Substitution):
        return _read_text(name, perform_substitutions(context, value))
    if isinstance(value[0], Sequence) and not isinstance(value[0], str):
        return _uniform(name, [yaml.safe_load(perform_substitutions(context, item)) for item in value])
    return tuple(type(value[0])(item) for item in value)


def _read_text(name: str, text: str) -> EvaluatedParameterValue:
    way_out = "for a string, wrap it in launch_ros.parameter_descriptions.ParameterValue(value_type=str)"
    try:
        value = yaml.safe_load(text or "''")
    except yaml.YAMLError as error:
        raise TypeError(f"Unable to parse the value of parameter {name} as yaml: {text!r}; {way_out}") from error
    if isinstance(value, (*_SCALARS, bytes)):
        return value
    if isinstance(value, Sequence):
        return _uniform(name, value)
    raise TypeError(
        f"Allowed value types are bool, int, float, str and lists of one of them. Got a {type(value).__name__} "
        f"for parameter {name}: {text!r}; {way_out}"
    )


def _uniform(name: str, values: Sequence[Any]) -> tuple[Any, ...]:
    if not values or type(values[0]) not in _SCALARS or not all(isinstance(item, type(values[0])) for item in values):
        raise TypeError(
            f"Expected a non-empty sequence, with items of uniform type (bool, int, float, str). "
            f"Got inconsistent input for {name!r}: {list(values)}"
        )
    return tuple(values)


def evaluate_parameters(context: LaunchContext, parameters: Parameters) -> EvaluatedParameters:
    """Files as paths, dicts as names and values, of what normalize_parameters() gave."""
    return tuple(_evaluate_element(context, element) for element in parameters)


def _evaluate_element(context: LaunchContext, element: Any) -> Any:
    if isinstance(element, ParameterFile):
        return element.evaluate(context)
    return element if isinstance(element, Parameter) else evaluate_parameter_dict(context, element)
