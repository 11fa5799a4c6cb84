"""MCAP files of rosbag2 and others: chunks hold the records that our segments hold, so nothing is done a message."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import xxhash

from .. import _mcap, _mcap_read
from .._indexed import indexed
from ..buffers import Buffers
from ..definitions import Definitions
from ..errors import BagError, DefinitionError, SegmentError
from ..segment import OFFERED_QOS, mapped
from .model import Advance, BagTopic, Block, Int64s
from .types import definition_of

_FOREVER = 2**63 - 1
_HASH_STEP = 8 << 20
# Messages outside of chunks that are one block. Had a file but one, each segment would go through all that is left.
_STRETCH = 1 << 14
# Of so many messages it is kept where they lie: 128 MiB. Those after them are looked for twice.
_KNOWN = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A chunk's body and the `indexes` after it, or a stretch of records outside of chunks; with the log times that it
    spans. end: where in the file its data ends. known: what was found there, where that is kept.
    """

    data: memoryview
    end: int
    is_chunk: bool
    indexes: memoryview = field(default_factory=lambda: memoryview(b""))
    known: _mcap_read.Records | None = None
    first_ns: int = 0
    last_ns: int = 0

    def records(self, *, is_checked: bool = False) -> _mcap_read.Records:
        """Its records; `is_checked`: as for `unpack_chunk`. Raises SegmentError for a broken chunk."""
        if self.known is not None and is_checked:
            return self.known  # without another walk
        inside = _mcap_read.unpack_chunk(self.data, is_checked=is_checked) if self.is_chunk else self.data
        records = indexed(inside, self.indexes) or _mcap_read.scan(inside, 0)
        if records.end != len(inside):
            raise SegmentError(f"there is no whole record at byte {records.end} of {len(inside)}")
        return records


class McapFile:
    """A file that was walked once; see BagFile."""

    def __init__(self, path: Path, definitions: Definitions, advance: Advance, *, partial: bool) -> None:
        """Walk it. Raises BagError where it is no MCAP file, or is damaged and `partial` doesn't accept that."""
        self._path = path
        self._stamp = _stamp(path)
        self._data = mapped(path)
        self.size_bytes = len(self._data)
        self._walk = _Walk()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="bag-digest") as beside:
            content = beside.submit(_content, self._data)
            self.damage = self._read(advance)
            self.content = content.result()
        if self.damage and not partial:
            raise BagError(
                f"bag {path} is damaged: {self.damage}; {self._walk.messages} messages before it are whole: ingest them"
                " with --partial, or repair the file ('mcap recover') and ingest that"
            )
        self._indices, self.topics = self._walk.topics(definitions)
        pieces = self._walk.pieces
        self.span_ns = (
            min((piece.first_ns for piece in pieces), default=0),
            max((piece.last_ns for piece in pieces), default=0),
        )

    def blocks(self, from_ns: int, advance: Advance) -> Iterator[Block]:
        """By the times that chunks say they begin at: the file's order is kept inside of them."""
        pieces = sorted(self._walk.pieces, key=lambda piece: piece.first_ns)
        for number, piece in enumerate(pieces):
            advance(len(piece.data))
            if piece.last_ns < from_ns:
                continue
            horizon_ns = pieces[number + 1].first_ns if number + 1 < len(pieces) else _FOREVER
            yield self._block(piece, from_ns, horizon_ns)

    def close(self) -> None:
        """The mapping goes with its last view."""

    def _read(self, advance: Advance) -> str:
        """Walk the file; what is wrong with it, if anything is."""
        try:
            start = _mcap_read.data_start(self._data, str(self._path))
        except SegmentError as error:
            raise BagError(f"{error}: it is no bag that can be read") from error
        try:
            end = self._read_all(start, advance)
        except (SegmentError, struct.error, UnicodeDecodeError, KeyError) as error:
            return str(error)
        return "" if _is_ended(self._data, end) else f"it was cut off after byte {end}"

    def _read_all(self, start: int, advance: Advance) -> int:
        """Read the whole records from `start` on; where they end. Raises SegmentError where one is broken."""
        while (top := _mcap_read.scan(self._data, start, _STRETCH)).end > start:
            self._walk.learn(top)
            for chunk in _chunks(top):
                self._walk.chunk(chunk)
                advance(len(chunk.data))
            if len(top.messages):  # after the chunks, which may say what their channels are
                self._walk.loose(self._data[start : top.end], top)
                advance(top.end - start)
            start = top.end
        return start

    def _block(self, piece: _Piece, from_ns: int, horizon_ns: int) -> Block:
        try:
            # A checksum is looked at twice only where the file may be another one by now.
            records = piece.records(is_checked=_stamp(self._path) == self._stamp)
            heads = records.heads()
            topic = self._indices[heads["channel"]]
        except (SegmentError, IndexError) as error:
            raise BagError(f"bag {self._path} changed while it was read: {error}") from error
        log_ns = heads["log_ns"].astype(np.int64)
        sizes = heads["length"].astype(np.int64) - _mcap.BODY_SIZE
        data, offsets = records.data, records.messages + _mcap.MESSAGE_OVERHEAD
        if data.obj is self._data.obj and data is not self._data:
            # A chunk that isn't compressed: all of these lie in the file, and needn't be brought together.
            data, offsets = self._data, offsets + (piece.end - len(data))
        block = Block(topic=topic, log_ns=log_ns, payloads=Buffers(data, offsets, sizes), horizon_ns=horizon_ns)
        return block if not len(log_ns) or log_ns.min() >= from_ns else block.take(np.flatnonzero(log_ns >= from_ns))


class _Walk:
    """What the records of a file say so far."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self.messages = 0
        self._schemas: dict[int, tuple[str, str, str]] = {}
        self._channels: dict[int, tuple[int, str, str]] = {}
        self._offers: dict[str, str] = {}
        self._counts: dict[int, int] = {}

    def learn(self, records: _mcap_read.Records) -> None:
        """Schemas and channels, inside a chunk or outside."""
        for body in records.bodies(_mcap.SCHEMA):
            schema_id, *schema = _mcap_read.read_schema(body)
            self._schemas[schema_id] = (schema[0], schema[1], schema[2])
        for body in records.bodies(_mcap.CHANNEL):
            channel_id, schema_id, name, encoding, entries = _mcap_read.read_channel(body)
            self._channels[channel_id] = (schema_id, name, encoding)
            self._offers[name] = entries.get(OFFERED_QOS, "")

    def loose(self, data: memoryview, records: _mcap_read.Records) -> None:
        """Messages outside of chunks."""
        known = records if self.messages < _KNOWN else None
        self._count(_Piece(data=data, end=records.end, is_chunk=False, known=known), records)

    def chunk(self, piece: _Piece) -> None:
        """One chunk. Raises SegmentError where it is broken."""
        records = piece.records()
        self.learn(records)
        if len(records.messages):
            self._count(piece, records)

    def topics(self, definitions: Definitions) -> tuple[Int64s, Sequence[BagTopic]]:
        """The topics, and the index among them of each channel id."""
        by_name: dict[str, list[int]] = {}
        for channel, (_, name, _) in self._channels.items():
            by_name.setdefault(name, []).append(channel)
        indices = np.zeros(max(self._channels, default=0) + 1, dtype=np.int64)
        for number, channels in enumerate(by_name.values()):
            indices[channels] = number
        return indices, [self._topic(name, channels, definitions) for name, channels in by_name.items()]

    def _count(self, piece: _Piece, records: _mcap_read.Records) -> None:
        """Messages of a piece. Raises KeyError for one of an unknown channel."""
        heads = records.heads()
        counts = np.bincount(heads["channel"])
        for channel in np.flatnonzero(counts).tolist():
            if channel not in self._channels:
                raise SegmentError(f"a message names channel {channel}, which the file doesn't have")
            self._counts[channel] = self._counts.get(channel, 0) + int(counts[channel])
        self.messages += len(heads)
        first_ns, last_ns = int(heads["log_ns"].min()), int(heads["log_ns"].max())
        self.pieces.append(replace(piece, first_ns=first_ns, last_ns=last_ns))

    def _topic(self, name: str, channels: Sequence[int], definitions: Definitions) -> BagTopic:
        """A topic of one channel or several."""
        count = sum(self._counts.get(channel, 0) for channel in channels)
        nothing = ("", "", "")
        schemas = {self._schemas.get(self._channels[channel][0], nothing) for channel in channels}
        types = sorted({type_name for type_name, _, _ in schemas})
        problem, definition = self._problem(types, channels), None
        if not problem:
            try:
                type_name, encoding, text = max(schemas)
                definition = definition_of(type_name, encoding, text, definitions)
            except DefinitionError as error:
                problem = str(error)
        return BagTopic(
            name=name,
            type_name=types[0],
            message_count=count,
            definition=definition,
            problem=problem,
            offered_qos=self._offers[name],
        )

    def _problem(self, types: Sequence[str], channels: Sequence[int]) -> str:
        encodings = {self._channels[channel][2] for channel in channels} - {"cdr"}
        if encodings:
            return f"its messages are {', '.join(sorted(encodings))}, not CDR"
        if len(types) > 1:
            return f"it has more than one type: {', '.join(types)}"
        return "" if types[0] else "the file doesn't say its type"


def _chunks(top: _mcap_read.Records) -> Iterator[_Piece]:
    """A file's chunks, each with the message indexes right after it."""
    places: list[tuple[int, int, int]] = []
    for opcode, begin, end in top.others:
        if opcode == _mcap.CHUNK:
            places.append((begin, end, end))
        elif opcode == _mcap.MESSAGE_INDEX and places and places[-1][2] == begin - _mcap.PREFIX_BYTES:
            places[-1] = (*places[-1][:2], end)
    for begin, end, indexes_end in places:
        yield _Piece(data=top.data[begin:end], end=end, is_chunk=True, indexes=top.data[end:indexes_end])


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What becomes another one when a file is written to, or when another one is there; None where none is."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _content(data: memoryview) -> bytes:
    digest = xxhash.xxh3_128()
    for begin in range(0, len(data), _HASH_STEP):
        digest.update(data[begin : begin + _HASH_STEP])
    return digest.digest()


def _is_ended(data: memoryview, data_end: int) -> bool:
    """Whether the file goes on with DataEnd and stops with a footer."""
    return (
        len(data) > data_end
        and data[data_end] == _mcap.DATA_END
        and bytes(data[-len(_mcap.MAGIC) :]) == _mcap.MAGIC
        and data[-37] == _mcap.FOOTER
    )
