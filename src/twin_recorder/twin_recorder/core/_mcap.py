"""MCAP records as bytes: written straight, walked straight (specification: mcap.dev/spec, version 0).

The mcap library writes a record in tens of microseconds; a message here costs one `struct.pack`, and a walk over a
whole file costs a fifth of a microsecond a message: all but a record's length is read by NumPy.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ._decompress import decompressed
from ._runs import alike
from .errors import SegmentError

MAGIC: Final = b"\x89MCAP0\r\n"
PROFILE: Final = "ros2"

HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
MESSAGE_INDEX, CHUNK_INDEX = 0x07, 0x08
STATISTICS, METADATA, METADATA_INDEX, SUMMARY_OFFSET, DATA_END = 0x0B, 0x0C, 0x0D, 0x0E, 0x0F
_OTHERS: Final = frozenset(range(HEADER, DATA_END)) - {MESSAGE}

_PREFIX = struct.Struct("<BQ")  # opcode, length of what follows
_MESSAGE = struct.Struct("<BQHIQQ")  # prefix, channel, sequence, log time, publish time (ns)
_CHUNK_BODY = struct.Struct("<QQQI")  # first and last log time, uncompressed size, CRC-32
_U16, _U32, _U64 = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<Q")

PREFIX_BYTES: Final = _PREFIX.size
MESSAGE_OVERHEAD: Final = _MESSAGE.size
BODY_SIZE: Final = _MESSAGE.size - _PREFIX.size

# Records that are walked one by one before the next ones are looked at all at once.
_STRETCH: Final = 256

Int64s = npt.NDArray[np.int64]
Heads = npt.NDArray[np.void]
# A message record but for its data, as `message_head` makes it.
_HEAD: Final = np.dtype(
    {
        "names": ["length", "channel", "sequence", "log_ns"],
        "formats": ["<u8", "<u2", "<u4", "<u8"],
        "offsets": [1, 9, 11, 15],
        "itemsize": MESSAGE_OVERHEAD,
    }
)


def record(opcode: int, body: bytes) -> bytes:
    """A whole record."""
    return _PREFIX.pack(opcode, len(body)) + body


def message_head(channel: int, sequence: int, log_ns: int, size: int) -> bytes:
    """Everything of a message record before its `size` bytes of data."""
    return _MESSAGE.pack(MESSAGE, BODY_SIZE + size, channel, sequence & 0xFFFFFFFF, log_ns, log_ns)


def header() -> bytes:
    """Magic and header record."""
    return MAGIC + record(HEADER, text(PROFILE) + text("twin_recorder"))


def schema(schema_id: int, name: str, definition: str) -> bytes:
    """A schema record in `ros2msg` encoding."""
    return record(SCHEMA, _U16.pack(schema_id) + text(name) + text("ros2msg") + text(definition))


def undefined_schema(schema_id: int, name: str) -> bytes:
    """A schema record that only names the type, as rosbag2 writes it: without one, `ros2 bag` refuses the file."""
    return record(SCHEMA, _U16.pack(schema_id) + text(name) + text("") + text(""))


def channel(channel_id: int, schema_id: int, topic: str, entries: Mapping[str, str]) -> bytes:
    """A channel record for CDR messages, with its metadata; schema_id 0: no schema."""
    head = _U16.pack(channel_id) + _U16.pack(schema_id) + text(topic) + text("cdr")
    return record(CHANNEL, head + _pairs(entries))


def metadata(name: str, entries: Mapping[str, str]) -> bytes:
    """A metadata record."""
    return record(METADATA, text(name) + _pairs(entries))


def _pairs(entries: Mapping[str, str]) -> bytes:
    """A map of strings with its length before it."""
    pairs = b"".join(text(key) + text(value) for key, value in entries.items())
    return _U32.pack(len(pairs)) + pairs


def text(value: str) -> bytes:
    """A string with its length before it."""
    data = value.encode()
    return _U32.pack(len(data)) + data


def ending(data_end: int, groups: Mapping[int, bytes]) -> bytes:
    """What ends a file whose data section stops at offset `data_end`: DataEnd, summary, footer, magic.

    `groups`: the summary's records, by opcode.
    """
    end = record(DATA_END, _U32.pack(0))
    start = position = data_end + len(end)
    offsets = b""
    for opcode, records in groups.items():
        if records:
            offsets += record(SUMMARY_OFFSET, bytes((opcode,)) + _U64.pack(position) + _U64.pack(len(records)))
            position += len(records)
    summary = b"".join(groups.values()) + offsets
    footer = _PREFIX.pack(FOOTER, 20) + _U64.pack(start) + _U64.pack(position)
    return end + summary + footer + _U32.pack(zlib.crc32(summary + footer)) + MAGIC


def statistics(
    counts: Mapping[int, int], *, schemas: int, metadata_count: int, chunks: int, first_ns: int, last_ns: int
) -> bytes:
    """The statistics record; `counts`: messages a channel."""
    numbers = (sum(counts.values()), schemas, len(counts), 0, metadata_count, chunks, first_ns, last_ns)
    head = struct.pack("<QHIIIIQQ", *numbers)
    pairs = b"".join(_U16.pack(key) + _U64.pack(count) for key, count in counts.items())
    return record(STATISTICS, head + _U32.pack(len(pairs)) + pairs)


def chunk(span_ns: tuple[int, int], data: bytes, packed: bytes, compression: str) -> bytes:
    """A chunk record of the records `data`, stored as `packed`."""
    head = _CHUNK_BODY.pack(*span_ns, len(data), zlib.crc32(data)) + text(compression) + _U64.pack(len(packed))
    return record(CHUNK, head + packed)


def message_index(channel_id: int, entries: bytes) -> bytes:
    """The index of a channel in the chunk before: pairs of log time (ns) and offset in the chunk, 8 bytes each."""
    return record(MESSAGE_INDEX, _U16.pack(channel_id) + _U32.pack(len(entries)) + entries)


def chunk_index(
    *,
    span_ns: tuple[int, int],
    place: tuple[int, int],
    index_offsets: Mapping[int, int],
    index_length: int,
    compression: str,
    sizes: tuple[int, int],
) -> bytes:
    """A chunk's entry in the summary. `place`: the record's offset and length; `sizes`: compressed, uncompressed."""
    offsets = b"".join(_U16.pack(channel) + _U64.pack(offset) for channel, offset in index_offsets.items())
    head = struct.pack("<QQQQI", *span_ns, *place, len(offsets))
    rest = _U64.pack(index_length) + text(compression) + struct.pack("<QQ", *sizes)
    return record(CHUNK_INDEX, head + offsets + rest)


def metadata_index(offset: int, length: int, name: str) -> bytes:
    """Where a metadata record lies."""
    return record(METADATA_INDEX, _U64.pack(offset) + _U64.pack(length) + text(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What lies in `data`, up to offset `end`: where the data section ends, or where the whole records do.

    messages: offsets of the message records, int64 (n,). others: (opcode, body start, body end).
    """

    data: memoryview
    messages: Int64s
    others: tuple[tuple[int, int, int], ...]
    end: int

    def heads(self) -> Heads:
        """Each message's `length`, `channel`, `sequence` and `log_ns`, (n,); its data begins MESSAGE_OVERHEAD later."""
        if not len(self.messages):
            return np.empty(0, dtype=_HEAD)
        every = np.frombuffer(self.data, dtype=np.uint8)
        windows = np.lib.stride_tricks.sliding_window_view(every, MESSAGE_OVERHEAD)
        return windows[self.messages].reshape(-1).view(_HEAD)

    def bodies(self, opcode: int) -> Iterator[memoryview]:
        """The records of a kind, other than messages."""
        return (self.data[begin:end] for kind, begin, end in self.others if kind == opcode)


def scan(data: memoryview, start: int) -> Records:
    """Find the whole records of a data section; messages inside chunks are not among them.

    It ends at DataEnd, or where a record isn't whole: zeros follow where a file had grown when power failed and its
    data had not been written yet.
    """
    found: list[Int64s] = []
    others: list[tuple[int, int, int]] = []
    position, stretch = start, _STRETCH
    while stretch == _STRETCH:
        count, step = alike(data, position, MESSAGE, BODY_SIZE)
        found.append(position + step * np.arange(count))
        messages, position, stretch = _walked(data, position + step * count, others)
        found.append(messages)
    return Records(data=data, messages=np.concatenate(found), others=tuple(others), end=position)


def _walked(data: memoryview, position: int, others: list[tuple[int, int, int]]) -> tuple[Int64s, int, int]:
    """Up to _STRETCH records, one by one: the messages' offsets, where they end, and how many records there were."""
    messages: list[int] = []
    last, size, count = len(data) - _PREFIX.size, len(data), 0
    unpack, found = _PREFIX.unpack_from, messages.append
    for count in range(_STRETCH + 1):
        if position > last or count == _STRETCH:
            break
        opcode, length = unpack(data, position)
        end = position + 9 + length
        if end > size:
            break
        if opcode == MESSAGE and length >= BODY_SIZE:
            found(position)
        elif opcode in _OTHERS:
            others.append((opcode, position + 9, end))
        else:
            break
        position = end
    return np.array(messages, dtype=np.int64), position, count


def unchunked(records: Records) -> Records:
    """The records inside the chunks, joined; without chunks, the same. Raises SegmentError at a broken chunk."""
    chunks = [unpack_chunk(body) for body in records.bodies(CHUNK)]
    return scan(memoryview(b"".join(chunks)), 0) if chunks else records


def data_start(data: memoryview, name: str) -> int:
    """Offset after magic and header. Raises SegmentError where they aren't there."""
    if bytes(data[: len(MAGIC)]) != MAGIC:
        raise SegmentError(f"{name} is no MCAP file: it begins with {bytes(data[:8])!r}")
    if len(data) >= len(MAGIC) + _PREFIX.size:
        opcode, length = _PREFIX.unpack_from(data, len(MAGIC))
        end = len(MAGIC) + _PREFIX.size + int(length)
        if opcode == HEADER and end <= len(data):
            return end
    raise SegmentError(f"{name}: no MCAP header record; the file was cut while it was begun")


def channel_of(data: memoryview, offset: int) -> int:
    """The channel of the message record at an offset."""
    (channel_id,) = _U16.unpack_from(data, offset + PREFIX_BYTES)
    return int(channel_id)


def read_schema(body: memoryview) -> tuple[int, str, str, str]:
    """Id, type name, encoding and definition text of a schema record."""
    name, position = read_text(body, 2)
    encoding, position = read_text(body, position)
    return _U16.unpack_from(body)[0], name, encoding, read_text(body, position)[0]


def read_channel(body: memoryview) -> tuple[int, int, str, str, dict[str, str]]:
    """Id, schema id, topic, message encoding and metadata of a channel record."""
    topic, position = read_text(body, 4)
    encoding, position = read_text(body, position)
    ids = _U16.unpack_from(body)[0], _U16.unpack_from(body, 2)[0]
    return *ids, topic, encoding, _read_pairs(body, position)


def read_metadata(body: memoryview) -> tuple[str, dict[str, str]]:
    """Name and entries of a metadata record."""
    name, position = read_text(body, 0)
    return name, _read_pairs(body, position)


def _read_pairs(body: memoryview, position: int) -> dict[str, str]:
    """Inverse of `_pairs`, up to the record's end."""
    position += 4
    entries: dict[str, str] = {}
    while position < len(body):
        key, position = read_text(body, position)
        entries[key], position = read_text(body, position)
    return entries


def read_text(body: memoryview, position: int) -> tuple[str, int]:
    """A string with its length before it, and the offset after it."""
    (length,) = _U32.unpack_from(body, position)
    end = position + 4 + length
    return str(body[position + 4 : end], "utf-8"), end


def unpack_chunk(body: memoryview) -> memoryview:
    """The records inside a chunk. Raises SegmentError where it is broken."""
    _, _, size, crc = _CHUNK_BODY.unpack_from(body)
    compression, position = read_text(body, _CHUNK_BODY.size)
    packed = body[position + 8 :]
    data = decompressed(packed, compression, size)
    if len(data) != size or (crc and zlib.crc32(data) != crc):
        raise SegmentError(f"a chunk of {size} bytes has a wrong checksum or size; the file is damaged")
    return data
