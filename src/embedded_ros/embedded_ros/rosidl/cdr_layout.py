"""Where fixed-size items of a CDR stream come to lie, shared by the generators of readers and writers.

Offsets count from the start of the buffer; the four bytes of the encapsulation header come first, and alignment is
relative to their end (XCDR1: 8-byte items to 8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, Final

from embedded_ros.rosidl.checks import TYPECODES
from embedded_ros.rosidl.model import basic
from rosidl_parser.definition import AbstractType

HEADER_SIZE: Final = 4

STRUCT_CODES: Final = {"boolean": "?", "octet": "c", **TYPECODES}
SIZES: Final = {name: Struct(f"<{code}").size for name, code in STRUCT_CODES.items()}


@dataclass(frozen=True, slots=True)
class Item:
    """One fixed-size value: struct code, alignment and size in bytes, and the Python expression or target for it."""

    code: str
    alignment: int
    size: int
    expression: str


def padding(offset: int, alignment: int) -> int:
    """Bytes from `offset` to the next aligned one."""
    return (HEADER_SIZE - offset) % alignment


def compile_run(items: Sequence[Item], offset: int, order: str) -> Struct:
    """The struct of a run of items whose first byte, before padding, lies at `offset`. `order` is '<' or '>'."""
    codes, at = [order], offset
    for item in items:
        gap = padding(at, item.alignment)
        codes.append(f"{gap}x{item.code}" if gap else item.code)
        at += gap + item.size
    return Struct("".join(codes))


def phase_after(items: Sequence[Item], phase: int | None) -> int | None:
    """The offset modulo 8 after a run that starts at `phase`; None where it can't be known."""
    for item in items:
        if phase is None and item.alignment == 8:
            phase = HEADER_SIZE
        if phase is not None:
            phase = (phase + padding(phase, item.alignment) + item.size) % 8
    return phase


@dataclass(slots=True)
class Source:
    """A function being written: its lines, and the objects that they name. Mutable: generators append."""

    lines: list[str] = field(default_factory=list)
    environment: dict[str, Any] = field(default_factory=dict)
    indent: int = 1
    _counter: int = 0

    def emit(self, line: str) -> None:
        """Add a line at the current depth."""
        self.lines.append(" " * self.indent + line)

    def fresh(self, stem: str) -> str:
        """A variable name that nothing else uses."""
        self._counter += 1
        return f"{stem}{self._counter}"

    def bind(self, stem: str, value: object) -> str:
        """A name by which the generated code reaches `value`."""
        name = self.fresh(stem)
        self.environment[name] = value
        return name


@dataclass(slots=True)
class Position:
    """What is known, while generating, about the stream offset. Mutable.

    `at`: the offset, where everything before has a fixed size; None means that variable `o` holds it at run time.
    `phase`: the offset modulo 8, None if unknown.
    """

    at: int | None = HEADER_SIZE
    phase: int | None = HEADER_SIZE

    def advance(self, items: Sequence[Item], size: int | None) -> None:
        """Past a run; `size` in bytes where the start was known."""
        self.phase = phase_after(items, self.phase)
        if self.at is not None and size is not None:
            self.at += size

    def forget(self) -> None:
        """From here on only `o` knows."""
        self.at = None
        self.phase = None


def basic_item(type_: AbstractType, expression: str) -> Item:
    """The item of one primitive."""
    typename = basic(type_).typename
    size = SIZES[typename]
    return Item(STRUCT_CODES[typename], size, size, expression)


def count_item(expression: str) -> Item:
    """The u32 before a string's or a sequence's content."""
    return Item("I", 4, 4, expression)
