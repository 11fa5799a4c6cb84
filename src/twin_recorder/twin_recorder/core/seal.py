"""From an open segment to a closed one: what is whole is kept, and the file ends as MCAP wants it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from twin_lakehouse import durable

from . import _mcap, _mcap_read
from .errors import SegmentError
from .segment import CLOSED_SUFFIX, LOST, OPEN_SUFFIX, mapped


def seal(path: Path, lost: Mapping[str, int] | None = None) -> Path | None:
    """End a segment that nobody writes to any more, and give it its closed name; returns the new path.

    `lost`: messages a topic that never arrived. Without a whole message in it the file is deleted, and the result is
    None. Raises OSError (the file can be sealed again then), SegmentError where its beginning is damaged.
    """
    records = whole_records(mapped(path), path.name)
    if records is None:
        path.unlink()
        return None
    data_end, tail = records.end, _tail(records, lost or {})
    with path.open("r+b") as file:
        file.truncate(data_end)
        file.seek(data_end)
        file.write(tail)
        file.flush()
        os.fsync(file.fileno())
    closed = path.with_name(path.name.removesuffix(OPEN_SUFFIX) + CLOSED_SUFFIX)
    path.rename(closed)
    durable.fsync_folder(path.parent)
    return closed


def whole_records(data: memoryview, name: str) -> _mcap_read.Records | None:
    """What an open segment keeps when it is closed; None without a message. Raises SegmentError as `seal` does."""
    try:
        start = _mcap_read.data_start(data, name)
    except SegmentError:
        if _was_being_begun(data):
            return None
        raise
    records = _mcap_read.scan(data, start)
    return records if len(records.messages) else None


def _was_being_begun(data: memoryview) -> bool:
    """Whether the recorder crashed, or power failed, before a file's header was in it: then nothing else is either."""
    return len(data) < len(_mcap.header()) or not bytes(data).strip(b"\0")


def _tail(records: _mcap_read.Records, lost: Mapping[str, int]) -> bytes:
    """What follows the data: the losses, and schemas and channels once more, so that readers needn't scan."""
    heads = records.heads()
    ids, counts = np.unique(heads["channel"], return_counts=True)
    repeated: dict[int, bytes] = dict.fromkeys((_mcap.SCHEMA, _mcap.CHANNEL), b"")
    lost_record = _mcap.metadata(LOST, {topic: str(count) for topic, count in lost.items()}) if lost else b""
    index = b""
    schemas, metadata_count = 0, int(bool(lost))
    for opcode, begin, end in records.others:
        if opcode in repeated:
            repeated[opcode] += records.data[begin - _mcap.PREFIX_BYTES : end]
            schemas += opcode == _mcap.SCHEMA
        elif opcode == _mcap.METADATA:
            name, _ = _mcap_read.read_metadata(records.data[begin:end])
            index += _mcap.metadata_index(begin - _mcap.PREFIX_BYTES, end - begin + _mcap.PREFIX_BYTES, name)
            metadata_count += 1
    if lost:
        index += _mcap.metadata_index(records.end, len(lost_record), LOST)
    statistics = _mcap.statistics(
        dict(zip(ids.tolist(), counts.tolist(), strict=True)),
        schemas=schemas,
        metadata_count=metadata_count,
        chunks=0,
        first_ns=int(heads["log_ns"].min()),
        last_ns=int(heads["log_ns"].max()),
    )
    groups = {**repeated, _mcap.STATISTICS: statistics, _mcap.METADATA_INDEX: index}
    return lost_record + _mcap.ending(records.end + len(lost_record), groups)
