"""MCAP records as bytes: how they are laid out, and written straight (specification: mcap.dev/spec, version 0).

The mcap library writes a record in tens of microseconds; a message here costs one `struct.pack`. `_mcap_read` reads.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Heads = npt.NDArray[np.void]

MAGIC: Final = b"\x89MCAP0\r\n"
PROFILE: Final = "ros2"

HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
MESSAGE_INDEX, CHUNK_INDEX = 0x07, 0x08
STATISTICS, METADATA, METADATA_INDEX, SUMMARY_OFFSET, DATA_END = 0x0B, 0x0C, 0x0D, 0x0E, 0x0F

PREFIX = struct.Struct("<BQ")  # opcode, length of what follows
_MESSAGE = struct.Struct("<BQHIQQ")  # prefix, channel, sequence, log time, publish time (ns)
CHUNK_BODY = struct.Struct("<QQQI")  # first and last log time, uncompressed size, CRC-32
U16, U32, U64 = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<Q")

PREFIX_BYTES: Final = PREFIX.size
MESSAGE_OVERHEAD: Final = _MESSAGE.size
BODY_SIZE: Final = _MESSAGE.size - PREFIX.size

# A message record but for its data, as `message_head` makes it.
HEAD: Final = np.dtype(
    [
        ("opcode", "u1"),
        ("length", "<u8"),
        ("channel", "<u2"),
        ("sequence", "<u4"),
        ("log_ns", "<u8"),
        ("publish_ns", "<u8"),
    ]
)


def record(opcode: int, body: bytes) -> bytes:
    """A whole record."""
    return PREFIX.pack(opcode, len(body)) + body


def message_head(channel: int, sequence: int, log_ns: int, size: int) -> bytes:
    """Everything of a message record before its `size` bytes of data."""
    return _MESSAGE.pack(MESSAGE, BODY_SIZE + size, channel, sequence & 0xFFFFFFFF, log_ns, log_ns)


def message_heads(channel: Int64s, sequence: Int64s, log_ns: Int64s, sizes: Int64s) -> Heads:
    """As `message_head`, of many messages: all arrays (n,)."""
    heads = np.empty(len(sizes), dtype=HEAD)
    heads["opcode"], heads["length"] = MESSAGE, sizes + BODY_SIZE
    heads["channel"], heads["sequence"] = channel, sequence & 0xFFFFFFFF
    heads["log_ns"] = heads["publish_ns"] = log_ns
    return heads


def header() -> bytes:
    """Magic and header record."""
    return MAGIC + record(HEADER, text(PROFILE) + text("twin_recorder"))


def schema(schema_id: int, name: str, definition: str) -> bytes:
    """A schema record in `ros2msg` encoding."""
    return record(SCHEMA, U16.pack(schema_id) + text(name) + text("ros2msg") + text(definition))


def undefined_schema(schema_id: int, name: str) -> bytes:
    """A schema record that only names the type, as rosbag2 writes it: without one, `ros2 bag` refuses the file."""
    return record(SCHEMA, U16.pack(schema_id) + text(name) + text("") + text(""))


def channel(channel_id: int, schema_id: int, topic: str, entries: Mapping[str, str]) -> bytes:
    """A channel record for CDR messages, with its metadata; schema_id 0: no schema."""
    head = U16.pack(channel_id) + U16.pack(schema_id) + text(topic) + text("cdr")
    return record(CHANNEL, head + _pairs(entries))


def metadata(name: str, entries: Mapping[str, str]) -> bytes:
    """A metadata record."""
    return record(METADATA, text(name) + _pairs(entries))


def _pairs(entries: Mapping[str, str]) -> bytes:
    """A map of strings with its length before it."""
    pairs = b"".join(text(key) + text(value) for key, value in entries.items())
    return U32.pack(len(pairs)) + pairs


def text(value: str) -> bytes:
    """A string with its length before it."""
    data = value.encode()
    return U32.pack(len(data)) + data


def ending(data_end: int, groups: Mapping[int, bytes]) -> bytes:
    """What ends a file whose data section stops at offset `data_end`: DataEnd, summary, footer, magic.

    `groups`: the summary's records, by opcode.
    """
    end = record(DATA_END, U32.pack(0))
    start = position = data_end + len(end)
    offsets = b""
    for opcode, records in groups.items():
        if records:
            offsets += record(SUMMARY_OFFSET, bytes((opcode,)) + U64.pack(position) + U64.pack(len(records)))
            position += len(records)
    summary = b"".join(groups.values()) + offsets
    footer = PREFIX.pack(FOOTER, 20) + U64.pack(start) + U64.pack(position)
    return end + summary + footer + U32.pack(zlib.crc32(summary + footer)) + MAGIC


def statistics(
    counts: Mapping[int, int], *, schemas: int, metadata_count: int, chunks: int, first_ns: int, last_ns: int
) -> bytes:
    """The statistics record; `counts`: messages a channel."""
    numbers = (sum(counts.values()), schemas, len(counts), 0, metadata_count, chunks, first_ns, last_ns)
    head = struct.pack("<QHIIIIQQ", *numbers)
    pairs = b"".join(U16.pack(key) + U64.pack(count) for key, count in counts.items())
    return record(STATISTICS, head + U32.pack(len(pairs)) + pairs)


def chunk_head(span_ns: tuple[int, int], size: int, crc: int, compression: str, packed_size: int) -> bytes:
    """Everything of a chunk record before its `packed_size` bytes, which are `size` bytes of records.

    `crc`: CRC-32 of these; 0 where what they are compressed with has a checksum of its own.
    """
    head = CHUNK_BODY.pack(*span_ns, size, crc) + text(compression) + U64.pack(packed_size)
    return PREFIX.pack(CHUNK, len(head) + packed_size) + head


def message_index(channel_id: int, entries: bytes) -> bytes:
    """The index of a channel in the chunk before: pairs of log time (ns) and offset in the chunk, 8 bytes each."""
    return record(MESSAGE_INDEX, U16.pack(channel_id) + U32.pack(len(entries)) + entries)


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
    offsets = b"".join(U16.pack(channel) + U64.pack(offset) for channel, offset in index_offsets.items())
    head = struct.pack("<QQQQI", *span_ns, *place, len(offsets))
    rest = U64.pack(index_length) + text(compression) + struct.pack("<QQ", *sizes)
    return record(CHUNK_INDEX, head + offsets + rest)


def metadata_index(offset: int, length: int, name: str) -> bytes:
    """Where a metadata record lies."""
    return record(METADATA_INDEX, U64.pack(offset) + U64.pack(length) + text(name))
