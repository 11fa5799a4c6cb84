"""Values that may be given directly or as substitutions, and their coercion by YAML's rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, get_args, get_origin

import yaml

from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from .ensure_argument_type_impl import ensure_argument_type
from .normalize_to_list_of_substitutions_impl import normalize_to_list_of_substitutions
from .perform_substitutions_impl import perform_substitutions

if TYPE_CHECKING:
    from ..launch_context import LaunchContext

ScalarValueType: TypeAlias = int | float | bool | str
ListValueType: TypeAlias = list[int] | list[float] | list[bool] | list[str]
AllowedValueType: TypeAlias = ScalarValueType | ListValueType
AllowedTypesType: TypeAlias = Any  # int, float, bool, str, or typing.List / list of one of them
SomeValueType: TypeAlias = SomeSubstitutionsType | ScalarValueType | Iterable[Any]
NormalizedValueType: TypeAlias = ScalarValueType | list[Any]
SequenceValueType: TypeAlias = ListValueType
ScalarTypesType: TypeAlias = type[ScalarValueType]
ListTypesType: TypeAlias = type[ListValueType]
SomeScalarType: TypeAlias = SomeSubstitutionsType | ScalarValueType
SomeSequenceType: TypeAlias = Iterable[Any]
NormalizedScalarType: TypeAlias = ScalarValueType | list[Substitution]
NormalizedSequenceType: TypeAlias = list[Any]
# The same where a text may stand for any of them.
StrSomeScalarType: TypeAlias = SomeScalarType
StrSomeSequenceType: TypeAlias = SomeSequenceType
StrSomeValueType: TypeAlias = SomeValueType

ScalarTypesTuple = (int, float, bool, str)
ListTypesTuple = (list[int], list[float], list[bool], list[str])
AllowedTypesTuple = (*ScalarTypesTuple, *ListTypesTuple)


def is_typing_list(data_type: AllowedTypesType) -> bool:
    """Whether `data_type` is `List`, `list[...]` or `List[...]`."""
    origin: object = get_origin(data_type)
    return origin is list


def is_valid_scalar_type(data_type: AllowedTypesType) -> bool:
    """Whether `data_type` is int, float, bool or str."""
    return data_type in ScalarTypesTuple


def extract_type(data_type: AllowedTypesType) -> tuple[type, bool]:
    """Scalar type of `data_type`, and whether it is a list of it; ValueError if it is neither."""
    arguments = get_args(data_type) if is_typing_list(data_type) else ()
    scalar = arguments[0] if arguments else data_type
    if not is_valid_scalar_type(scalar):
        raise ValueError(f"Unrecognized data type: {data_type}; give int, float, bool, str, or a List of one")
    return scalar, bool(arguments)


def is_instance_of_valid_type(value: object, *, can_be_str: bool = False) -> bool:
    """Whether `value` is a scalar or a uniform list of scalars (with strings between them if `can_be_str`)."""
    if not isinstance(value, list):
        return isinstance(value, ScalarTypesTuple)
    member = next((type(item) for item in value if type(item) is not str), str)
    if member not in ScalarTypesTuple:
        return False
    return all(isinstance(item, (member, str) if can_be_str else member) for item in value)


def is_instance_of(value: object, data_type: AllowedTypesType | None = None, *, can_be_str: bool = False) -> bool:
    """Whether `value` is a `data_type`; without one, whether it is any allowed value."""
    if data_type is None:
        return is_instance_of_valid_type(value, can_be_str=can_be_str)
    scalar, is_list = extract_type(data_type)
    wanted = (scalar, str) if can_be_str else (scalar,)
    if is_list:
        return isinstance(value, list) and all(isinstance(item, wanted) for item in value)
    return isinstance(value, wanted)


def coerce_to_type(value: str, data_type: AllowedTypesType | None = None, *, can_be_str: bool = False) -> Any:
    """`value` read as `data_type`, or, without one, as YAML has it; ValueError if it can't be."""
    ensure_argument_type(value, str, "value", "coerce_to_type")
    if data_type is None:
        return _from_yaml(value, f"Failed to convert '{value}' using yaml rules", can_be_str=can_be_str)
    scalar, is_list = extract_type(data_type)
    if is_list:
        return _list_from_yaml(value, scalar, can_be_str=can_be_str)
    if scalar is str:
        return value
    if scalar is bool:
        return _bool_from_yaml(value, can_be_str=can_be_str)
    try:
        return scalar(value)
    except ValueError:
        if can_be_str:
            return value
        raise


def _list_from_yaml(value: str, scalar: type, *, can_be_str: bool) -> Any:
    wanted = (scalar, str) if can_be_str else (scalar,)
    message = f"Cannot convert value '{value}' to a list of '{' or '.join(kind.__name__ for kind in wanted)}'"
    output = _from_yaml(value, message, can_be_str=can_be_str)
    if not isinstance(output, list) or not all(isinstance(item, wanted) for item in output):
        raise ValueError(f"{message}: got {output!r}")
    return output


def _bool_from_yaml(value: str, *, can_be_str: bool) -> Any:
    value = {"1": "true", "0": "false"}.get(value, value)
    output = _from_yaml(value, f"Failed to convert '{value}' to 'bool'", can_be_str=can_be_str)
    if not isinstance(output, (bool, str) if can_be_str else bool):
        raise ValueError(f"Cannot convert value '{value}' to 'bool': give true or false")  # noqa: TRY004
    return output


def _from_yaml(value: str, message: str, *, can_be_str: bool) -> Any:
    if not value:
        return value
    try:
        output = yaml.safe_load(value)
    except yaml.YAMLError as error:
        if can_be_str:
            return value
        raise ValueError(f"{message}: {error}") from error
    if not is_instance_of_valid_type(output, can_be_str=can_be_str):
        raise ValueError(f"{message}: a {type(output).__name__} is not allowed")
    return output


def coerce_list(value: list[str], data_type: AllowedTypesType | None = None, *, can_be_str: bool = False) -> list[Any]:
    """Each item of `value` coerced; ValueError if the result is not uniform."""
    ensure_argument_type(value, list, "value", "coerce_list")
    output = [coerce_to_type(item, data_type, can_be_str=can_be_str) for item in value]
    if not is_instance_of_valid_type(output, can_be_str=can_be_str):
        raise ValueError(f"cannot convert value to {data_type}: {value} is not uniform")
    return output


def get_typed_value(value: str | list[str], data_type: AllowedTypesType | None, *, can_be_str: bool = False) -> Any:
    """Text or a list of texts, coerced to `data_type`; TypeError for a list where a scalar is wanted."""
    if not isinstance(value, list):
        return coerce_to_type(value, data_type, can_be_str=can_be_str)
    if data_type is None:
        return coerce_list(value, can_be_str=can_be_str)
    scalar, is_list = extract_type(data_type)
    if not is_list:
        raise TypeError(f"Cannot convert input '{value}' of type '{type(value)}' to '{scalar}'")
    return coerce_list(value, scalar, can_be_str=can_be_str)


def is_substitution(x: object) -> bool:
    """Whether `x` is a substitution, or texts and substitutions to be joined (at least one of the latter)."""
    if isinstance(x, Substitution):
        return True
    if isinstance(x, str) or not isinstance(x, Iterable):
        return False
    items = list(x)
    return all(isinstance(item, Substitution | str) for item in items) and any(
        isinstance(item, Substitution) for item in items
    )


def normalize_typed_substitution(value: SomeValueType, data_type: AllowedTypesType | None) -> NormalizedValueType:
    """A scalar as it is, a substitution as a list of substitutions, or a list of those.

    TypeError if performing it could never give a `data_type` (None: any allowed type).
    """
    if isinstance(value, ScalarTypesTuple):
        if not is_instance_of(value, data_type):
            raise TypeError(f"value='{value}' is not an instance of {data_type}")
        return value
    if is_substitution(value):
        return normalize_to_list_of_substitutions(value)
    if not isinstance(value, Iterable):
        raise TypeError(f"value={value!r} of {type(value)}: give a scalar, a substitution, or a list of them")
    return _normalize_list(list(value), data_type)


def _normalize_list(value: list[Any], data_type: AllowedTypesType | None) -> list[Any]:
    wanted: type | None = None
    if data_type is not None:
        wanted, is_list = extract_type(data_type)
        if not is_list:
            raise TypeError(f"value='{value}' is a list, but a scalar '{data_type}' is required")
    found = {_kind_of_item(item, value) for item in value} - {Substitution}
    uniform = ((str, {str}), (bool, {bool}), (int, {int}), (float, {int, float}))
    scalar = next((scalar for scalar, accepted in uniform if found <= accepted), None)
    if scalar is None:
        raise TypeError(f"value='{value}' mixes types; give a list of one type")
    if found and wanted not in (None, scalar) and not (wanted is float and scalar is int):
        raise TypeError(f"Got a list of '{scalar}', expected a list of '{wanted}'. value='{value}'")
    as_float = bool(found) and (wanted is float or scalar is float)
    return [_normalize_item(item, as_float=as_float) for item in value]


def _kind_of_item(item: object, value: list[Any]) -> type:
    if isinstance(item, ScalarTypesTuple):
        return type(item)
    if is_substitution(item):
        return Substitution
    raise TypeError(f"value='{value}': item {item!r} is neither a scalar nor a substitution")


def _normalize_item(item: Any, *, as_float: bool) -> Any:
    if isinstance(item, ScalarTypesTuple):
        return float(item) if as_float else item
    return normalize_to_list_of_substitutions(item)


def is_normalized_substitution(x: object) -> bool:
    """Whether `x` is a list of substitutions only."""
    return isinstance(x, list) and bool(x) and all(isinstance(item, Substitution) for item in x)


def perform_typed_substitution(
    context: LaunchContext, value: NormalizedValueType, data_type: AllowedTypesType | None
) -> Any:
    """The value of what `normalize_typed_substitution` gave; TypeError or ValueError if it is no `data_type`."""
    if isinstance(value, ScalarTypesTuple):
        if data_type is not None and not is_instance_of(value, data_type):
            raise TypeError(f"value=`{value}` is a scalar and not an instance of `{data_type}`")
        return value
    if is_normalized_substitution(value):
        return coerce_to_type(perform_substitutions(context, value), data_type)
    if not isinstance(value, list):
        raise TypeError(f"value={value!r} is not normalized: call normalize_typed_substitution() first")
    scalar: type | None = None
    if data_type is not None:
        scalar, is_list = extract_type(data_type)
        if not is_list:
            raise ValueError(f"value='{value}' is a list, expected a scalar '{scalar}'")
    output = [
        coerce_to_type(perform_substitutions(context, item), scalar) if is_normalized_substitution(item) else item
        for item in value
    ]
    if not is_instance_of(output, data_type):
        raise ValueError(f"value='{value}' gives {output}, expected a uniform list of {scalar or 'scalars'}")
    return output
