"""Rules that a parameter's descriptor sets: type, range, step, read-only."""

from __future__ import annotations

import math
from typing import Any

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, ParameterValue

from rclpy.parameter import Parameter, parameter_value_to_python

REL_TOL = 1e-6
"""Relative tolerance with which floating-point values meet bounds and steps."""

WRONG_TYPE = "Wrong parameter type"


def fix_type(name: str, value: Any, descriptor: ParameterDescriptor) -> Any:
    """Put the type that a declaration's second element gives into the descriptor; gives the default value.

    Raises ValueError where a static type is needed and none is given.
    """
    if isinstance(value, Parameter.Type):
        if value is Parameter.Type.NOT_SET:
            raise ValueError(f"Cannot declare parameter {{{name}}} as statically typed of type NOT_SET")
        if descriptor.dynamic_typing:
            raise ValueError(
                f"When declaring parameter {{{name}}} passing a descriptor with "
                "`dynamic_typing=True` is not allowed when the parameter type is provided"
            )
        descriptor.type = value.value
        return None
    if isinstance(value, ParameterValue):
        value = parameter_value_to_python(value)
    if not descriptor.dynamic_typing:
        descriptor.type = Parameter.Type.from_parameter_value(value).value
        if descriptor.type == Parameter.Type.NOT_SET.value:
            raise ValueError(
                f"Cannot declare a statically typed parameter with default value of type PARAMETER_NOT_SET: {name}"
            )
    return value


def refuse(parameter: Parameter, descriptor: ParameterDescriptor, *, is_set: bool, is_declaring: bool) -> str:
    """Why the descriptor does not allow the value; '' where it does. Completes the descriptor's name and type."""
    descriptor.name = parameter.name
    if descriptor.read_only and not is_declaring:
        return f"Trying to set a read-only parameter: {parameter.name}."
    if descriptor.dynamic_typing:
        descriptor.type = parameter.type_.value
    elif is_set and parameter.type_ is Parameter.Type.NOT_SET:
        return "Static parameter cannot be undeclared"
    elif parameter.type_ is not Parameter.Type.NOT_SET and parameter.type_.value != descriptor.type:
        return f"{WRONG_TYPE}, expected '{Parameter.Type(descriptor.type)}' got '{parameter.type_}'"
    if parameter.type_ is Parameter.Type.INTEGER and descriptor.integer_range:
        return _refuse_integer(parameter, descriptor.integer_range[0])
    if parameter.type_ is Parameter.Type.DOUBLE and descriptor.floating_point_range:
        return _refuse_float(parameter, descriptor.floating_point_range[0])
    return ""


def _refuse_integer(parameter: Parameter, bounds: IntegerRange) -> str:
    low, high = sorted((bounds.from_value, bounds.to_value))
    value = parameter.value
    if value in (low, high):
        return ""
    if not low < value < high:
        return f"Parameter {parameter.name} out of range. Min: {low}, Max: {high}, value: {value}"
    if bounds.step and (value - low) % bounds.step:
        return (
            f"The parameter value for {parameter.name} is not a valid step. "
            f"Min: {low}, max: {high}, value: {value}, step: {bounds.step}"
        )
    return ""


def _refuse_float(parameter: Parameter, bounds: FloatingPointRange) -> str:
    low, high = sorted((bounds.from_value, bounds.to_value))
    value = parameter.value
    if math.isclose(value, low, rel_tol=REL_TOL) or math.isclose(value, high, rel_tol=REL_TOL):
        return ""
    if not low < value < high:
        return f"Parameter {parameter.name} out of range Min: {low}, Max: {high}, value: {value}"
    if bounds.step:
        nearest = low + round((value - low) / bounds.step) * bounds.step
        if not math.isclose(nearest, value, rel_tol=REL_TOL):
            return (
                f"The parameter value for {parameter.name} is not close enough to a valid step. "
                f"Min: {low}, max: {high}, value: {value}, step: {bounds.step}"
            )
    return ""
