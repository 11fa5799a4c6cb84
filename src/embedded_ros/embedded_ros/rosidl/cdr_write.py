"""Generates a type's serializer: one Python function, nested messages inlined, fixed-size neighbours packed at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from embedded_ros.rosidl import cdr_runtime
from embedded_ros.rosidl.builder import attribute_name
from embedded_ros.rosidl.cdr_layout import (
    SIZES,
    Item,
    Position,
    Source,
    basic_item,
    compile_run,
    count_item,
)
from embedded_ros.rosidl.checks import packed_typecode
from embedded_ros.rosidl.model import Structure, interface_of, nestable
from embedded_ros.rosidl.synthesis import structure as structure_of
from rosidl_parser.definition import (
    AbstractGenericString,
    AbstractNestableType,
    AbstractNestedType,
    AbstractType,
    AbstractWString,
    Array,
    BasicType,
    BoundedSequence,
    NamespacedType,
)

Writer: TypeAlias = Callable[[object], bytes]

_RUNTIME: Final = {
    name: getattr(cdr_runtime, name) for name in ("HEADER", "PADS", "too_long", "wrong_length", "wstring_bytes")
}


def compile_writer(structure: Structure) -> Writer:
    """Message → CDR bytes with header, little endian. The function raises what bad values raise; see `cdr`."""
    generator = _WriterGenerator()
    generator.members(structure, "m")
    generator.flush()
    source = generator.source
    body = ["def write(m):", " parts = [HEADER]", " add = parts.append", *source.lines, " return b''.join(parts)"]
    source.environment.update(_RUNTIME)
    exec("\n".join(body), source.environment)  # noqa: S102  # names come from the parser's grammar
    writer: Writer = source.environment["write"]
    return writer


class _WriterGenerator:
    """Collects fixed-size items until something of variable size forces them out."""

    def __init__(self) -> None:
        self.source = Source()
        self.position = Position()
        self._run: list[Item] = []

    def members(self, structure: Structure, owner: str) -> None:
        """All fields of the message that variable `owner` holds."""
        if not structure.fields:
            self._run.append(Item("B", 1, 1, "0"))
        for field in structure.fields:
            self._member(field.type, f"{owner}._{attribute_name(field.name)}", field.name)

    def _member(self, type_: AbstractType, expression: str, name: str) -> None:
        if not isinstance(type_, AbstractNestedType):
            self._element(nestable(type_), expression)
            return
        values = self._local("a", expression)
        if isinstance(type_, Array):
            self._array(type_, values, name)
        else:
            self._sequence(type_, values, name)

    def _element(self, type_: AbstractNestableType, expression: str) -> None:
        if isinstance(type_, BasicType):
            self._run.append(basic_item(type_, expression))
        elif isinstance(type_, AbstractGenericString):
            self._string(type_, expression)
        elif isinstance(type_, NamespacedType):
            self.members(structure_of(interface_of(type_)), self._local("v", expression))

    def _string(self, type_: AbstractGenericString, expression: str) -> None:
        if isinstance(type_, AbstractWString):
            data = self._local("b", f"wstring_bytes({expression})")
            self._run.append(count_item(f"len({data}) // 4"))
            self._variable(data, f"len({data})")
            return
        data = self._local("b", f"{expression}.encode()")
        count = self._local("n", f"len({data}) + 1")
        self._run.append(count_item(count))
        self._variable(data, count)
        self.source.emit("add(b'\\0')")

    def _array(self, type_: Array, values: str, name: str) -> None:
        if packed_typecode(type_) is not None:
            item = basic_item(type_.value_type, "")
            size = item.size * type_.size
            self._run.append(Item(f"{size}s", item.alignment, size, f"{values}.tobytes()"))
            return
        self.source.emit(f"if len({values}) != {type_.size}: wrong_length({name!r}, len({values}), {type_.size})")
        if isinstance(type_.value_type, BasicType):  # bool or byte
            self._run.append(Item(f"{type_.size}s", 1, type_.size, _joined(type_.value_type, values)))
        else:
            self._loop(type_.value_type, values)

    def _sequence(self, type_: AbstractNestedType, values: str, name: str) -> None:
        count = self._local("n", f"len({values})")
        if isinstance(type_, BoundedSequence):
            self.source.emit(f"if {count} > {type_.maximum_size}: too_long({name!r}, {count}, {type_.maximum_size})")
        self._run.append(count_item(count))
        element = type_.value_type
        if not isinstance(element, BasicType):
            self._loop(element, values)
        elif packed_typecode(type_) is None:
            self._variable(_joined(element, values), count)
        else:
            self._packed(values, count, SIZES[element.typename])

    def _packed(self, values: str, count: str, size: int) -> None:
        self.flush()
        if size == 8:  # the count leaves the stream aligned to 4; an empty sequence is not padded
            self._run_time_offset()
            self.source.emit(f"if {count} and 4 - o & 7: add(PADS[4]); o += 4")
        self._variable(values, f"{count} * {size}" if size > 1 else count)

    def _loop(self, element: AbstractNestableType, values: str) -> None:
        self.flush()
        self._run_time_offset()
        item = self.source.fresh("v")
        self.source.emit(f"for {item} in {values}:")
        self.source.indent += 1
        self.position.forget()
        self._element(element, item)
        self.flush()
        self.source.indent -= 1
        self.position.forget()

    def _variable(self, expression: str, size: str) -> None:
        """Bytes whose number is known at run time only."""
        self.flush()
        self.source.emit(f"add({expression})")
        start = "o" if self.position.at is None else str(self.position.at)
        self.source.emit(f"o = {start} + {size}")
        self.position.forget()

    def _run_time_offset(self) -> None:
        if self.position.at is not None:
            self.source.emit(f"o = {self.position.at}")
            self.position.at = None

    def _local(self, stem: str, expression: str) -> str:
        name = self.source.fresh(stem)
        self.source.emit(f"{name} = {expression}")
        return name

    def flush(self) -> None:
        """Write out what was collected."""
        if not self._run:
            return
        items, self._run = self._run, []
        values = ", ".join(item.expression for item in items)
        phase = self.position.phase
        if phase is None:
            table = tuple(compile_run(items, start, "<") for start in range(8))
            struct = self._local("s", f"{self.source.bind('T', table)}[o & 7]")
            self.source.emit(f"add({struct}.pack({values})); o += {struct}.size")
            self.position.advance(items, None)
            return
        run = compile_run(items, phase, "<")
        self.source.emit(f"add({self.source.bind('P', run.pack)}({values}))")
        if self.position.at is None:
            self.source.emit(f"o += {run.size}")
        self.position.advance(items, run.size)


def _joined(element: BasicType, values: str) -> str:
    return f"b''.join({values})" if element.typename == "octet" else f"bytes(map(bool, {values}))"
