"""Messages of one type to one Arrow struct array: column by column where they share a layout, else one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import pyarrow as pa
from rosbags.serde import SerdeError

from .buffers import Buffers
from .definitions import Definition, store_of
from .fields import DTYPES, Message, Node, Scalar, Sequence, Text, message_of
from .layout import AnyArray, FieldPath, Group, Indices, Leaf, group_by_layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """`rows`: struct array (n,). `kept`: int64 (n,), each row's index among the messages. `damaged`: the rest, with
    reasons.
    """

    rows: pa.StructArray
    kept: Indices
    damaged: Mapping[int, str]


def decode(definition: Definition, payloads: Buffers) -> Decoded:
    """Decode messages, fastest way each; order is kept. Raises DefinitionError for a type that can't be decoded."""
    message = message_of(definition)
    parts = [_decode_group(message, definition, payloads, group) for group in group_by_layout(message, payloads)]
    if len(parts) == 1:
        return parts[0]
    damaged = {index: reason for part in parts for index, reason in part.damaged.items()}
    kept = np.concatenate([part.kept for part in parts]) if parts else np.empty(0, dtype=np.int64)
    rows = pa.concat_arrays([part.rows for part in parts]) if parts else pa.array([], type=message.arrow)
    order = np.argsort(kept)
    return Decoded(rows=rows.take(pa.array(order)), kept=kept[order], damaged=damaged)


def decode_one_by_one(definition: Definition, payloads: SequenceOf[memoryview], indices: Iterable[int]) -> Decoded:
    """The reference: rosbags decodes each message; slow, and right for every layout and byte order."""
    message, store = message_of(definition), store_of(definition)
    rows: list[dict[str, object]] = []
    kept: list[int] = []
    damaged: dict[int, str] = {}
    for index in indices:
        try:
            decoded = store.deserialize_cdr(payloads[index], definition.type_name)
        except (SerdeError, IndexError) as error:
            damaged[index] = str(error)
            continue
        rows.append(_plain_message(message, decoded))
        kept.append(index)
    return Decoded(rows=pa.array(rows, type=message.arrow), kept=np.array(kept, dtype=np.int64), damaged=damaged)


def _decode_group(message: Message, definition: Definition, payloads: Buffers, group: Group) -> Decoded:
    """One group, by its layout where it has one; a column that isn't UTF-8 sends it the slow way, which finds the
    message.
    """
    if group.layout is not None:
        gathered = zip(group.layout.leaves, group.columns, strict=True)
        columns = {leaf.path: _column(leaf, values) for leaf, values in gathered}
        if all(column is not None for column in columns.values()):
            whole = {path: column for path, column in columns.items() if column is not None}
            columns_of = _Columns(whole, group.layout.counts, len(group.indices))
            return Decoded(rows=columns_of.struct(message, ()), kept=group.indices, damaged={})
    return decode_one_by_one(definition, payloads, (int(index) for index in group.indices))


def _column(leaf: Leaf, values: AnyArray) -> pa.Array | None:
    """A leaf's values (n,) or (n, count) as Arrow; None where a string isn't UTF-8."""
    match leaf.node:
        case Scalar(primitive=primitive):
            return _numbers(primitive, values)
        case Sequence(element=Scalar(primitive=primitive)):
            offsets = np.arange(len(values) + 1, dtype=np.int32) * leaf.count
            return pa.ListArray.from_arrays(pa.array(offsets), _numbers(primitive, values.reshape(-1)))
        case _:
            return _texts(values, leaf.count)


def _numbers(primitive: str, values: AnyArray) -> pa.Array:
    """Numbers or booleans as Arrow."""
    return pa.array(values.astype(bool if primitive == "bool" else DTYPES[primitive].newbyteorder("="), copy=False))


def _texts(values: AnyArray, count: int) -> pa.Array | None:
    """Strings of `count` bytes each, uint8 (n, count)."""
    offsets = np.arange(len(values) + 1, dtype=np.int32) * count
    data = pa.py_buffer(values.tobytes())
    array = pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets.tobytes()), data)
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return array


@dataclass(frozen=True, slots=True)
class _Columns:
    """A layout's leaves as columns of `rows` rows, and how many elements its sequences have."""

    leaves: Mapping[FieldPath, pa.Array]
    counts: Mapping[FieldPath, int]
    rows: int

    def struct(self, message: Message, path: FieldPath) -> pa.Array:
        """A message's struct array."""
        fields = [field for field in message.fields if field.is_read]
        if not fields:
            return pa.array([{}] * self.rows, type=pa.struct([]))
        arrays = [self._child(field.node, (*path, field.name)) for field in fields]
        return pa.StructArray.from_arrays(arrays, names=[field.name for field in fields])

    def _child(self, node: Node, path: FieldPath) -> pa.Array:
        """A field's array: a nested struct, a list of them, or a leaf's column."""
        if isinstance(node, Message):
            return self.struct(node, path)
        if isinstance(node, Sequence) and not isinstance(node.element, Scalar):
            return self._list(node.element, path)
        return self.leaves[path]

    def _list(self, element: Message | Text, path: FieldPath) -> pa.Array:
        """Sequences of one length, from the columns of their first, second, … elements."""
        count = self.counts[path]
        offsets = pa.array(np.arange(self.rows + 1, dtype=np.int32) * count)
        if not count:
            return pa.ListArray.from_arrays(offsets, pa.array([], type=element.arrow))
        columns = pa.concat_arrays([self._child(element, (*path, number)) for number in range(count)])
        row_by_row = np.arange(count * self.rows).reshape(count, self.rows).T.reshape(-1)
        return pa.ListArray.from_arrays(offsets, columns.take(pa.array(row_by_row)))


def _plain_message(message: Message, decoded: object) -> dict[str, object]:
    """Rosbags' message object as plain values."""
    return {
        field.name: _plain(field.node, getattr(decoded, field.attribute)) for field in message.fields if field.is_read
    }


def _plain(node: Node, value: object) -> object:
    """A field's value as Arrow takes it."""
    match node:
        case Message():
            return _plain_message(node, value)
        case Sequence(element=element):
            return value if isinstance(value, np.ndarray) else [_plain(element, item) for item in _items(value)]
        case Scalar(primitive="bool"):
            return bool(value)
        case Scalar() | Text():
            return value
        case _:
            assert_never(node)


def _items(value: object) -> Iterator[object]:
    """Elements of a sequence of strings or messages."""
    if not isinstance(value, list):
        raise TypeError(f"rosbags gave {type(value).__name__} for a sequence")
    return iter(value)
