"""A closed segment for the object store: images compressed, the rest in zstd chunks, indexed; where that is smaller."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from . import _mcap, _mcap_read, images
from ._chunk import Chunk, Data, Int64s, compressor
from .buffers import Buffers, runs
from .definitions import Definition
from .pose import PoseState
from .segment import CLOSED_SUFFIX, PACKED_SUFFIX, SegmentContents, Stream, segment_metadata
from .writer import ChannelRecords

_LOG = logging.getLogger(__name__)
# Below this the compressed copy isn't worth its work: lidar and IMU shrink to 40 %, a JPEG stream not at all.
_WORTH_IT: Final = 0.9
_CHUNK_BYTES: Final = 1 << 20
# Channels that aren't the segment's own: a segment has one a topic, and never this many.
_FIRST_NEW: Final = 1 << 15


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


@contextmanager
def always_packed(path: Path, contents: SegmentContents) -> Iterator[Path]:
    """As `packed`, for contents that are in memory alone: the copy is at `path`. Raises OSError."""
    try:
        write_packed(path, contents)
        yield path
    finally:
        path.unlink(missing_ok=True)


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
    table = _Table.of(contents)
    summary = _Summary(table, contents)
    with path.open("wb") as file:
        for data in summary.head():
            file.write(data)
        for chunk in table.chunks():
            file.writelines(summary.chunk(chunk))
        file.write(summary.tail())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """All messages in the order of the file, as ranges of buffers: record head and data. Arrays: int64 (n,)."""

    channels: tuple[ChannelRecords, ...]
    pieces: tuple[memoryview, ...]
    source: Int64s
    begin: Int64s
    end: Int64s
    channel: Int64s
    log_ns: Int64s

    @classmethod
    def of(cls, contents: SegmentContents) -> _Table:
        """By log time, and each topic's messages in the order of their arrival, also where a clock went back."""
        parts = [_part(contents, number, stream) for number, stream in enumerate(contents.streams, start=1)]
        keys = np.concatenate([np.maximum.accumulate(stream.log_ns) for stream in contents.streams])
        order = np.argsort(keys, kind="stable")
        sizes = [len(stream.payloads) for stream in contents.streams]
        # Streams that lie in the segment share a buffer: a message of one touches the next one of another.
        pieces = {id(part.data): part.data for part in parts}
        numbers = {key: number for number, key in enumerate(pieces)}
        return cls(
            channels=tuple(
                ChannelRecords.of(
                    part.channel, stream.stored_topic, stream.definition, stream.offered_qos, stream.undefined_type
                )
                for part, stream in zip(parts, contents.streams, strict=True)
            ),
            pieces=tuple(pieces.values()),
            source=np.repeat([numbers[id(part.data)] for part in parts], sizes)[order],
            begin=np.concatenate([part.begin for part in parts])[order],
            end=np.concatenate([part.end for part in parts])[order],
            channel=np.repeat([part.channel for part in parts], sizes)[order],
            log_ns=np.concatenate([stream.log_ns for stream in contents.streams])[order],
        )

    def chunks(self) -> Iterator[Chunk]:
        """Chunks of about _CHUNK_BYTES; the first one begins with all schemas and channels."""
        before = b"".join(channel.data for channel in self.channels)
        sizes = self.end - self.begin
        number = (np.cumsum(sizes) - sizes) // _CHUNK_BYTES
        cuts = np.flatnonzero(np.diff(number)) + 1
        for first, last in zip([0, *cuts.tolist()], [*cuts.tolist(), len(sizes)], strict=True):
            rows = slice(first, last)
            parts = runs(self.pieces, self.begin[rows], self.end[rows], self.source[rows])
            # In a segment the messages lie in the order of the file: as they are, they are compressed.
            data = b"".join([before, *parts]) if before or len(parts) > 1 else parts[0]
            offsets = len(before) + np.cumsum(sizes[rows]) - sizes[rows]
            yield Chunk(data=data, offsets=offsets, channels=self.channel[rows], log_ns=self.log_ns[rows])
            before = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A stream's message records as ranges of `data`."""

    channel: int
    data: memoryview
    begin: Int64s
    end: Int64s


def _part(contents: SegmentContents, number: int, stream: Stream) -> _Part:
    """The stream's records as they lie in the segment, or made anew where only its messages are there."""
    payloads = stream.payloads
    if payloads.data is contents.data:
        begin = payloads.offsets - _mcap.MESSAGE_OVERHEAD
        return _Part(
            channel=_mcap_read.channel_of(payloads.data, int(begin[0])),
            data=payloads.data,
            begin=begin,
            end=payloads.offsets + payloads.sizes,
        )
    channel = _FIRST_NEW + number
    heads = map(
        _mcap.message_head,
        [channel] * len(payloads),
        stream.sequence.tolist(),
        stream.log_ns.tolist(),
        payloads.sizes.tolist(),
    )
    data = b"".join(part for head, payload in zip(heads, payloads, strict=True) for part in (head, payload))
    end = np.cumsum(payloads.sizes + _mcap.MESSAGE_OVERHEAD)
    return _Part(channel=channel, data=memoryview(data), begin=end - payloads.sizes - _mcap.MESSAGE_OVERHEAD, end=end)


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
