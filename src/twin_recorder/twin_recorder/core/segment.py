"""A segment: an MCAP file that is write-ahead log while it is open, and the raw bag slice once it is closed.

An open segment is a plain sequence of records (`*.mcap.part`): a message is in the operating system's hands when
`append` returns, so a crash of this process loses none. `seal.seal` ends it as a valid MCAP file (`*.mcap`), after a
crash too: what follows the last whole record is cut off.
"""

from __future__ import annotations

import errno
import json
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from . import _mcap
from .buffers import Buffers
from .definitions import Definition
from .errors import ConfigError, SegmentError
from .pose import PoseRule, PoseState
from .topics import TopicTable, topics_from_json, topics_to_json

Int64s = npt.NDArray[np.int64]

OPEN_SUFFIX: Final = ".mcap.part"
CLOSED_SUFFIX: Final = ".mcap"
PACKED_SUFFIX: Final = ".mcap.upload"
IDENTITY: Final = "twin_recorder"
LOST: Final = "twin_recorder.lost"
POSE: Final = "twin_recorder.pose"
_POSE_BEFORE: Final = "pose_before"
# What a segment was projected by that doesn't name its pose rule.
_UNNAMED_RULE: Final = PoseRule(rule="odom").to_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentInfo:
    """Whose messages a segment holds, and the settings, topic table and pose rule they were recorded with."""

    segment_id: UUID
    asset_id: str
    job_id: str
    topics: TopicTable
    config: Mapping[str, object] = field(default_factory=dict)
    pose: PoseRule = field(default_factory=PoseRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The messages of one topic in a segment, in the order of their arrival.

    log_ns: int64 (n,), ns since the epoch; sequence: int64 (n,), counts the topic's messages since the recorder's
    start. payloads: CDR, header included. topic: its name in the topic table; `stored_as`: that in the file, where it
    is another one, because its images were compressed.
    """

    topic: str
    definition: Definition | None
    log_ns: Int64s
    sequence: Int64s
    payloads: Buffers
    stored_as: str = ""

    @property
    def stored_topic(self) -> str:
        """Its name in the file."""
        return self.stored_as or self.topic

    @property
    def recorded_type(self) -> str:
        """The type that it was recorded with, which the topic table knows; empty without a definition."""
        if self.stored_as:
            return "sensor_msgs/msg/Image"
        return self.definition.type_name if self.definition else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentContents:
    """A whole segment in memory. `lost`: messages a topic that never reached the segment. `pose_before`: what its
    poses need from the segments before it; the committer knows it, and an uploaded file carries it.
    """

    info: SegmentInfo
    streams: tuple[Stream, ...]
    lost: Mapping[str, int]
    size_bytes: int
    pose_before: PoseState = field(default_factory=PoseState)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRecords:
    """A topic's schema and channel records, made once; they go into each segment before the topic's first message."""

    topic: str
    channel_id: int
    data: bytes

    @classmethod
    def of(cls, channel_id: int, topic: str, definition: Definition | None) -> ChannelRecords:
        """Ids are from 1; without a definition the channel has no schema and its messages make no rows."""
        schema = _mcap.schema(channel_id, definition.type_name, definition.text) if definition else b""
        channel = _mcap.channel(channel_id, channel_id if definition else 0, topic)
        return cls(topic=topic, channel_id=channel_id, data=schema + channel)


class SegmentWriter:
    """An open segment. Not thread-safe: SegmentStore holds the lock."""

    def __init__(self, path: Path, info: SegmentInfo) -> None:
        """Create the file. Raises OSError (disk full, no permission); nothing is left behind then."""
        self.path = path
        self.info = info
        self.message_count = 0
        self.payload_bytes = 0
        self._known: set[int] = set()
        self._size = 0
        # O_APPEND: after a failed write the file is cut back, and the next one must follow the cut.
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        try:
            self._write(_mcap.header(), _mcap.metadata(IDENTITY, _identity(info)))
        except OSError:
            self.discard()
            raise

    def append(self, channel: ChannelRecords, sequence: int, log_ns: int, cdr: bytes) -> None:
        """Hand one message to the operating system. Raises OSError; the file then ends with the message before."""
        head = _mcap.message_head(channel.channel_id, sequence, log_ns, len(cdr))
        if channel.channel_id in self._known:
            self._write(head, cdr)
        else:
            self._write(channel.data + head, cdr)
            self._known.add(channel.channel_id)
        self.message_count += 1
        self.payload_bytes += len(cdr)

    def sync(self) -> None:
        """Wait until what was appended is on the disk itself: a power failure then loses nothing either."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Let go of the file as it is; `seal.seal` makes it a closed segment."""
        os.close(self._fd)

    def discard(self) -> None:
        """Close and delete the file."""
        os.close(self._fd)
        self.path.unlink(missing_ok=True)

    def _write(self, first: bytes, second: bytes) -> None:
        """Both buffers wholly, or neither."""
        total = len(first) + len(second)
        try:
            written = os.writev(self._fd, (first, second))
            if written != total:
                _write_all(self._fd, memoryview(first + second)[written:])
        except OSError:
            os.ftruncate(self._fd, self._size)
            raise
        self._size += total


def read_segment(path: Path) -> SegmentContents:
    """Read a closed segment, as it was written or with compressed chunks. Raises SegmentError where it isn't one."""
    return parse_segment(memoryview(path.read_bytes()), path.name)


def parse_segment(data: memoryview, name: str) -> SegmentContents:
    """A segment's bytes, walked record by record. Raises SegmentError."""
    walked = _Walked()
    try:
        for opcode, body in _mcap.data_records(data, _mcap.data_start(data, name)):
            walked.take(opcode, body)
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        raise SegmentError(f"segment {name} is damaged: a record can't be read ({error!r})") from error
    return SegmentContents(
        info=_read_identity(walked.metadata.get(IDENTITY), name),
        streams=tuple(walked.stream(channel) for channel in walked.channels if walked.messages[channel]),
        lost={topic: int(count) for topic, count in walked.metadata.get(LOST, {}).items()},
        size_bytes=len(data),
        pose_before=_read_pose_before(walked.metadata.get(POSE)),
    )


def read_info(path: Path) -> SegmentInfo:
    """Only a segment's identity, from its first records. Raises SegmentError."""
    with path.open("rb") as file:
        data = memoryview(file.read(1 << 20))
    for opcode, begin, end in _mcap.walk(data, _mcap.data_start(data, path.name)):
        if opcode == _mcap.METADATA:
            name, entries = _mcap.read_metadata(data[begin:end])
            if name == IDENTITY:
                return _read_identity(entries, path.name)
    return _read_identity(None, path.name)


class _Walked:
    """What a walk over a segment's records has found so far."""

    def __init__(self) -> None:
        self.metadata: dict[str, dict[str, str]] = {}
        self.schemas: dict[int, Definition] = {}
        self.channels: dict[int, tuple[int, str]] = {}
        self.messages: dict[int, list[tuple[int, int, int, memoryview]]] = {}

    def take(self, opcode: int, body: memoryview) -> None:
        """One record of the data section."""
        if opcode == _mcap.MESSAGE:
            message = _mcap.read_message(body)
            self.messages[message[0]].append(message)
        elif opcode == _mcap.CHANNEL:
            channel_id, schema_id, topic = _mcap.read_channel(body)
            self.channels[channel_id] = (schema_id, topic)
            self.messages.setdefault(channel_id, [])
        elif opcode == _mcap.SCHEMA:
            schema_id, type_name, text = _mcap.read_schema(body)
            self.schemas[schema_id] = Definition(type_name=type_name, text=text)
        elif opcode == _mcap.METADATA:
            name, entries = _mcap.read_metadata(body)
            self.metadata[name] = entries

    def stream(self, channel_id: int) -> Stream:
        """The messages of one channel."""
        schema_id, topic = self.channels[channel_id]
        _, sequence, log_ns, payloads = zip(*self.messages[channel_id], strict=True)
        return Stream(
            topic=topic,
            definition=self.schemas.get(schema_id),
            log_ns=np.array(log_ns, dtype=np.int64),
            sequence=np.array(sequence, dtype=np.int64),
            payloads=Buffers.of(payloads),
        )


def segment_metadata(contents: SegmentContents) -> Iterator[tuple[str, dict[str, str]]]:
    """A segment's metadata records, for a copy of it."""
    yield IDENTITY, _identity(contents.info)
    if contents.lost:
        yield LOST, {topic: str(count) for topic, count in contents.lost.items()}
    if contents.pose_before != PoseState():
        yield POSE, {_POSE_BEFORE: contents.pose_before.to_json()}


def _identity(info: SegmentInfo) -> dict[str, str]:
    """A segment's identity as MCAP metadata."""
    return {
        "segment_id": str(info.segment_id),
        "asset_id": info.asset_id,
        "job_id": info.job_id,
        "topics": topics_to_json(info.topics),
        "config": json.dumps(info.config),
        "pose": info.pose.to_json(),
    }


def _read_identity(entries: Mapping[str, str] | None, name: str) -> SegmentInfo:
    """Inverse of `_identity`. Raises SegmentError."""
    if entries is None:
        raise SegmentError(f"{name} is an MCAP file, but no segment of the recorder; use twin ingest for it")
    try:
        return SegmentInfo(
            segment_id=UUID(entries["segment_id"]),
            asset_id=entries["asset_id"],
            job_id=entries["job_id"],
            topics=topics_from_json(entries["topics"]),
            config=json.loads(entries["config"]),
            pose=PoseRule.from_json(entries.get("pose", _UNNAMED_RULE)),
        )
    except (ConfigError, KeyError, ValueError) as error:
        raise SegmentError(f"segment {name}: its identity can't be read: {error!r}") from error


def _read_pose_before(entries: Mapping[str, str] | None) -> PoseState:
    """What an uploaded segment carries of the ones before it; a segment of the spool nothing. Raises SegmentError."""
    return PoseState.from_json(entries[_POSE_BEFORE]) if entries and _POSE_BEFORE in entries else PoseState()


def _write_all(descriptor: int, rest: memoryview) -> None:
    """What a short write left; a disk that got full says so at the next attempt."""
    while rest:
        written = os.write(descriptor, rest)
        if written == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        rest = rest[written:]
