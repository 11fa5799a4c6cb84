"""Generates a type's deserializer: one Python function, nested messages inlined, neighbours unpacked at once."""

from __future__ import annotations

import array
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np

from embedded_ros.rosidl import cdr_runtime
from embedded_ros.rosidl.builder import attribute_name, message_class
from embedded_ros.rosidl.cdr_layout import SIZES, Item, Position, Source, basic_item, compile_run, count_item
from embedded_ros.rosidl.checks import packed_typecode
from embedded_ros.rosidl.message import Message
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

Reader: TypeAlias = Callable[[bytes], tuple[Message, int]]
Order: TypeAlias = Literal["<", ">"]

_RUNTIME: Final = {
    name: getattr(cdr_runtime, name) for name in ("too_long", "truncated", "unterminated", "wstring_text")
} | {"new": object.__new__, "array": array.array, "frombuffer": np.frombuffer}


def compile_reader(structure: Structure, order: Order) -> Reader:
    """CDR bytes with header → (message, offset after it). The function raises what bad bytes raise; see `cdr`."""
    generator = _ReaderGenerator(order)
    root = generator.create(structure.interface_name)
    generator.members(structure, root)
    generator.flush()
    source = generator.source
    end = "o" if generator.position.at is None else str(generator.position.at)
    body = ["def read(d):", " end = len(d)", " view = memoryview(d)", *source.lines, f" return {root}, {end}"]
    source.environment.update(_RUNTIME)
    exec("\n".join(body), source.environment)  # noqa: S102  # names come from the parser's grammar
    reader: Reader = source.environment["read"]
    return reader


class _ReaderGenerator:
    """Collects fixed-size items until something of variable size forces them out."""

    def __init__(self, order: Order) -> None:
        self.source = Source()
        self.position = Position()
        self._order = order
        self._run: list[Item] = []
        self._after: list[str] = []

    def create(self, interface: str) -> str:
        """A new, still empty message; the variable that holds it."""
        name = self.source.fresh("v")
        self.source.emit(f"{name} = new({self.source.bind('C', message_class(interface))})")
        return name

    def members(self, structure: Structure, owner: str) -> None:
        """All fields of the message that variable `owner` holds."""
        if not structure.fields:
            self._run.append(Item("B", 1, 1, "_"))
        for field in structure.fields:
            self._member(field.type, f"{owner}._{attribute_name(field.name)}", field.name)

    def _member(self, type_: AbstractType, target: str, name: str) -> None:
        if isinstance(type_, Array):
            self._array(type_, target)
        elif isinstance(type_, AbstractNestedType):
            self._sequence(type_, target, name)
        else:
            self._element(nestable(type_), target)

    def _element(self, type_: AbstractNestableType, target: str) -> None:
        if isinstance(type_, BasicType):
            self._run.append(basic_item(type_, target))
        elif isinstance(type_, AbstractGenericString):
            self._string(type_, target)
        elif isinstance(type_, NamespacedType):
            interface = interface_of(type_)
            nested = self.create(interface)
            self.source.emit(f"{target} = {nested}")
            self.members(structure_of(interface), nested)

    def _string(self, type_: AbstractGenericString, target: str) -> None:
        count = self._count()
        if isinstance(type_, AbstractWString):
            self._content(f"4 * {count}")
            self.source.emit("if e > end: truncated(e, end)")
            self.source.emit(f"{target} = wstring_text(view[o:e], {self._order == '>'})")
        else:
            self._content(count)
            # Also right for a count of 0, which some peers send for "": then d[e - 1] is the count's last byte.
            self.source.emit("if d[e - 1]: unterminated(e)")
            self.source.emit(f"{target} = d[o:e - 1].decode('utf-8', 'replace')")
        self.source.emit("o = e")

    def _array(self, type_: Array, target: str) -> None:
        element = type_.value_type
        if not isinstance(element, BasicType):
            self._loop(element, target, str(type_.size))
            return
        item = basic_item(element, "")
        size = item.size * type_.size
        data = self.source.fresh("b")
        self._run.append(Item(f"{size}s", item.alignment, size, data))
        code = packed_typecode(type_)
        if code is not None:
            dtype = self.source.bind("D", np.dtype(self._order + code))
            native = f".astype({code!r})" if self._order == ">" else ".copy()"
            self._after.append(f"{target} = frombuffer({data}, {dtype}){native}")
        else:
            self._after.append(f"{target} = {_listed(element, data, '0', str(size))}")

    def _sequence(self, type_: AbstractNestedType, target: str, name: str) -> None:
        count = self._count()
        if isinstance(type_, BoundedSequence):
            self.source.emit(f"if {count} > {type_.maximum_size}: too_long({name!r}, {count}, {type_.maximum_size})")
        element = type_.value_type
        if not isinstance(element, BasicType):
            self._loop(element, target, count)
            return
        size = SIZES[element.typename]
        self._content(f"{size} * {count}" if size > 1 else count, aligned=f"{count} and 4 - o & 7" if size == 8 else "")
        self.source.emit("if e > end: truncated(e, end)")
        code = packed_typecode(type_)
        if code is None:
            self.source.emit(f"{target} = {_listed(element, 'd', 'o', 'e')}")
        else:
            values = self.source.fresh("a")
            self.source.emit(f"{values} = array({code!r}); {values}.frombytes(view[o:e]); {target} = {values}")
            if self._order == ">":
                self.source.emit(f"{values}.byteswap()")
        self.source.emit("o = e")

    def _count(self) -> str:
        count = self.source.fresh("n")
        self._run.append(count_item(count))
        self.flush()
        return count

    def _content(self, size: str, aligned: str = "") -> None:
        """`o` and `e`: where variable content starts and ends. `aligned`: condition under which 4 bytes are skipped."""
        if self.position.at is not None:
            self.source.emit(f"o = {self.position.at}")
        if aligned:
            self.source.emit(f"if {aligned}: o += 4")
        self.source.emit(f"e = o + {size}")
        self.position.forget()

    def _loop(self, element: AbstractNestableType, target: str, count: str) -> None:
        self.flush()
        if self.position.at is not None:
            self.source.emit(f"o = {self.position.at}")
        self.position.forget()
        values, item = self.source.fresh("l"), self.source.fresh("x")
        self.source.emit(f"{values} = {target} = []")
        self.source.emit(f"for _ in range({count}):")
        self.source.indent += 1
        if isinstance(element, NamespacedType):
            interface = interface_of(element)
            item = self.create(interface)
            self.members(structure_of(interface), item)
        else:
            self._element(element, item)
        self.flush()
        self.source.emit(f"{values}.append({item})")
        self.source.indent -= 1
        self.position.forget()

    def flush(self) -> None:
        """Read what was collected."""
        if not self._run:
            return
        items, self._run = self._run, []
        after, self._after = self._after, []
        targets = ", ".join(item.expression for item in items) + ","
        phase, start = self.position.phase, "o" if self.position.at is None else str(self.position.at)
        if phase is None:
            table = tuple(compile_run(items, start_phase, self._order) for start_phase in range(8))
            struct = self.source.fresh("s")
            self.source.emit(f"{struct} = {self.source.bind('T', table)}[o & 7]")
            self.source.emit(f"{targets} = {struct}.unpack_from(d, o); o += {struct}.size")
            self.position.advance(items, None)
        else:
            run = compile_run(items, phase, self._order)
            self.source.emit(f"{targets} = {self.source.bind('U', run.unpack_from)}(d, {start})")
            if self.position.at is None:
                self.source.emit(f"o += {run.size}")
            self.position.advance(items, run.size)
        for line in after:
            self.source.emit(line)


def _listed(element: BasicType, data: str, start: str, end: str) -> str:
    if element.typename == "octet":
        return f"[{data}[i:i + 1] for i in range({start}, {end})]"
    return f"list(map(bool, {data}[{start}:{end}]))"
