"""The parameters that a node has: looking them up, listing and describing them."""

from __future__ import annotations

from typing import Any

from rcl_interfaces.msg import ListParametersResult, ParameterDescriptor

from rclpy.exceptions import ParameterNotDeclaredException, ParameterUninitializedException
from rclpy.parameter import PARAMETER_SEPARATOR_STRING, Parameter

_DEPTH_RECURSIVE = 0


class DeclaredParameters:
    """Part of Node: values and descriptors by name."""

    def __init__(self, allow_undeclared_parameters: bool) -> None:
        self._parameters: dict[str, Parameter] = {}
        self._descriptors: dict[str, ParameterDescriptor] = {}
        self._allow_undeclared_parameters = allow_undeclared_parameters

    def has_parameter(self, name: str) -> bool:
        return name in self._parameters

    def get_parameter_types(self, names: list[str]) -> list[Any]:
        return [self.get_parameter_type(name) for name in _strings(names)]

    def get_parameter_type(self, name: str) -> Any:
        """The type's number, as rclpy gives it; `Parameter.Type.NOT_SET` for an undeclared parameter."""
        if self.has_parameter(name):
            return self._parameters[name].type_.value
        if self._allow_undeclared_parameters:
            return Parameter.Type.NOT_SET
        raise ParameterNotDeclaredException(name)

    def get_parameters(self, names: list[str]) -> list[Parameter]:
        return [self.get_parameter(name) for name in _strings(names)]

    def get_parameter(self, name: str) -> Parameter:
        """Raises ParameterNotDeclaredException, ParameterUninitializedException."""
        if self.has_parameter(name):
            parameter = self._parameters[name]
            if parameter.type_ is Parameter.Type.NOT_SET and not self._descriptors[name].dynamic_typing:
                raise ParameterUninitializedException(name)
            return parameter
        if self._allow_undeclared_parameters:
            return Parameter(name, Parameter.Type.NOT_SET, None)
        raise ParameterNotDeclaredException(name)

    def get_parameter_or(self, name: str, alternative_value: Parameter | None = None) -> Parameter:
        """The parameter, or the alternative where it is not declared or not set."""
        if alternative_value is None:
            alternative_value = Parameter(name, Parameter.Type.NOT_SET)
        parameter = self._parameters.get(name)
        return alternative_value if parameter is None or parameter.type_ is Parameter.Type.NOT_SET else parameter

    def get_parameters_by_prefix(self, prefix: str) -> dict[str, Parameter]:
        """Parameters below `prefix.`, by the rest of their names."""
        start = prefix + PARAMETER_SEPARATOR_STRING if prefix else ""
        return {name[len(start) :]: value for name, value in self._parameters.items() if name.startswith(start)}

    def describe_parameter(self, name: str) -> ParameterDescriptor:
        """Raises ParameterNotDeclaredException."""
        if name in self._descriptors:
            return self._descriptors[name]
        if self._allow_undeclared_parameters:
            return ParameterDescriptor()
        raise ParameterNotDeclaredException(name)

    def describe_parameters(self, names: list[str]) -> list[ParameterDescriptor]:
        return [self.describe_parameter(name) for name in names]

    def list_parameters(self, prefixes: list[str], depth: int) -> ListParametersResult:
        """Names below the prefixes (none: all), not deeper than `depth` separators (0: any)."""
        if not isinstance(prefixes, list):
            raise TypeError("The prefixes argument must be a list")
        if not all(isinstance(prefix, str) for prefix in prefixes):
            raise TypeError("All prefixes must be instances of type str")
        if not isinstance(depth, int):
            raise TypeError("The depth must be instance of type int")
        if depth < 0:
            raise ValueError("The depth must be greater than or equal to zero")
        result = ListParametersResult()
        for name in self._parameters:
            if not _is_listed(name, prefixes, depth):
                continue
            result.names.append(name)
            prefix = name.rpartition(PARAMETER_SEPARATOR_STRING)[0]
            if prefix and prefix not in result.prefixes:
                result.prefixes.append(prefix)
        return result


def _strings(names: list[str]) -> list[str]:
    if not all(isinstance(name, str) for name in names):
        raise TypeError("All names must be instances of type str")
    return names


def _is_listed(name: str, prefixes: list[str], depth: int) -> bool:
    def is_shallow(rest: str) -> bool:
        return depth == _DEPTH_RECURSIVE or rest.count(PARAMETER_SEPARATOR_STRING) < depth

    if not prefixes:
        return is_shallow(name)
    return any(
        name == prefix or (name.startswith(prefix + PARAMETER_SEPARATOR_STRING) and is_shallow(name[len(prefix) + 1 :]))
        for prefix in prefixes
    )
