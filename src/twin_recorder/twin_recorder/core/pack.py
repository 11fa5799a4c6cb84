"""A closed segment for the object store: images compressed, the rest in zstd chunks, indexed; where that is smaller."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from . import _mcap, images
from ._chunk import Chunk, Data, Int64s, compressor
from .buffers import Buffers, elements, joined, runs
from .definitions import Definition
from .pose import PoseState
from .segment import CLOSED_SUFFIX, PACKED_SUFFIX, SegmentContents, Stream, segment_metadata
from .writer import ChannelRecords

_LOG = logging.getLogger(__name__)
# Below this the compressed copy isn't worth its work: lidar and IMU shrink to 40 %, a JPEG stream not at all.
_WORTH_IT: Final = 0.9
_CHUNK_BYTES: Final = 1 << 20


@contextmanager
def packed(path: Path, contents: SegmentContents) -> Iterator[Path]:
    """The segment as it goes into the object store: a packed copy, which is deleted at the end, or the segment itself
    where that is as small and says as much. A copy for which the disk has no room is made in memory: it is by
    committing that room is made, and what poses need from before must go with the file.

    contents: the segment's, `with_compressed_images`.
    """
    copy = path.with_name(path.name.removesuffix(CLOSED_SUFFIX) + PACKED_SUFFIX)
    has_new_images = any(stream.stored_as for stream in contents.streams)
    says_more = has_new_images or contents.pose_before != PoseState()
    with _written(copy, contents) as made:
        yield made if says_more or made.stat().st_size < _WORTH_IT * contents.size_bytes else path


@contextmanager
def _written(copy: Path, contents: SegmentContents) -> Iterator[Path]:
    """The packed file: at `copy`, or in memory. Raises OSError where that has no room either."""
    try:
        try:
            write_packed(copy, contents)
        except OSError:
            copy.unlink(missing_ok=True)
            with _in_memory(copy.name) as place:
                write_packed(place, contents)
                yield place
        else:
            yield copy
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def _in_memory(name: str) -> Iterator[Path]:
    """A file that is on no disk."""
    descriptor = os.memfd_create(name)
    try:
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def with_compressed_images(contents: SegmentContents) -> SegmentContents:
    """The contents with images as the topic table wants them stored; themselves where nothing changes."""
    streams = tuple(stored for stream in contents.streams for stored in _compressed(contents, stream))
    return replace(contents, streams=streams) if any(stream.stored_as for stream in streams) else contents


def _compressed(contents: SegmentContents, stream: Stream) -> Iterator[Stream]:
    """The stream's images in their stored forms, and what stays as it came."""
    definition = stream.definition
    spec = contents.info.topics.spec(stream.topic, definition.type_name) if definition else None
    if definition is None or spec is None or spec.image == "raw" or definition.type_name != images.IMAGE_TYPE:
        yield stream
        return
    kept: list[int] = []
    made: dict[tuple[str, Definition], list[tuple[int, bytes]]] = {}
    reasons: images.Reasons = Counter()
    for index, cdr in enumerate(stream.payloads):
        found = images.compress(spec, definition, cdr, reasons)
        if found is None:
            kept.append(index)
        else:
            suffix, stored, data = found
            made.setdefault((stream.topic + suffix, stored), []).append((index, data))
    for reason, count in reasons.items():
        _LOG.info("%s: %d images are stored as they came: %s", stream.topic, count, reason)
    if kept:
        yield _some(stream, kept, stream.payloads.take(np.array(kept, dtype=np.int64)))
    for (name, stored), messages in made.items():
        indices = [index for index, _ in messages]
        some = _some(stream, indices, Buffers.of(data for _, data in messages))
        yield replace(some, definition=stored, stored_as=name)


def _some(stream: Stream, indices: list[int], payloads: Buffers) -> Stream:
    """Some of a stream's messages, with these payloads."""
    return replace(stream, log_ns=stream.log_ns[indices], sequence=stream.sequence[indices], payloads=payloads)


def write_packed(path: Path, contents: SegmentContents) -> None:
    """Write the segment as an indexed MCAP file with zstd chunks. Raises OSError."""
    with path.open("wb") as file:
        file.writelines(packed_data(contents))


def packed_data(contents: SegmentContents) -> Iterator[Data]:
    """The file that `write_packed` writes, piece by piece."""
    table = _Table.of(contents)
    summary = _Summary(table, contents)
    yield from summary.head()
    for chunk in table.chunks():
        yield from summary.chunk(chunk)
    yield summary.tail()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """All messages in the order of the file, as ranges of buffers with room for a record's head before each. Arrays:
    int64 (n,).
    """

    channels: tuple[ChannelRecords, ...]
    pieces: tuple[memoryview, ...]
    source: Int64s
    begin: Int64s
    size: Int64s
    channel: Int64s
    sequence: Int64s
    log_ns: Int64s

    @classmethod
    def of(cls, contents: SegmentContents) -> _Table:
        """By log time, and each topic's messages in the order of their arrival, also where a clock went back."""
        streams = contents.streams
        payloads = [_with_room(stream.payloads) for stream in streams]
        order = np.argsort(np.concatenate([np.maximum.accumulate(each.log_ns) for each in streams]), kind="stable")
        number = np.repeat(np.arange(len(streams)), [len(each) for each in payloads])[order]
        # Streams that lie in one buffer share it: there a message of one touches the next one of another.
        pieces = {id(each.data): each.data for each in payloads}
        places = {key: place for place, key in enumerate(pieces)}
        return cls(
            channels=tuple(
                ChannelRecords.of(
                    channel, stream.stored_topic, stream.definition, stream.offered_qos, stream.undefined_type
                )
                for channel, stream in enumerate(streams, start=1)
            ),
            pieces=tuple(pieces.values()),
            source=np.array([places[id(each.data)] for each in payloads])[number],
            begin=np.concatenate([each.offsets for each in payloads])[order],
            size=np.concatenate([each.sizes for each in payloads])[order],
            channel=number + 1,
            sequence=np.concatenate([each.sequence for each in streams])[order],
            log_ns=np.concatenate([each.log_ns for each in streams])[order],
        )

    def chunks(self) -> Iterator[Chunk]:
        """Chunks of about _CHUNK_BYTES; the first one begins with all schemas and channels."""
        before = [memoryview(b"".join(channel.data for channel in self.channels))]
        cuts = np.flatnonzero(np.diff(_starts(self.size) // _CHUNK_BYTES)) + 1
        for first, last in pairwise([0, *cuts.tolist(), len(self.size)]):
            yield self._chunk(before, slice(first, last))
            before = []

    def _chunk(self, before: list[memoryview], rows: slice) -> Chunk:
        """The records of some messages, and what is before them."""
        begin, size, log_ns, channel = self.begin[rows], self.size[rows], self.log_ns[rows], self.channel[rows]
        data = joined(before + runs(self.pieces, begin - _mcap.MESSAGE_OVERHEAD, begin + size, self.source[rows]))
        offsets = sum(map(len, before)) + _starts(size)
        heads = _mcap.message_heads(channel, self.sequence[rows], log_ns, size)
        places = elements(data, _mcap.MESSAGE_OVERHEAD)
        places[offsets] = heads.view(places.dtype)
        return Chunk(data=data, offsets=offsets, channels=channel, log_ns=log_ns)


def _starts(sizes: Int64s) -> Int64s:
    """Where the records of messages begin that follow each other; sizes: of the messages, int64 (n,)."""
    records = sizes + _mcap.MESSAGE_OVERHEAD
    starts: Int64s = np.cumsum(records) - records
    return starts


def _with_room(payloads: Buffers) -> Buffers:
    """The same with as many bytes before the first message as a record's head has."""
    if not len(payloads) or payloads.offsets.min() >= _mcap.MESSAGE_OVERHEAD:
        return payloads
    data = memoryview(bytes(_mcap.MESSAGE_OVERHEAD) + payloads.data)
    return Buffers(data, payloads.offsets + _mcap.MESSAGE_OVERHEAD, payloads.sizes)


class _Summary:
    """Writes what is around the chunks, and remembers where everything lies."""

    def __init__(self, table: _Table, contents: SegmentContents) -> None:
        self._table = table
        self._metadata = [(name, _mcap.metadata(name, entries)) for name, entries in segment_metadata(contents)]
        self._position = 0
        self._metadata_index = b""
        self._chunk_index: list[bytes] = []
        self._compressor = compressor()

    def head(self) -> Iterator[bytes]:
        """Header and metadata."""
        yield self._at(_mcap.header())
        for name, data in self._metadata:
            self._metadata_index += _mcap.metadata_index(self._position, len(data), name)
            yield self._at(data)

    def chunk(self, chunk: Chunk) -> Sequence[Data]:
        """One chunk, in parts."""
        parts, entry = chunk.records(self._position, self._compressor)
        self._chunk_index.append(entry)
        self._position += sum(map(len, parts))
        return parts

    def tail(self) -> bytes:
        """What ends the file."""
        table = self._table
        ids, counts = np.unique(table.channel, return_counts=True)
        statistics = _mcap.statistics(
            dict(zip(ids.tolist(), counts.tolist(), strict=True)),
            schemas=sum(bool(channel.schema) for channel in table.channels),
            metadata_count=len(self._metadata),
            chunks=len(self._chunk_index),
            first_ns=int(table.log_ns.min()),
            last_ns=int(table.log_ns.max()),
        )
        groups = {
            _mcap.SCHEMA: b"".join(channel.schema for channel in table.channels),
            _mcap.CHANNEL: b"".join(channel.channel for channel in table.channels),
            _mcap.STATISTICS: statistics,
            _mcap.CHUNK_INDEX: b"".join(self._chunk_index),
            _mcap.METADATA_INDEX: self._metadata_index,
        }
        return _mcap.ending(self._position, groups)

    def _at(self, data: bytes) -> bytes:
        self._position += len(data)
        return data
