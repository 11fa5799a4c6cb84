"""Where the fields of a CDR message lie: messages of one layout are columns of one NumPy structured array.

A layout is a type and the lengths of its strings and sequences. With those equal, every field of every message has
the same offset. Encoding: little-endian XCDR1 (each primitive aligned to its size, counted from after the four header
bytes).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

import numpy as np
import numpy.typing as npt

from .buffers import Buffers, Bytes2d
from .fields import DTYPES, Message, Node, Scalar, Sequence, Text

HEADER_BYTES: Final = 4
_LITTLE_ENDIAN: Final = b"\x00\x01"
_MAX_PADDING: Final = 3  # some middlewares pad a message to whole words
# More layouts than this in one call, and the rest is decoded one by one: strings whose length varies at random.
_MAX_LAYOUTS: Final = 64
# Columns of so few messages cost more than decoding them one by one.
_FEWEST: Final = 3
# A sequence of more strings or messages than this has no layout: a transform tree has few, a path has hundreds.
_MAX_UNROLLED: Final = 16
# Columns are gathered from so much of the messages at a time: these come from memory once then, not once a column.
_BLOCK_BYTES: Final = 1 << 20
_COUNT = struct.Struct("<I")

Indices = npt.NDArray[np.int64]
AnyArray = npt.NDArray[np.generic]
# Names of fields from the outside in; a number is that of an element of a sequence.
FieldPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A field that is read: bytes [offset, offset + count * itemsize) of each message, header included in the offset.

    `node` is Scalar (count 1), Text (count bytes, without the terminator) or Sequence of Scalar (count elements).
    """

    path: FieldPath
    node: Scalar | Text | Sequence
    offset: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Leaves in field order. `fixed`: ranges of 1, 2 or 4 bytes that messages of this layout have in common (lengths,
    terminators).

    `read_bytes`: nothing that is read lies beyond; what follows (an image's pixels) needn't be touched. `blob_at`:
    where the length of bytes is that aren't read and end the message, and may differ (a JPEG's); None: there are none.
    `counts`: elements of each sequence of strings or messages, whose leaves are those of its elements.
    """

    leaves: tuple[Leaf, ...]
    fixed: tuple[tuple[int, int], ...]
    read_bytes: int
    counts: Mapping[FieldPath, int]
    blob_at: int | None = None

    def dtype(self) -> np.dtype[np.void]:
        """The structured dtype of `read_bytes` bytes, one field a leaf, named by its index."""
        return _struct([_format(leaf) for leaf in self.leaves], [leaf.offset for leaf in self.leaves], self.read_bytes)

    def fixed_dtype(self) -> np.dtype[np.void]:
        """As `dtype`, of what is fixed."""
        return _struct(
            [f"u{end - begin}" for begin, end in self.fixed], [begin for begin, _ in self.fixed], self.read_bytes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Messages of one layout, by their indices; columns: each leaf's values, (n,) or (n, count), copied together. No
    layout: decode one by one.
    """

    indices: Indices
    layout: Layout | None = None
    columns: tuple[AnyArray, ...] = ()


def layout_of(message: Message, cdr: memoryview) -> Layout | None:
    """The layout of a message; None where it has none: big-endian, damaged, long sequences of strings or messages."""
    if bytes(cdr[:2]) != _LITTLE_ENDIAN:
        return None
    walk = _Walk(cdr)
    try:
        walk.node(message, (), is_read=True)
    except _NoLayoutError:
        return None
    if not walk.position <= len(cdr) <= walk.position + _MAX_PADDING:
        return None
    # The length before the blob was the last that became fixed.
    fixed = walk.fixed if walk.blob_at is None else walk.fixed[:-1]
    return Layout(
        leaves=tuple(walk.leaves),
        fixed=tuple(fixed),
        read_bytes=walk.read_bytes,
        counts=walk.counts,
        blob_at=walk.blob_at,
    )


def group_by_layout(message: Message, payloads: Buffers) -> Iterator[Group]:
    """Partition messages into groups of one layout, and what is left over into a group without one."""
    is_open = np.ones(len(payloads), dtype=bool)
    few: list[Indices] = []
    budget = _MAX_LAYOUTS
    for length in _different(payloads.sizes):
        rest = np.flatnonzero(is_open & (payloads.sizes == length))
        while len(rest) and budget:
            budget -= 1
            layout = layout_of(message, payloads[rest[0]])
            if layout is None:
                rest = rest[1:]
                continue
            others = rest if layout.blob_at is None else np.flatnonzero(is_open & (payloads.sizes >= layout.read_bytes))
            group = _those_of(layout, payloads, others, payloads[rest[0]])
            is_open[group.indices] = False
            rest = rest[is_open[rest]]
            if len(group.indices) < _FEWEST:
                few.append(group.indices)
            else:
                yield group
    indices = np.sort(np.concatenate([np.flatnonzero(is_open), *few]))
    if len(indices):
        yield Group(indices=indices)


def _those_of(layout: Layout, payloads: Buffers, indices: Indices, example: memoryview) -> Group:
    """Those of `indices` (ascending) that have the layout of the example; all have enough bytes."""
    some = payloads.take(indices) if len(indices) < len(payloads) else payloads
    has_layout = np.empty(len(indices), dtype=bool)
    dtype, like = layout.dtype(), np.frombuffer(example, dtype=layout.fixed_dtype(), count=1)
    columns = tuple(np.empty((len(indices), *shape), dtype=base) for base, shape in map(_format, layout.leaves))
    step = max(1, _BLOCK_BYTES // layout.read_bytes)
    for begin in range(0, len(indices), step):
        part = slice(begin, begin + step)
        data = some[part].matrix(layout.read_bytes)
        has_layout[part] = _is_alike(layout, data, some.sizes[part], like)
        table = data.view(dtype)[:, 0]
        for number, column in enumerate(columns):
            column[part] = table[str(number)]
    if has_layout.all():
        return Group(indices=indices, layout=layout, columns=columns)
    alike = tuple(column[has_layout] for column in columns)
    return Group(indices=indices[has_layout], layout=layout, columns=alike)


def _is_alike(layout: Layout, data: Bytes2d, sizes: Indices, like: npt.NDArray[np.void]) -> npt.NDArray[np.bool_]:
    """Of which messages, uint8 (n, read_bytes), what is fixed is as in `like`, (1,)."""
    is_alike = np.ones(len(data), dtype=bool)
    values = data.view(like.dtype)[:, 0]
    for name in like.dtype.names or ():
        is_alike &= values[name] == like[name]
    if layout.blob_at is not None:
        blob_end = layout.blob_at + _COUNT.size
        ends = blob_end + data[:, layout.blob_at : blob_end].copy().view("<u4")[:, 0].astype(np.int64)
        is_alike &= (ends <= sizes) & (sizes <= ends + _MAX_PADDING)
    return is_alike


class _NoLayoutError(Exception):
    """The walk met something that has no fixed place."""


class _Walk:
    """Walks one message along its type; offsets include the header."""

    def __init__(self, cdr: memoryview) -> None:
        self._cdr = cdr
        self.position = HEADER_BYTES
        self.leaves: list[Leaf] = []
        self.fixed: list[tuple[int, int]] = [(0, 2)]
        self.read_bytes = HEADER_BYTES
        self.blob_at: int | None = None
        self.counts: dict[FieldPath, int] = {}

    def node(self, node: Node, path: FieldPath, *, is_read: bool) -> None:
        """Any field."""
        self.blob_at = None  # what was bytes at the end is followed by something
        match node:
            case Message(fields=fields):
                for field in fields:
                    self.node(field.node, (*path, field.name), is_read=is_read and field.is_read)
            case Scalar():
                self._block(node, path, node.primitive, count=1, is_read=is_read)
            case Text():
                self._text(node, path, is_read=is_read)
            case Sequence():
                self._sequence(node, path, is_read=is_read)
            case _:
                assert_never(node)

    def _sequence(self, node: Sequence, path: FieldPath, *, is_read: bool) -> None:
        count = self._length() if node.fixed_size is None else node.fixed_size
        if isinstance(node.element, Scalar):
            begin = self.position
            self._block(node, path, node.element.primitive, count=count, is_read=is_read)
            if node.fixed_size is None and not is_read and DTYPES[node.element.primitive].itemsize == 1:
                self.blob_at = begin - _COUNT.size
        elif count > _MAX_UNROLLED:
            raise _NoLayoutError
        else:
            self.counts[path] = count
            for number in range(count):
                self.node(node.element, (*path, number), is_read=is_read)

    def _text(self, node: Text, path: FieldPath, *, is_read: bool) -> None:
        length = self._length()
        end = self.position + length
        if length < 1 or end > len(self._cdr) or self._cdr[end - 1] != 0:
            raise _NoLayoutError
        self._keep(Leaf(path=path, node=node, offset=self.position, count=length - 1), end, is_read=is_read)
        self.fixed.append((end - 1, end))
        self.position = end
        self.read_bytes = max(self.read_bytes, end)

    def _block(self, node: Scalar | Sequence, path: FieldPath, primitive: str, *, count: int, is_read: bool) -> None:
        size = DTYPES[primitive].itemsize
        if count:  # an empty sequence isn't aligned
            self._align(size)
        end = self.position + count * size
        if end > len(self._cdr):
            raise _NoLayoutError
        self._keep(Leaf(path=path, node=node, offset=self.position, count=count), end, is_read=is_read)
        self.position = end

    def _length(self) -> int:
        """A length, whose value belongs to the layout."""
        self._align(_COUNT.size)
        end = self.position + _COUNT.size
        if end > len(self._cdr):
            raise _NoLayoutError
        (length,) = _COUNT.unpack_from(self._cdr, self.position)
        self.fixed.append((self.position, end))
        self.position = end
        self.read_bytes = max(self.read_bytes, end)
        return int(length)

    def _align(self, size: int) -> None:
        self.position += -(self.position - HEADER_BYTES) % size

    def _keep(self, leaf: Leaf, end: int, *, is_read: bool) -> None:
        if is_read:
            self.leaves.append(leaf)
            self.read_bytes = max(self.read_bytes, end)


def _different(sizes: Indices) -> Indices:
    """Each size once; most topics have one."""
    return sizes[:1] if (sizes == sizes[:1]).all() else np.unique(sizes)


def _struct(formats: list[npt.DTypeLike], offsets: list[int], size: int) -> np.dtype[np.void]:
    """A structured dtype whose fields are named by their index."""
    names = [str(index) for index in range(len(formats))]
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})


def _format(leaf: Leaf) -> tuple[np.dtype[np.generic], tuple[int, ...]]:
    """NumPy's (dtype, shape) of a leaf."""
    match leaf.node:
        case Scalar(primitive=primitive):
            return DTYPES[primitive], ()
        case Sequence(element=Scalar(primitive=primitive)):
            return DTYPES[primitive], (leaf.count,)
        case _:
            return np.dtype("u1"), (leaf.count,)
