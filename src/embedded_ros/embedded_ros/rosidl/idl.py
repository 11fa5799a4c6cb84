"""Message definitions in OMG IDL (.idl) → `model` values: the subset that ROS packages write messages in.

Modules, one structure, its constants, typedefs, sequences, one-dimensional arrays and `@default`; other annotations
are passed over. Enumerations, unions, bit masks, `wchar` and `long double` are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

from embedded_ros.rosidl.errors import DefinitionError
from embedded_ros.rosidl.literals import parse_primitive, split_array
from embedded_ros.rosidl.model import Constant, Field, Primitive, Structure, Value, nestable
from rosidl_parser.definition import (
    INTEGER_TYPES,
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

_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/|\#[^\n]*)
      | (?P<text>L?"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])')
      | (?P<word>[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)
      | (?P<number>[-+]?(?:0[xX][0-9A-Fa-f]+|\d*\.?\d+(?:\.(?!\d))?(?:[eE][-+]?\d+)?))
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_BASIC: Final = {
    "short": "int16",
    "unsigned short": "uint16",
    "long": "int32",
    "unsigned long": "uint32",
    "long long": "int64",
    "unsigned long long": "uint64",
    **{name: name for name in ("boolean", "octet", "char", "float", "double", *INTEGER_TYPES)},
}


def parse_idl(text: str, package: str, name: str, path: str) -> Structure:
    """The message `name` that `text` defines. Raises DefinitionError with path, line and the line's text."""
    parser = _Parser(text, package, path)
    parser.definitions("")
    if name not in parser.structures:
        found = ", ".join(parser.structures) or "none"
        raise DefinitionError(path, 0, "", f"the file has to define structure '{name}'; it has: {found}")
    return Structure(
        package=package,
        kind="msg",
        name=name,
        fields=parser.structures[name],
        constants=tuple(parser.constants.get(f"{name}_Constants", ())),
        path=path,
    )


@dataclass(slots=True)
class _Parser:
    """Recursive descent over the tokens; what was found is in the last three attributes. Mutable."""

    text: str
    package: str
    path: str
    _tokens: list[tuple[str, int]] = field(init=False)
    _at: int = 0
    structures: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    constants: dict[str, list[Constant]] = field(default_factory=dict)
    _typedefs: dict[str, AbstractType] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tokens = [(match[0], match.start()) for match in _TOKEN.finditer(self.text) if match.lastgroup != "skip"]
        self._tokens.append(("", len(self.text)))

    def definitions(self, module: str) -> None:
        """Everything up to the end of the module, or of the file."""
        while self._peek() not in ("", "}"):
            self._annotations()
            word = self._next()
            if word == "module":
                inner = self._next()
                self._expect("{")
                self.definitions(inner)
                self._expect("}")
            elif word == "struct":
                self._structure()
            elif word == "const":
                self.constants.setdefault(module, []).append(self._constant())
            elif word == "typedef":
                type_, alias = self._declared()
                self._typedefs[alias] = type_
            else:
                self._fail(f"'{word}' is not in the part of IDL that the embedded underlay reads")
            self._expect(";")

    def _structure(self) -> None:
        name = self._next()
        self._expect("{")
        fields = []
        while self._peek() != "}":
            default = self._annotations()
            type_, member = self._declared()
            value = None if default is None else self._default(type_, default)
            if member != "structure_needs_at_least_one_member":
                fields.append(Field(name=member, type=type_, default=value))
            self._expect(";")
        self._expect("}")
        self.structures[name] = tuple(fields)

    def _constant(self) -> Constant:
        type_ = self._type()
        if not isinstance(type_, AbstractNestableType):
            self._fail("a constant can't be an array")
        name = self._next()
        self._expect("=")
        return Constant(name=name, type=type_, value=self._value(type_, self._literal()))

    def _annotations(self) -> str | None:
        """Past all annotations; the literal that `@default` gives."""
        default = None
        while self._peek() == "@":
            self._next()
            name = self._next()
            if self._peek() == "(":
                values = list(self._arguments())
                default = values[-1] if name == "default" else default
        return default

    def _arguments(self) -> Iterator[str]:
        self._expect("(")
        while self._peek() != ")":
            value = self._literal()
            if self._peek() in ("=", ","):
                self._next()
            yield value
        self._expect(")")

    def _declared(self) -> tuple[AbstractType, str]:
        type_, name = self._type(), self._next()
        if self._peek() != "[":
            return type_, name
        self._next()
        size = int(self._next())
        self._expect("]")
        if self._peek() == "[" or not isinstance(type_, AbstractNestableType):
            self._fail(f"'{name}': an array has one dimension here")
        return Array(type_, size), name

    def _type(self) -> AbstractType:
        word = self._next()
        if word == "sequence":
            return self._sequence()
        if word in ("string", "wstring"):
            return self._string(word)
        while f"{word} {self._peek()}" in _BASIC or f"{word} {self._peek()}" == "long double":
            word = f"{word} {self._next()}"
        if word in _BASIC:
            return BasicType(_BASIC[word])
        alias = word.rpartition("::")[2]
        if alias in self._typedefs:
            return self._typedefs[alias]
        return self._nested(word)

    def _sequence(self) -> AbstractType:
        self._expect("<")
        element = self._type()
        if not isinstance(element, AbstractNestableType):
            self._fail("a sequence of sequences or arrays has no place in a message")
        bound = self._bound(",")
        self._expect(">")
        return UnboundedSequence(element) if bound is None else BoundedSequence(element, bound)

    def _string(self, word: str) -> AbstractType:
        bound = self._bound("<")
        if bound is None:
            return UnboundedString() if word == "string" else UnboundedWString()
        self._expect(">")
        return BoundedString(bound) if word == "string" else BoundedWString(bound)

    def _bound(self, mark: str) -> int | None:
        if self._peek() != mark:
            return None
        self._next()
        return int(self._next())

    def _nested(self, word: str) -> AbstractType:
        parts = word.split("::")
        if len(parts) == 1:
            parts = [self.package, "msg", word]
        if len(parts) != 3 or parts[1] != "msg" or not parts[2][:1].isupper():
            self._fail(f"'{word}' is no type that the embedded underlay knows")
        return NamespacedType(parts[:2], parts[2])

    def _literal(self) -> str:
        value = self._next()
        if value.startswith(('"', 'L"')):
            while self._peek().startswith('"'):  # neighbours are one text
                value = value[:-1] + self._next()[1:]
        return value.removeprefix("L") if value.startswith('L"') else value

    def _default(self, type_: AbstractType, literal: str) -> Value:
        if not isinstance(type_, AbstractNestedType):
            return self._value(nestable(type_), literal)
        items = split_array("[" + literal.strip("\"'").removeprefix("(").removesuffix(")") + "]")
        return tuple(self._value(type_.value_type, item) for item in items)

    def _value(self, type_: AbstractNestableType, literal: str) -> Primitive:
        try:
            return parse_primitive(type_, literal)
        except ValueError as error:
            self._fail(str(error))

    def _peek(self) -> str:
        return self._tokens[self._at][0]

    def _next(self) -> str:
        token = self._peek()
        self._at += 1 if token else 0
        return token

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            self._at -= 1
            self._fail(f"expected '{mark}', found '{self._peek()}'")

    def _fail(self, problem: str) -> NoReturn:
        number = self.text.count("\n", 0, self._tokens[max(self._at - 1, 0)][1]) + 1
        line = self.text.splitlines()[number - 1].strip() if self.text else ""
        raise DefinitionError(self.path, number, line, problem)
