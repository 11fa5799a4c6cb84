"""The end of a segment that is written: messages in batches to the operating system, nothing decoded."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from twin_lakehouse import durable

from . import _mcap
from .definitions import Definition, known_type_hash
from .segment import IDENTITY, OFFERED_QOS, SegmentInfo, identity

MOST_HELD: Final = 300
"""Messages: what one writev takes is 1024 buffers, of which a topic's first message needs three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRecords:
    """A topic's schema and channel records, made once; they go into each segment before the topic's first message."""

    topic: str
    channel_id: int
    schema: bytes
    channel: bytes

    @property
    def data(self) -> bytes:
        """Both records."""
        return self.schema + self.channel

    @classmethod
    def of(
        cls, channel_id: int, topic: str, definition: Definition | None, offered_qos: str = "", type_name: str = ""
    ) -> ChannelRecords:
        """Ids are from 1. `type_name`: the type where its definition isn't known; its messages make no rows then."""
        schema = b""
        if definition is not None:
            schema = _mcap.schema(channel_id, definition.type_name, definition.text)
        elif type_name:
            schema = _mcap.undefined_schema(channel_id, type_name)
        # As rosbag2 writes it, so that `ros2 bag play` offers what was offered.
        entries = {OFFERED_QOS: offered_qos, "topic_type_hash": known_type_hash(definition)}
        channel = _mcap.channel(channel_id, channel_id if schema else 0, topic, entries)
        return cls(topic=topic, channel_id=channel_id, schema=schema, channel=channel)


class SegmentWriter:
    """An open segment. Messages are held in memory until `flush`. Not thread-safe: SegmentStore holds the lock.

    message_count, payload_bytes: with what is held. held_count, held_bytes: messages that `flush` would write, payload.
    """

    def __init__(self, path: Path, info: SegmentInfo) -> None:
        """Create the file. Raises OSError (disk full, no permission); nothing is left behind then."""
        self.path = path
        self.info = info
        self.message_count = self.payload_bytes = self.held_bytes = self.held_count = 0
        self._held: list[bytes] = [_mcap.header(), _mcap.metadata(IDENTITY, identity(info))]
        self._known: set[int] = set()
        self._has_name_on_disk = False
        self._written = _Written(size=0, messages=0, payload=0, channels=frozenset())
        # O_APPEND: after a failed write the file is cut back, and the next one must follow the cut.
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        try:
            self.flush()
        except OSError:
            self.discard()
            raise

    def append(self, channel: ChannelRecords, sequence: int, log_ns: int, cdr: bytes) -> None:
        """Take one message; the caller flushes when MOST_HELD messages are held, or before."""
        size = len(cdr)
        if channel.channel_id not in self._known:
            self._known.add(channel.channel_id)
            self._held.append(channel.data)
        self._held += (_mcap.message_head(channel.channel_id, sequence, log_ns, size), cdr)
        self.held_bytes += size
        self.held_count += 1
        self.message_count += 1
        self.payload_bytes += size

    def flush(self) -> None:
        """Hand what is held to the operating system. Raises OSError; then the file ends with what was there before."""
        held, self._held = self._held, []
        self.held_bytes = self.held_count = 0
        if not held:
            return
        total = sum(map(len, held))
        try:
            written = os.writev(self._fd, held)
            if written != total:
                _write_all(self._fd, memoryview(b"".join(held))[written:])
        except OSError:
            self._take_back()
            raise
        self._written = _Written(
            size=self._written.size + total,
            messages=self.message_count,
            payload=self.payload_bytes,
            channels=frozenset(self._known),
        )

    def sync(self) -> None:
        """Wait until what was written is on the disk itself: a power failure then loses nothing either."""
        os.fsync(self._fd)
        if not self._has_name_on_disk:
            durable.fsync_folder(self.path.parent)
            self._has_name_on_disk = True

    def close(self) -> None:
        """Let go of the file as it is; `seal.seal` makes it a closed segment."""
        os.close(self._fd)

    def discard(self) -> None:
        """Close and delete the file."""
        os.close(self._fd)
        self.path.unlink(missing_ok=True)

    def _take_back(self) -> None:
        """As if what was held had never come."""
        done = self._written
        os.ftruncate(self._fd, done.size)
        self.message_count, self.payload_bytes, self._known = done.messages, done.payload, set(done.channels)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What the file holds: bytes, messages and their payload, channels that have their records in it."""

    size: int
    messages: int
    payload: int
    channels: frozenset[int]


def _write_all(descriptor: int, rest: memoryview) -> None:
    """What a short write left; a disk that got full says so at the next attempt."""
    while rest:
        written = os.write(descriptor, rest)
        if written == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        rest = rest[written:]
