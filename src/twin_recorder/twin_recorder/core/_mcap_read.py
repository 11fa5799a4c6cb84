"""MCAP files read straight: a walk over a whole file costs a fifth of a microsecond a message, as all but a record's
length is read by NumPy.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ._decompress import decompressed
from ._mcap import (
    BODY_SIZE,
    CHUNK,
    CHUNK_BODY,
    DATA_END,
    HEAD,
    HEADER,
    MAGIC,
    MESSAGE,
    MESSAGE_OVERHEAD,
    PREFIX,
    U16,
    U32,
)
from ._runs import alike
from .buffers import elements
from .errors import SegmentError

_OTHERS: Final = frozenset(range(HEADER, DATA_END)) - {MESSAGE}
# Records that are walked one by one before the next ones are looked at all at once.
_STRETCH: Final = 256

Int64s = npt.NDArray[np.int64]
Heads = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What lies in `data`, up to offset `end`: where the data section ends, or where the whole records do.

    messages: offsets of the message records, int64 (n,). others: (opcode, body start, body end). known: the messages'
    heads, where they were read already.
    """

    data: memoryview
    messages: Int64s
    others: tuple[tuple[int, int, int], ...]
    end: int
    known: Heads | None = None

    def heads(self) -> Heads:
        """Each message's `length`, `channel`, `sequence` and `log_ns`, (n,); its data begins MESSAGE_OVERHEAD later."""
        return heads_at(self.data, self.messages) if self.known is None else self.known

    def bodies(self, opcode: int) -> Iterator[memoryview]:
        """The records of a kind, other than messages."""
        return (self.data[begin:end] for kind, begin, end in self.others if kind == opcode)


def heads_at(data: memoryview, messages: Int64s) -> Heads:
    """The heads of message records, by their offsets."""
    if not len(messages):
        return np.empty(0, dtype=HEAD)
    return elements(data, MESSAGE_OVERHEAD)[messages].view(HEAD)


def scan(data: memoryview, start: int, most: int | None = None) -> Records:
    """Find the whole records of a data section; messages inside chunks are not among them.

    It ends at DataEnd, or where a record isn't whole: zeros follow where a file had grown when power failed and its
    data had not been written yet. Or soon after `most` messages; the rest is found from there.
    """
    found: list[Int64s] = []
    others: list[tuple[int, int, int]] = []
    position, stretch, total = start, _STRETCH, 0
    while stretch == _STRETCH and (most is None or total < most):
        count, step = alike(data, position, MESSAGE, BODY_SIZE)
        found.append(position + step * np.arange(count))
        messages, position, stretch = walked(data, position + step * count, others)
        found.append(messages)
        total += count + len(messages)
    return Records(data=data, messages=np.concatenate(found), others=tuple(others), end=position)


def walked(data: memoryview, position: int, others: list[tuple[int, int, int]]) -> tuple[Int64s, int, int]:
    """Up to _STRETCH records, one by one: the messages' offsets, where they end, and how many records there were."""
    messages: list[int] = []
    last, size, count = len(data) - PREFIX.size, len(data), 0
    unpack, found = PREFIX.unpack_from, messages.append
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
    if len(data) >= len(MAGIC) + PREFIX.size:
        opcode, length = PREFIX.unpack_from(data, len(MAGIC))
        end = len(MAGIC) + PREFIX.size + int(length)
        if opcode == HEADER and end <= len(data):
            return end
    raise SegmentError(f"{name}: no MCAP header record; the file was cut while it was begun")


def read_schema(body: memoryview) -> tuple[int, str, str, str]:
    """Id, type name, encoding and definition text of a schema record."""
    name, position = read_text(body, 2)
    encoding, position = read_text(body, position)
    return U16.unpack_from(body)[0], name, encoding, read_text(body, position)[0]


def read_channel(body: memoryview) -> tuple[int, int, str, str, dict[str, str]]:
    """Id, schema id, topic, message encoding and metadata of a channel record."""
    topic, position = read_text(body, 4)
    encoding, position = read_text(body, position)
    ids = U16.unpack_from(body)[0], U16.unpack_from(body, 2)[0]
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
    (length,) = U32.unpack_from(body, position)
    end = position + 4 + length
    return str(body[position + 4 : end], "utf-8"), end


def unpack_chunk(body: memoryview, *, is_checked: bool = False) -> memoryview:
    """The records inside a chunk; `is_checked`: its CRC-32 was looked at before. Raises SegmentError where it is
    broken.
    """
    _, _, size, crc = CHUNK_BODY.unpack_from(body)
    compression, position = read_text(body, CHUNK_BODY.size)
    packed = body[position + 8 :]
    data = decompressed(packed, compression, size)
    if len(data) != size or (crc and not is_checked and zlib.crc32(data) != crc):
        raise SegmentError(f"a chunk of {size} bytes has a wrong checksum or size; the file is damaged")
    return data
