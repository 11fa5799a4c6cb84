"""Parameters: a name, a type and a value."""

from __future__ import annotations

import array
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from rcl_interfaces.msg import Parameter as ParameterMsg
    from rcl_interfaces.msg import ParameterValue

PARAMETER_SEPARATOR_STRING = "."

AllowableParameterValue = Union[
    None,
    bool,
    int,
    float,
    str,
    Sequence[bytes],
    Sequence[bool],
    Sequence[int],
    Sequence[float],
    Sequence[str],
    "array.array[int]",
    "array.array[float]",
]

_SEQUENCES = (list, tuple, array.array)


def _is_list_of(kind: type, *, may_be_array: bool = False) -> Callable[[Any], bool]:
    sequences: Any = _SEQUENCES if may_be_array else (list, tuple)

    def check(value: Any) -> bool:
        return isinstance(value, sequences) and all(isinstance(item, kind) for item in value)

    return check


def _is_byte_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, bytes) and len(item) == 1 for item in value)


class Parameter:
    """Raises ValueError where type and value do not agree; the type defaults to the value's."""

    class Type(Enum):
        """Numbers as in rcl_interfaces/msg/ParameterType."""

        NOT_SET = 0
        BOOL = 1
        INTEGER = 2
        DOUBLE = 3
        STRING = 4
        BYTE_ARRAY = 5
        BOOL_ARRAY = 6
        INTEGER_ARRAY = 7
        DOUBLE_ARRAY = 8
        STRING_ARRAY = 9

        @classmethod
        def from_parameter_value(cls, parameter_value: AllowableParameterValue) -> Parameter.Type:
            """The type of a Python value; an empty list counts as bytes. Raises TypeError."""
            if parameter_value is None:
                return Parameter.Type.NOT_SET
            for kind, type_ in _SCALARS.items():
                if isinstance(parameter_value, kind):
                    return type_
            if not isinstance(parameter_value, _SEQUENCES):
                raise TypeError(f"The given value is not one of the allowed types '{parameter_value}'.")
            for kind, type_ in _LISTS.items():
                if all(isinstance(item, kind) for item in parameter_value):
                    return type_
            raise TypeError(f"The given value is not a list of one of the allowed types '{parameter_value}'.")

        def check(self, parameter_value: AllowableParameterValue) -> bool:
            """True where the value is of this type."""
            return _CHECKS[self](parameter_value)

    @classmethod
    def from_parameter_msg(cls, param_msg: ParameterMsg) -> Parameter:
        type_ = Parameter.Type(value=param_msg.value.type)
        field = _FIELDS.get(type_)
        return cls(param_msg.name, type_, getattr(param_msg.value, field) if field else None)

    def __init__(self, name: str, type_: Parameter.Type | None = None, value: AllowableParameterValue = None) -> None:
        if type_ is None:
            type_ = Parameter.Type.from_parameter_value(value)
        if not isinstance(type_, Parameter.Type):
            raise TypeError(f"type must be an instance of '{Parameter.Type!r}'")
        if not type_.check(value):
            raise ValueError(f"Type '{type_}' and value '{value}' do not agree")
        self._type_ = type_
        self._name = name
        self._value = value

    @property
    def name(self) -> str:
        return self._name

    @property
    def type_(self) -> Parameter.Type:
        return self._type_

    @property
    def value(self) -> Any:
        return self._value

    def get_parameter_value(self) -> ParameterValue:
        """The value as a message."""
        from rcl_interfaces.msg import ParameterValue

        message = ParameterValue(type=self.type_.value)
        field = _FIELDS.get(self.type_)
        if field:
            setattr(message, field, self.value)
        return message

    def to_parameter_msg(self) -> ParameterMsg:
        from rcl_interfaces.msg import Parameter as ParameterMsg

        return ParameterMsg(name=self.name, value=self.get_parameter_value())


# bool before int: a bool is an int for Python.
_SCALARS: dict[type, Parameter.Type] = {
    bool: Parameter.Type.BOOL,
    int: Parameter.Type.INTEGER,
    float: Parameter.Type.DOUBLE,
    str: Parameter.Type.STRING,
}
_LISTS: dict[type, Parameter.Type] = {
    bytes: Parameter.Type.BYTE_ARRAY,
    bool: Parameter.Type.BOOL_ARRAY,
    int: Parameter.Type.INTEGER_ARRAY,
    float: Parameter.Type.DOUBLE_ARRAY,
    str: Parameter.Type.STRING_ARRAY,
}
_CHECKS: dict[Parameter.Type, Callable[[Any], bool]] = {
    Parameter.Type.NOT_SET: lambda value: value is None,
    Parameter.Type.BOOL: lambda value: isinstance(value, bool),
    Parameter.Type.INTEGER: lambda value: isinstance(value, int),
    Parameter.Type.DOUBLE: lambda value: isinstance(value, float),
    Parameter.Type.STRING: lambda value: isinstance(value, str),
    Parameter.Type.BYTE_ARRAY: _is_byte_list,
    Parameter.Type.BOOL_ARRAY: _is_list_of(bool),
    Parameter.Type.INTEGER_ARRAY: _is_list_of(int, may_be_array=True),
    Parameter.Type.DOUBLE_ARRAY: _is_list_of(float, may_be_array=True),
    Parameter.Type.STRING_ARRAY: _is_list_of(str),
}
_FIELDS: dict[Parameter.Type, str] = {
    type_: f"{type_.name.lower()}_value" for type_ in Parameter.Type if type_ is not Parameter.Type.NOT_SET
}


def get_parameter_value(string_value: str) -> ParameterValue:
    """The message for a value in YAML text, as the `ros2 param` command reads it."""
    import yaml

    try:
        value = yaml.safe_load(string_value)
    except yaml.YAMLError:
        value = string_value
    if value is None or not isinstance(value, (bool, int, float, str, list)):
        value = string_value
    try:
        type_ = Parameter.Type.from_parameter_value(value)
    except TypeError:
        type_, value = Parameter.Type.STRING, string_value
    if value == []:
        type_ = Parameter.Type.BOOL_ARRAY
    return Parameter("value", type_, value).get_parameter_value()


def parameter_value_to_python(parameter_value: ParameterValue) -> Any:
    """The Python value of a message; lists for arrays. Raises RuntimeError for an unknown type."""
    try:
        type_ = Parameter.Type(parameter_value.type)
    except ValueError as error:
        raise RuntimeError(f"unexpected parameter type {parameter_value.type}") from error
    if type_ is Parameter.Type.NOT_SET:
        return None
    value = getattr(parameter_value, _FIELDS[type_])
    return list(value) if type_.name.endswith("_ARRAY") else value


def parameter_dict_from_yaml_file(
    parameter_file: str, use_wildcard: bool = False, target_nodes: list[str] | None = None, namespace: str = ""
) -> dict[str, ParameterMsg]:
    """Parameter messages by name from a parameter file.

    `use_wildcard`: also what stands under `/**`. `target_nodes`: of these nodes only. Raises RuntimeError.
    """
    import yaml

    content = yaml.safe_load(Path(parameter_file).read_text(encoding="utf-8"))
    keys = ["/**"] if use_wildcard and "/**" in content else []
    for node in target_nodes or []:
        if node not in content:
            raise RuntimeError(
                f"Param file does not contain parameters for {node},only for nodes: {list(content.keys())} "
            )
    keys += target_nodes or [key for key in content if key != "/**"]
    if not keys:
        raise RuntimeError("Param file does not contain selected parameters")
    values: dict[str, Any] = {}
    for key in keys:
        if not isinstance(content[key], dict) or "ros__parameters" not in content[key]:
            raise RuntimeError(f"YAML file is not a valid ROS parameter file for node {key}")
        values.update(content[key]["ros__parameters"])
    return _unpack_parameter_dict(namespace, values)


def _unpack_parameter_dict(namespace: str, parameter_dict: dict[str, Any]) -> dict[str, ParameterMsg]:
    from rcl_interfaces.msg import Parameter as ParameterMsg

    parameters: dict[str, ParameterMsg] = {}
    for name, value in parameter_dict.items():
        full_name = namespace + name
        if isinstance(value, dict):
            parameters.update(_unpack_parameter_dict(full_name + PARAMETER_SEPARATOR_STRING, value))
        else:
            parameters[full_name] = ParameterMsg(name=full_name, value=get_parameter_value(str(value)))
    return parameters
