"""The summary inside a run's .wandb file, read without the wandb package.

The file is a LevelDB log (blocks of 32 KiB; records of CRC, length and type, in fragments where they cross a block)
after a header of 7 bytes, and each record a protobuf message, `wandb_internal.proto` of wandb 0.31:
Record.summary = 3, SummaryRecord.update = 1 and .remove = 2, SummaryItem.key = 1, .nested_key = 2, .value_json = 16.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator

_HEADER = b":W&B"
_HEADER_SIZE, _BLOCK = 7, 32 << 10
_RECORD = struct.Struct("<IHB")
_FULL, _FIRST, _LAST = 1, 2, 4
_SUMMARY, _UPDATE, _REMOVE, _KEY, _NESTED_KEY, _VALUE = 3, 1, 2, 1, 2, 16
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def read_summary(data: bytes) -> dict[str, object]:
    """The last value of each summary entry; a file that was cut off gives what was written before.

    Raises ValueError where it is no .wandb file.
    """
    if data[: len(_HEADER)] != _HEADER:
        raise ValueError(f"it is no .wandb file: it begins with {data[:4]!r}")
    summary: dict[str, object] = {}
    for record in _records(data):
        for number, body in _fields(record):
            if number == _SUMMARY:
                _apply(summary, body)
    return summary


def _records(data: bytes) -> Iterator[bytes]:
    position, parts = _HEADER_SIZE, b""
    while position + _RECORD.size <= len(data):
        left = _BLOCK - position % _BLOCK
        if left < _RECORD.size:  # too short for a record: filled with zeros
            position += left
            continue
        _, size, kind = _RECORD.unpack_from(data, position)
        position += _RECORD.size + size
        if position > len(data):
            return
        body = data[position - size : position]
        parts = body if kind in (_FULL, _FIRST) else parts + body
        if kind in (_FULL, _LAST):
            yield parts


def _apply(summary: dict[str, object], body: bytes) -> None:
    """Changes the summary by a SummaryRecord."""
    for change, item in _fields(body):
        if change not in (_UPDATE, _REMOVE):
            continue
        fields = list(_fields(item))
        path = [text.decode() for number, text in fields if number in (_KEY, _NESTED_KEY)]
        values = [json.loads(text) for number, text in fields if number == _VALUE]
        place = summary
        for key in path[:-1]:
            inner = place.get(key)
            place[key] = place = inner if isinstance(inner, dict) else {}
        if path and change == _REMOVE:
            place.pop(path[-1], None)
        elif path and values:
            place[path[-1]] = values[-1]


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Field number and content of the fields of a protobuf message that have a length. Raises ValueError."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == _BYTES:
            size, position = _varint(message, position)
            yield tag >> 3, message[position : position + size]
            position += size
        elif kind == _VARINT:
            _, position = _varint(message, position)
        elif kind in (_FIXED64, _FIXED32):
            position += 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"a record holds a field of unknown kind {kind}")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    """A number, and where it ends."""
    number = shift = 0
    while position < len(message):
        byte = message[position]
        number |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return number, position
    raise ValueError("a record ends within a number")
