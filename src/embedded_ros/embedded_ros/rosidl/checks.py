"""What may be assigned to a field, by type. A check returns what is to be stored, or raises AssertionError.

Texts and rules follow Jazzy's generated setters with their checks on; beyond them, one-dimensional NumPy arrays and
bytes are taken for primitive sequences, converted in bulk.
"""

from __future__ import annotations

import array
import math
from collections import UserList, UserString
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedded_ros.rosidl.model import FLOAT32_MAX, INTEGER_RANGES, basic, nestable
from rosidl_parser.definition import (
    AbstractGenericString,
    AbstractNestableType,
    AbstractNestedType,
    AbstractType,
    Array,
    BasicType,
    BoundedSequence,
)

Check: TypeAlias = Callable[[object], object]

TYPECODES: Final = {
    "float": "f",
    "double": "d",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
}
"""`array.array` type codes (and NumPy's type characters) of primitives whose arrays are stored packed."""

_PYTHON_NAMES: Final = {"boolean": "bool", "octet": "bytes", "char": "str"}

_FLOAT32_BOUND: Final = 3.402823466e38
"""rosidl's, a little less than the largest float32; that one is let through, because people use it as a mark."""


def packed_typecode(type_: AbstractType) -> str | None:
    """The type code of the packed array that holds such a field, None where a list does."""
    if isinstance(type_, AbstractNestedType) and isinstance(type_.value_type, BasicType):
        return TYPECODES.get(type_.value_type.typename)
    return None


def conversion(type_: AbstractType) -> Check:
    """How a field stores what is assigned with its checks off: packed where others are packed, else as it is."""
    code = packed_typecode(type_)
    if code is None:
        return lambda value: value
    if isinstance(type_, Array):
        return partial(np.array, dtype=np.dtype(code))
    return lambda value: array.array(code, value)  # type: ignore[call-overload]  # raises what is wrong


def field_check(name: str, type_: AbstractType, nested: type | None) -> Check:
    """The check of one field. `nested` is the class where the (element) type is an interface."""
    if not isinstance(type_, AbstractNestedType):
        return _single(name, nestable(type_), nested)
    item = _single(name, type_.value_type, nested)
    code = packed_typecode(type_)
    if code is None:
        return _listed(name, type_, item, _describe(type_.value_type, nested))
    if isinstance(type_, Array):
        return _packed_array(name, type_, item, code)
    return _packed_sequence(name, type_, item, code)


def exact_type(type_: AbstractType, nested: type | None) -> type | None:
    """The class whose instances need no further check, None where there is none."""
    if isinstance(type_, AbstractNestedType):
        return None
    if isinstance(type_, BasicType):
        return {"boolean": bool, "double": float}.get(type_.typename)
    if isinstance(type_, AbstractGenericString):
        return None if type_.has_maximum_size() else str
    return nested


def _fail(name: str, requirement: str, value: object) -> NoReturn:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    raise AssertionError(f"The '{name}' field must be {requirement}; got {shown} ({type(value).__name__})")


def _describe(type_: AbstractNestableType, nested: type | None) -> str:
    if nested is not None:
        return nested.__name__
    if isinstance(type_, AbstractGenericString):
        return "str"
    typename = basic(type_).typename
    return _PYTHON_NAMES.get(typename, "int" if typename in INTEGER_RANGES else "float")


def _single(name: str, type_: AbstractNestableType, nested: type | None) -> Check:
    if nested is not None:
        return _instance(name, nested, f"a sub message of type '{nested.__name__}'")
    if isinstance(type_, AbstractGenericString):
        return _string(name, getattr(type_, "maximum_size", None))
    typename = basic(type_).typename
    if typename in INTEGER_RANGES:
        return _integer(name, typename)
    return _OTHERS[typename](name)


def _instance(name: str, wanted: type, requirement: str) -> Check:
    def check(value: object) -> object:
        return value if isinstance(value, wanted) else _fail(name, requirement, value)

    return check


def _string(name: str, bound: int | None) -> Check:
    if bound is None:
        return _instance(name, str, "of type 'str'")

    def check(value: object) -> object:
        if not isinstance(value, str) or len(value) > bound:
            _fail(name, f"string value not longer than {bound}", value)
        return value

    return check


def _integer(name: str, typename: str) -> Check:
    low, high = INTEGER_RANGES[typename]
    sign = "an unsigned integer" if low == 0 else "an integer"

    def check(value: object) -> object:
        if not isinstance(value, int):
            _fail(name, "of type 'int'", value)
        return value if low <= value <= high else _fail(name, f"{sign} in [{low}, {high}]", value)

    return check


def _float32(name: str) -> Check:
    def check(value: object) -> object:
        if not isinstance(value, float):
            _fail(name, "of type 'float'", value)
        if abs(value) > _FLOAT32_BOUND and not math.isinf(value) and abs(value) != FLOAT32_MAX:
            _fail(name, f"a float in [{-_FLOAT32_BOUND}, {_FLOAT32_BOUND}]", value)
        return value

    return check


def _octet(name: str) -> Check:
    def check(value: object) -> object:
        if not isinstance(value, (bytes, bytearray)) or len(value) != 1:
            _fail(name, "of type 'bytes' with length 1", value)
        return bytes(value)

    return check


def _char(name: str) -> Check:
    def check(value: object) -> object:
        if not isinstance(value, (str, UserString)) or len(value) != 1 or ord(str(value)) > 127:
            _fail(name, "of type 'str' or 'UserString' with length 1 and the character ord() in [-128, 127]", value)
        return value

    return check


_OTHERS: Final[dict[str, Callable[[str], Check]]] = {
    "boolean": lambda name: _instance(name, bool, "of type 'bool'"),
    "octet": _octet,
    "char": _char,
    "float": _float32,
    "double": lambda name: _instance(name, float, "of type 'float'"),
}


def _length_rule(type_: AbstractNestedType) -> tuple[int, int | None, str]:
    if isinstance(type_, Array):
        return type_.size, type_.size, f"with length {type_.size} "
    if isinstance(type_, BoundedSequence):
        return 0, type_.maximum_size, f"with length <= {type_.maximum_size} "
    return 0, None, ""


_COLLECTIONS: Final = (Sequence, AbstractSet, UserList, array.array, np.ndarray)


def _collection(name: str, type_: AbstractNestedType, described: str) -> Callable[[object], Collection[object]]:
    low, high, rule = _length_rule(type_)
    requirement = f"a set or sequence {rule}and each value of type '{described}'"

    def check(value: object) -> Collection[object]:
        if isinstance(value, (str, UserString)) or not isinstance(value, _COLLECTIONS):
            _fail(name, requirement, value)
        if len(value) < low or (high is not None and len(value) > high):
            _fail(name, f"{requirement}, not of length {len(value)}", value)
        return value

    return check


def _listed(name: str, type_: AbstractNestedType, item: Check, described: str) -> Check:
    collection = _collection(name, type_, described)

    def check(value: object) -> object:
        for element in collection(value):
            item(element)
        return value if isinstance(value, list) else list(collection(value))

    return check


def _packed_sequence(name: str, type_: AbstractNestedType, item: Check, code: str) -> Check:
    collection = _collection(name, type_, "float" if code in "fd" else "int")

    def check(value: object) -> object:
        values = collection(value)
        if isinstance(values, array.array):
            if values.typecode != code:
                _fail(name, f"an array.array() with the type code of '{code}'", value)
            return values
        if isinstance(values, np.ndarray):
            return array.array(code, _cast(name, values, code).tobytes())
        return _pack(values, item, code)

    return check


def _packed_array(name: str, type_: Array, item: Check, code: str) -> Check:
    collection = _collection(name, type_, "float" if code in "fd" else "int")
    dtype = np.dtype(code)

    def check(value: object) -> object:
        if isinstance(value, np.ndarray):
            if value.size != type_.size:
                _fail(name, f"a numpy.ndarray() of size {type_.size}", value)
            return value if value.dtype == dtype and value.ndim == 1 else _cast(name, value.reshape(-1), code)
        return np.array(_pack(collection(value), item, code), dtype=dtype)

    return check


def _pack(values: Collection[Any], item: Check, code: str) -> array.array[Any]:
    """The numbers, converted in bulk; whole ones are taken for floats. `item` tells what is wrong with one."""
    if code == "B" and isinstance(values, (bytes, bytearray, memoryview)):
        return array.array(code, bytes(values))
    # From bytes and other buffers, array.array() would take the memory, not the values.
    numbers = list(values) if isinstance(values, (bytes, bytearray, memoryview, array.array)) else values
    try:
        packed = array.array(code, numbers)
    except (TypeError, OverflowError):
        return array.array(code, [item(number) for number in numbers])  # raises for that number
    if code == "f" and packed and not (min(packed) > -_FLOAT32_BOUND and max(packed) < _FLOAT32_BOUND):
        for number in numbers:
            item(float(number))  # too large a number was rounded, or became infinite
    return packed


def _cast(name: str, values: NDArray[np.generic], code: str) -> NDArray[np.generic]:
    """The same numbers in the field's dtype; refused where one would change its value."""
    dtype = np.dtype(code)
    if values.ndim != 1:
        _fail(name, "a one-dimensional numpy.ndarray()", values)
    if values.dtype == dtype:
        return np.ascontiguousarray(values)
    kinds = "iuf" if dtype.kind == "f" else "iu"
    if values.dtype.kind not in kinds or (dtype.kind in "iu" and not np.array_equal(values.astype(dtype), values)):
        _fail(name, f"a numpy.ndarray() whose values fit dtype '{dtype}'", values)
    return values.astype(dtype)
