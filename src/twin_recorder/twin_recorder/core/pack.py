"""A closed segment for the object store: chunks compressed with zstd and indexed, where that makes it smaller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import merge
from pathlib import Path
from typing import Final

from mcap.writer import CompressionType, Writer

from . import _mcap
from .segment import CLOSED_SUFFIX, PACKED_SUFFIX, SegmentContents, Stream, segment_metadata

# Below this the compressed copy isn't worth its work: lidar and IMU shrink to 40 %, a JPEG stream not at all.
_WORTH_IT: Final = 0.9


@contextmanager
def packed(path: Path, contents: SegmentContents) -> Iterator[Path]:
    """A file with the segment's messages, the smaller of itself and a compressed copy; the copy is deleted at the
    end.
    """
    copy = path.with_name(path.name.removesuffix(CLOSED_SUFFIX) + PACKED_SUFFIX)
    try:
        try:
            write_packed(copy, contents)
            is_smaller = copy.stat().st_size < _WORTH_IT * contents.size_bytes
        except OSError:
            is_smaller = False  # no room for a copy: the segment itself will do
        yield copy if is_smaller else path
    finally:
        copy.unlink(missing_ok=True)


def write_packed(path: Path, contents: SegmentContents) -> None:
    """Write the segment as an indexed MCAP file with zstd chunks. Raises OSError."""
    with path.open("wb") as file:
        writer = Writer(file, compression=CompressionType.ZSTD)
        writer.start(profile=_mcap.PROFILE, library="twin_recorder")
        for name, entries in segment_metadata(contents):
            writer.add_metadata(name, entries)
        channels = [_register(writer, stream) for stream in contents.streams]
        for log_ns, channel, sequence, payload in merge(*map(_messages, channels, contents.streams)):
            writer.add_message(channel, log_ns, bytes(payload), log_ns, sequence)
        writer.finish()  # type: ignore[no-untyped-call]


def _register(writer: Writer, stream: Stream) -> int:
    """Schema and channel of a topic."""
    definition = stream.definition
    schema = writer.register_schema(definition.type_name, "ros2msg", definition.text.encode()) if definition else 0
    return int(writer.register_channel(stream.topic, "cdr", schema))


def _messages(channel: int, stream: Stream) -> Iterator[tuple[int, int, int, memoryview]]:
    """A topic's messages; the first three make the order of the file, and never tie."""
    for log_ns, sequence, payload in zip(
        stream.log_ns.tolist(), stream.sequence.tolist(), stream.payloads, strict=True
    ):
        yield log_ns, channel, sequence, payload
