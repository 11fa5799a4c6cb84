"""Definition text (.msg, .srv, .action) → `model` values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from embedded_ros.rosidl.errors import DefinitionError
from embedded_ros.rosidl.literals import parse_primitive, split_array, strip_comment
from embedded_ros.rosidl.model import (
    ActionDefinition,
    Constant,
    Definition,
    Field,
    Kind,
    Primitive,
    ServiceDefinition,
    Structure,
    Value,
    nestable,
)
from rosidl_parser.definition import (
    AbstractNestableType,
    AbstractNestedType,
    AbstractType,
    Array,
    BasicType,
    BoundedSequence,
    BoundedString,
    BoundedWString,
    NamespacedType,
    UnboundedSequence,
    UnboundedString,
    UnboundedWString,
)

_BASIC: Final = {
    "bool": "boolean",
    "byte": "octet",
    "char": "uint8",  # since Dashing: an unsigned byte, on the wire and in the hash
    "float32": "float",
    "float64": "double",
} | {f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}

_TYPE: Final = re.compile(
    r"(?P<base>[A-Za-z]\w*(?:/[A-Za-z]\w*){0,2})(?:<=(?P<length>\d+))?(?:\[(?P<array>(?:<=)?\d*)\])?"
)
_STATEMENT: Final = re.compile(r"(?P<type>\S+)\s+(?P<name>[A-Za-z_]\w*)(?P<rest>.*)")
_FIELD_NAME: Final = re.compile(r"(?!.*__)(?!.*_$)[a-z][a-z0-9_]*")
_CONSTANT_NAME: Final = re.compile(r"[A-Z](?:[A-Z0-9_]?[A-Z0-9]+)*")
_PACKAGE_NAME: Final = re.compile(r"(?!.*__)(?!.*_$)[a-z][a-z0-9_]*")
_TYPE_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_PARTS: Final[dict[Kind, tuple[str, ...]]] = {
    "msg": ("",),
    "srv": ("_Request", "_Response"),
    "action": ("_Goal", "_Result", "_Feedback"),
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line with something on it, and where it stands."""

    path: str
    number: int
    text: str

    def error(self, problem: str) -> DefinitionError:
        return DefinitionError(self.path, self.number, self.text, problem)


def parse(text: str, package: str, kind: Kind, name: str, path: str = "") -> Definition:
    """The interface that `text` defines. Raises DefinitionError with path, line and the line's text."""
    path = path or f"{package}/{kind}/{name}.{kind}"
    if not _TYPE_NAME.fullmatch(name):
        raise DefinitionError(path, 0, "", f"'{name}' is no interface name: it must be CamelCase letters and digits")
    sections = _sections(text, path)
    suffixes = _PARTS[kind]
    if len(sections) != len(suffixes):
        raise DefinitionError(
            path, 0, "", f"a .{kind} file has {len(suffixes) - 1} separator lines '---', this one {len(sections) - 1}"
        )
    parts = tuple(
        _structure(lines, package, kind, name + suffix, path) for lines, suffix in zip(sections, suffixes, strict=True)
    )
    if kind == "srv":
        return ServiceDefinition(package=package, kind=kind, name=name, request=parts[0], response=parts[1])
    if kind == "action":
        return ActionDefinition(package=package, name=name, goal=parts[0], result=parts[1], feedback=parts[2])
    return parts[0]


def _sections(text: str, path: str) -> list[list[_Line]]:
    sections: list[list[_Line]] = [[]]
    for number, raw in enumerate(text.splitlines(), start=1):
        line = strip_comment(raw.replace("\t", " ")).strip()
        if line == "---":
            sections.append([])
        elif line:
            sections[-1].append(_Line(path, number, line))
    return sections


def _structure(lines: list[_Line], package: str, kind: Kind, name: str, path: str) -> Structure:
    fields: dict[str, Field] = {}
    constants: dict[str, Constant] = {}
    for line, statement in _statements(lines, package):
        if statement.name in fields or statement.name in constants:
            raise line.error(f"'{statement.name}' is already defined above")
        if isinstance(statement, Field):
            fields[statement.name] = statement
        else:
            constants[statement.name] = statement
    return Structure(
        package=package,
        kind=kind,
        name=name,
        fields=tuple(fields.values()),
        constants=tuple(constants.values()),
        path=path,
    )


def _statements(lines: list[_Line], package: str) -> Iterator[tuple[_Line, Field | Constant]]:
    for line in lines:
        match = _STATEMENT.fullmatch(line.text)
        if match is None:
            raise line.error("expected 'type name', 'type name default' or 'type NAME=value'")
        type_ = _parse_type(line, match["type"], package)
        rest = match["rest"].strip()
        if rest.startswith("="):
            yield line, _constant(line, type_, match["name"], rest[1:].strip())
        else:
            yield line, _field(line, type_, match["name"], rest)


def _constant(line: _Line, type_: AbstractType, name: str, text: str) -> Constant:
    if not _CONSTANT_NAME.fullmatch(name):
        raise line.error(f"'{name}' is no constant name: it must be UPPER_CASE")
    if not isinstance(type_, AbstractNestableType):
        raise line.error("a constant can't be an array")
    return Constant(name=name, type=type_, value=_value(line, type_, text))


def _field(line: _Line, type_: AbstractType, name: str, default: str) -> Field:
    if not _FIELD_NAME.fullmatch(name):
        raise line.error(f"'{name}' is no field name: it must be lower_case, without '__' and without '_' at its end")
    if not default:
        return Field(name=name, type=type_)
    return Field(name=name, type=type_, default=_default(line, type_, default))


def _default(line: _Line, type_: AbstractType, text: str) -> Value:
    if not isinstance(type_, AbstractNestedType):
        return _value(line, nestable(type_), text)
    try:
        items = split_array(text)
    except ValueError as error:
        raise line.error(str(error)) from None
    values = tuple(_value(line, type_.value_type, item) for item in items)
    if isinstance(type_, Array) and len(values) != type_.size:
        raise line.error(f"the default has {len(values)} elements, the array {type_.size}")
    if isinstance(type_, BoundedSequence) and len(values) > type_.maximum_size:
        raise line.error(f"the default has {len(values)} elements, at most {type_.maximum_size} are allowed")
    return values


def _value(line: _Line, type_: AbstractNestableType, text: str) -> Primitive:
    try:
        return parse_primitive(type_, text)
    except ValueError as error:
        raise line.error(str(error)) from None


def _parse_type(line: _Line, text: str, package: str) -> AbstractType:
    match = _TYPE.fullmatch(text)
    if match is None:
        raise line.error(f"'{text}' is no type")
    element = _element(line, match["base"], match["length"], package)
    array = match["array"]
    if array is None:
        return element
    if array == "":
        return UnboundedSequence(element)
    size = int(array.removeprefix("<=") or "0")
    if size == 0:
        raise line.error(f"'{text}': a size must be at least 1")
    return BoundedSequence(element, size) if array.startswith("<=") else Array(element, size)


def _element(line: _Line, base: str, length: str | None, package: str) -> AbstractNestableType:
    if base in ("string", "wstring"):
        if length is None:
            return UnboundedString() if base == "string" else UnboundedWString()
        if int(length) == 0:
            raise line.error(f"'{base}<={length}': a bound must be at least 1")
        return BoundedString(int(length)) if base == "string" else BoundedWString(int(length))
    if length is not None:
        raise line.error(f"only strings have a bound here; a sequence's stands in brackets: {base}[<={length}]")
    if base in _BASIC:
        return BasicType(_BASIC[base])
    return _nested(line, base, package)


def _nested(line: _Line, base: str, package: str) -> NamespacedType:
    parts = base.split("/")
    owner, name = (parts[0], parts[-1]) if len(parts) > 1 else (package, base)
    if len(parts) == 3 and parts[1] != "msg":
        raise line.error(f"'{base}': only messages can be fields")
    if not _PACKAGE_NAME.fullmatch(owner) or not _TYPE_NAME.fullmatch(name):
        raise line.error(f"'{base}' is no type: neither a primitive nor 'package/Name'")
    return NamespacedType((owner, "msg"), name)
