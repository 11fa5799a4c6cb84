"""MCAP records as bytes: written straight, walked straight (specification: mcap.dev/spec, version 0).

The mcap library writes a record in tens of microseconds; a message here costs one `struct.pack`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

import zstandard

from .errors import SegmentError

MAGIC: Final = b"\x89MCAP0\r\n"
PROFILE: Final = "ros2"

HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
STATISTICS, METADATA, METADATA_INDEX, DATA_END = 0x0B, 0x0C, 0x0D, 0x0F
_LAST_OPCODE: Final = DATA_END

_PREFIX = struct.Struct("<BQ")  # opcode, length of what follows
_MESSAGE = struct.Struct("<BQHIQQ")  # prefix, channel, sequence, log time, publish time (ns)
_MESSAGE_BODY = struct.Struct("<HIQQ")
_CHUNK_BODY = struct.Struct("<QQQI")  # first and last log time, uncompressed size, CRC-32
_U16, _U32, _U64 = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<Q")

MESSAGE_OVERHEAD: Final = _MESSAGE.size
_BODY_SIZE: Final = _MESSAGE_BODY.size


def record(opcode: int, body: bytes) -> bytes:
    """A whole record."""
    return _PREFIX.pack(opcode, len(body)) + body


def message_head(channel: int, sequence: int, log_ns: int, size: int) -> bytes:
    """Everything of a message record before its `size` bytes of data."""
    return _MESSAGE.pack(MESSAGE, _BODY_SIZE + size, channel, sequence & 0xFFFFFFFF, log_ns, log_ns)


def header() -> bytes:
    """Magic and header record."""
    return MAGIC + record(HEADER, text(PROFILE) + text("twin_recorder"))


def schema(schema_id: int, name: str, definition: str) -> bytes:
    """A schema record in `ros2msg` encoding."""
    return record(SCHEMA, _U16.pack(schema_id) + text(name) + text("ros2msg") + text(definition))


def channel(channel_id: int, schema_id: int, topic: str) -> bytes:
    """A channel record for CDR messages; schema_id 0: no schema."""
    return record(CHANNEL, _U16.pack(channel_id) + _U16.pack(schema_id) + text(topic) + text("cdr") + _U32.pack(0))


def metadata(name: str, entries: Mapping[str, str]) -> bytes:
    """A metadata record."""
    pairs = b"".join(text(key) + text(value) for key, value in entries.items())
    return record(METADATA, text(name) + _U32.pack(len(pairs)) + pairs)


def text(value: str) -> bytes:
    """A string with its length before it."""
    data = value.encode()
    return _U32.pack(len(data)) + data


def tail(data_end: int, summary: bytes) -> bytes:
    """What ends a file whose data section stops at offset `data_end`: DataEnd, summary, footer, magic."""
    end = record(DATA_END, _U32.pack(0))
    start = data_end + len(end) if summary else 0
    footer = _PREFIX.pack(FOOTER, 20) + _U64.pack(start) + _U64.pack(0)
    return end + summary + footer + _U32.pack(zlib.crc32(summary + footer)) + MAGIC


def statistics(
    counts: Mapping[int, int], *, schemas: int, channels: int, metadata_count: int, first_ns: int, last_ns: int
) -> bytes:
    """The statistics record of an unchunked file; `counts`: messages a channel."""
    head = struct.pack("<QHIIIIQQ", sum(counts.values()), schemas, channels, 0, metadata_count, 0, first_ns, last_ns)
    pairs = b"".join(_U16.pack(key) + _U64.pack(count) for key, count in counts.items())
    return record(STATISTICS, head + _U32.pack(len(pairs)) + pairs)


def metadata_index(offset: int, length: int, name: str) -> bytes:
    """Where a metadata record lies."""
    return record(METADATA_INDEX, _U64.pack(offset) + _U64.pack(length) + text(name))


def walk(data: memoryview, start: int) -> Iterator[tuple[int, int, int]]:
    """Whole records from an offset on, as (opcode, body start, body end); stops at the first that isn't whole."""
    position, size = start, len(data)
    while position + _PREFIX.size <= size:
        opcode, length = _PREFIX.unpack_from(data, position)
        end = position + _PREFIX.size + length
        # Zeros follow where a file had grown when power failed and its data had not been written yet.
        if end > size or not 0 < opcode <= _LAST_OPCODE:
            return
        yield opcode, position + _PREFIX.size, end
        position = end


def data_start(data: memoryview, name: str) -> int:
    """Offset after magic and header. Raises SegmentError where they aren't there."""
    if bytes(data[: len(MAGIC)]) != MAGIC:
        raise SegmentError(f"{name} is no MCAP file: it begins with {bytes(data[:8])!r}")
    for opcode, _, end in walk(data, len(MAGIC)):
        if opcode == HEADER:
            return end
        break
    raise SegmentError(f"{name}: no MCAP header record; the file was cut while it was begun")


def whole_until(data: memoryview, start: int) -> int:
    """Offset where the data section ends: at DataEnd, or after the last whole record."""
    end = start
    for opcode, _, record_end in walk(data, start):
        if opcode == DATA_END:
            break
        end = record_end
    return end


def data_records(data: memoryview, start: int) -> Iterator[tuple[int, memoryview]]:
    """Records of the data section as (opcode, body), those inside chunks too. Raises SegmentError at a broken chunk."""
    for opcode, begin, end in walk(data, start):
        if opcode == DATA_END:
            return
        if opcode == CHUNK:
            yield from data_records(_unpack_chunk(data[begin:end]), 0)
        else:
            yield opcode, data[begin:end]


def read_message(body: memoryview) -> tuple[int, int, int, memoryview]:
    """Channel, sequence, log time (ns) and data of a message record."""
    channel_id, sequence, log_ns, _ = _MESSAGE_BODY.unpack_from(body)
    return channel_id, sequence, log_ns, body[_BODY_SIZE:]


def read_schema(body: memoryview) -> tuple[int, str, str]:
    """Id, type name and definition text of a schema record."""
    name, position = read_text(body, 2)
    _, position = read_text(body, position)
    return _U16.unpack_from(body)[0], name, read_text(body, position)[0]


def read_channel(body: memoryview) -> tuple[int, int, str]:
    """Id, schema id and topic of a channel record."""
    return _U16.unpack_from(body)[0], _U16.unpack_from(body, 2)[0], read_text(body, 4)[0]


def read_metadata(body: memoryview) -> tuple[str, dict[str, str]]:
    """Name and entries of a metadata record."""
    name, position = read_text(body, 0)
    position += 4
    entries: dict[str, str] = {}
    while position < len(body):
        key, position = read_text(body, position)
        entries[key], position = read_text(body, position)
    return name, entries


def read_text(body: memoryview, position: int) -> tuple[str, int]:
    """A string with its length before it, and the offset after it."""
    (length,) = _U32.unpack_from(body, position)
    end = position + 4 + length
    return str(body[position + 4 : end], "utf-8"), end


def _unpack_chunk(body: memoryview) -> memoryview:
    """The records inside a chunk."""
    _, _, size, crc = _CHUNK_BODY.unpack_from(body)
    compression, position = read_text(body, _CHUNK_BODY.size)
    packed = body[position + 8 :]
    if compression not in ("", "zstd"):
        raise SegmentError(f"chunk compression {compression!r} is not one of zstd, none; convert the file first")
    try:
        data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=size) if compression else bytes(packed)
    except zstandard.ZstdError as error:
        raise SegmentError(f"a chunk of {size} bytes can't be decompressed: {error}") from error
    if len(data) != size or (crc and zlib.crc32(data) != crc):
        raise SegmentError(f"a chunk of {size} bytes has a wrong checksum or size; the file is damaged")
    return memoryview(data)
