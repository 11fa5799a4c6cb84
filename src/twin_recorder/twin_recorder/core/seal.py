"""From an open segment to a closed one: what is whole is kept, and the file ends as MCAP wants it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from twin_lakehouse import durable

from . import _mcap
from .errors import SegmentError
from .segment import CLOSED_SUFFIX, IDENTITY, LOST, OPEN_SUFFIX


def seal(path: Path, lost: Mapping[str, int] | None = None) -> Path | None:
    """End a segment that nobody writes to any more, and give it its closed name; returns the new path.

    `lost`: messages a topic that never arrived. Without a whole message in it the file is deleted, and the result is
    None. Raises OSError; the file can be sealed again then.
    """
    with path.open("r+b") as file:
        summary = _summarise(memoryview(file.read()), path.name, lost or {})
        if summary is not None:
            data_end, tail = summary
            file.truncate(data_end)
            file.seek(data_end)
            file.write(tail)
            file.flush()
            os.fsync(file.fileno())
    if summary is None:
        path.unlink()
        return None
    closed = path.with_name(path.name.removesuffix(OPEN_SUFFIX) + CLOSED_SUFFIX)
    path.rename(closed)
    durable.fsync_folder(path.parent)
    return closed


def _summarise(data: memoryview, name: str, lost: Mapping[str, int]) -> tuple[int, bytes] | None:
    """Where an open segment's data ends and the bytes that end the file; None without a whole message."""
    try:
        start = _mcap.data_start(data, name)
    except SegmentError:
        return None  # it crashed while it was begun
    return _tail(data[: _mcap.whole_until(data, start)], start, lost)


def _tail(data: memoryview, start: int, lost: Mapping[str, int]) -> tuple[int, bytes] | None:
    """As `_summarise`, over data that is whole. Schemas and channels are repeated, so that readers needn't scan."""
    repeated, identity = bytearray(), b""
    counts: dict[int, int] = {}
    schemas, first_ns, last_ns = 0, 2**63 - 1, 0
    for opcode, begin, end in _mcap.walk(data, start):
        if opcode == _mcap.MESSAGE:
            channel_id, _, log_ns, _ = _mcap.read_message(data[begin:end])
            counts[channel_id] = counts.get(channel_id, 0) + 1
            first_ns, last_ns = min(first_ns, log_ns), max(last_ns, log_ns)
        elif opcode in (_mcap.SCHEMA, _mcap.CHANNEL):
            repeated += data[begin - 9 : end]
            schemas += opcode == _mcap.SCHEMA
        elif opcode == _mcap.METADATA:
            identity = _mcap.metadata_index(begin - 9, end - begin + 9, IDENTITY)
    if not counts:
        return None
    lost_record = _mcap.metadata(LOST, {topic: str(count) for topic, count in lost.items()}) if lost else b""
    statistics = _mcap.statistics(
        counts,
        schemas=schemas,
        channels=len(counts),
        metadata_count=1 + bool(lost),
        first_ns=first_ns,
        last_ns=last_ns,
    )
    tail = _mcap.tail(len(data) + len(lost_record), bytes(repeated) + statistics + identity)
    return len(data), lost_record + tail
