"""A segment: an MCAP file that is write-ahead log while it is open, and the raw bag slice once it is closed.

An open segment is a plain sequence of records (`*.mcap.part`, writer.py). `seal.seal` ends it as a valid MCAP file
(`*.mcap`), after a crash too: what follows the last whole record is cut off.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from . import _mcap, _mcap_read
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
OFFERED_QOS: Final = "offered_qos_profiles"
LOST: Final = "twin_recorder.lost"
POSE: Final = "twin_recorder.pose"
STORED: Final = "twin_recorder.stored"
_POSE_BEFORE: Final = "pose_before"
# What a segment was projected by that doesn't name its pose rule.
_UNNAMED_RULE: Final = PoseRule(rule="odom").to_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentInfo:
    """Whose messages a segment holds, and the settings, topic table and pose rule they were recorded with.

    lake_id: the lake that it is for; None where the recorder had not reached one yet.
    """

    segment_id: UUID
    asset_id: str
    job_id: str
    topics: TopicTable
    config: Mapping[str, object] = field(default_factory=dict)
    pose: PoseRule = field(default_factory=PoseRule)
    lake_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The messages of one topic in a segment, in the order of their arrival.

    log_ns: int64 (n,), ns since the epoch; sequence: int64 (n,), counts the topic's messages since the recorder's
    start. payloads: CDR, header included. topic: its name in the topic table; `stored_as`: that in the file, where it
    is another one, because its images were compressed. offered_qos: of its publishers, as rosbag2 writes it.
    undefined_type: the type's name where its definition wasn't known.
    """

    topic: str
    definition: Definition | None
    log_ns: Int64s
    sequence: Int64s
    payloads: Buffers
    stored_as: str = ""
    offered_qos: str = ""
    undefined_type: str = ""

    @property
    def stored_topic(self) -> str:
        """Its name in the file."""
        return self.stored_as or self.topic

    @property
    def stored_type(self) -> str:
        """Its type in the file; empty where nobody knew it."""
        return self.definition.type_name if self.definition else self.undefined_type

    @property
    def recorded_type(self) -> str:
        """The type that it was recorded with, which the topic table knows; empty where nobody knew it."""
        return "sensor_msgs/msg/Image" if self.stored_as else self.stored_type


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentContents:
    """A whole segment. `lost`: messages a topic that never reached the segment. `pose_before`: what its poses need from
    the segments before it; the committer knows it, and an uploaded file carries it.
    """

    info: SegmentInfo
    streams: tuple[Stream, ...]
    lost: Mapping[str, int]
    size_bytes: int
    pose_before: PoseState = field(default_factory=PoseState)


def read_segment(path: Path) -> SegmentContents:
    """Read a closed segment, as it was written or with compressed chunks. Raises SegmentError where it isn't one."""
    return parse_segment(mapped(path), path.name)


def parse_segment(data: memoryview, name: str) -> SegmentContents:
    """A segment from its bytes; payloads stay where they are. Raises SegmentError."""
    try:
        top = _mcap_read.scan(data, _mcap_read.data_start(data, name))
        records = _mcap_read.unchunked(top)
        metadata = dict(map(_mcap_read.read_metadata, top.bodies(_mcap.METADATA)))
        streams = tuple(_streams(records))
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        raise SegmentError(f"segment {name} is damaged: a record can't be read ({error!r})") from error
    return SegmentContents(
        info=_read_identity(metadata.get(IDENTITY), name),
        streams=tuple(_named(stream, metadata.get(STORED, {})) for stream in streams),
        lost={topic: int(count) for topic, count in metadata.get(LOST, {}).items()},
        size_bytes=len(data),
        pose_before=_read_pose_before(metadata.get(POSE)),
    )


def read_info(path: Path) -> SegmentInfo:
    """Only a segment's identity, from its first records. Raises SegmentError."""
    with path.open("rb") as file:
        data = memoryview(file.read(1 << 20))
    first = _mcap_read.scan(data, _mcap_read.data_start(data, path.name))
    entries = dict(map(_mcap_read.read_metadata, first.bodies(_mcap.METADATA)))
    return _read_identity(entries.get(IDENTITY), path.name)


def mapped(path: Path) -> memoryview:
    """A file's bytes, read when they are looked at: what nobody looks at (an image's pixels) costs nothing."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return memoryview(b"")  # which can't be mapped
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _streams(records: _mcap_read.Records) -> Iterator[Stream]:
    """The messages of each channel that has some, in the order of the channels."""
    schemas = {schema_id: (name, encoding, text) for schema_id, name, encoding, text in _schemas(records)}
    channels = {id_: (schema_id, topic) for id_, schema_id, topic, _, _ in _channels(records)}
    offers = {id_: entries.get(OFFERED_QOS, "") for id_, _, _, _, entries in _channels(records)}
    heads = records.heads()
    if unknown := set(np.unique(heads["channel"]).tolist()) - channels.keys():
        raise KeyError(f"channel {min(unknown)}")
    for channel_id, (schema_id, topic) in channels.items():
        chosen = heads["channel"] == channel_id
        if chosen.any():
            name, encoding, text = schemas.get(schema_id, ("", "", ""))
            yield Stream(
                topic=topic,
                definition=Definition(type_name=name, text=text) if encoding else None,
                undefined_type="" if encoding else name,
                log_ns=heads["log_ns"][chosen].astype(np.int64),
                sequence=heads["sequence"][chosen].astype(np.int64),
                payloads=_payloads(records, heads, chosen),
                offered_qos=offers[channel_id],
            )


def _payloads(records: _mcap_read.Records, heads: _mcap_read.Heads, chosen: npt.NDArray[np.bool_]) -> Buffers:
    """Where the data of some messages lies."""
    sizes = heads["length"][chosen].astype(np.int64) - _mcap.BODY_SIZE
    return Buffers(records.data, records.messages[chosen] + _mcap.MESSAGE_OVERHEAD, sizes)


def _schemas(records: _mcap_read.Records) -> Iterator[tuple[int, str, str, str]]:
    return map(_mcap_read.read_schema, records.bodies(_mcap.SCHEMA))


def _channels(records: _mcap_read.Records) -> Iterator[tuple[int, int, str, str, dict[str, str]]]:
    return map(_mcap_read.read_channel, records.bodies(_mcap.CHANNEL))


def _named(stream: Stream, topics: Mapping[str, str]) -> Stream:
    """The stream under its name in the topic table; `topics`: by the name in the file, where that is another one."""
    topic = topics.get(stream.topic)
    return stream if topic is None else replace(stream, topic=topic, stored_as=stream.topic)


def segment_metadata(contents: SegmentContents) -> Iterator[tuple[str, dict[str, str]]]:
    """A segment's metadata records, for a copy of it."""
    yield IDENTITY, identity(contents.info)
    if contents.lost:
        yield LOST, {topic: str(count) for topic, count in contents.lost.items()}
    if contents.pose_before != PoseState():
        yield POSE, {_POSE_BEFORE: contents.pose_before.to_json()}
    stored = {stream.stored_as: stream.topic for stream in contents.streams if stream.stored_as}
    if stored:
        yield STORED, stored


def identity(info: SegmentInfo) -> dict[str, str]:
    """A segment's identity as MCAP metadata."""
    return {
        "segment_id": str(info.segment_id),
        "asset_id": info.asset_id,
        "job_id": info.job_id,
        "topics": topics_to_json(info.topics),
        "config": json.dumps(info.config),
        "pose": info.pose.to_json(),
        **({} if info.lake_id is None else {"lake_id": str(info.lake_id)}),
    }


def _read_identity(entries: Mapping[str, str] | None, name: str) -> SegmentInfo:
    """Inverse of `identity`. Raises SegmentError."""
    if entries is None:
        raise SegmentError(f"{name} is an MCAP file, but no segment of the recorder; use twin ingest for it")
    try:
        return SegmentInfo(
            segment_id=UUID(entries["segment_id"]),
            asset_id=entries["asset_id"],
            job_id=entries["job_id"],
            topics=_topics(entries["topics"]),
            config=json.loads(entries["config"]),
            pose=PoseRule.from_json(entries.get("pose", _UNNAMED_RULE)),
            lake_id=UUID(entries["lake_id"]) if "lake_id" in entries else None,
        )
    except (ConfigError, KeyError, ValueError) as error:
        raise SegmentError(f"segment {name}: its identity can't be read: {error!r}") from error


@lru_cache(maxsize=16)
def _topics(text: str) -> TopicTable:
    """A recorder's segments all carry the same table, and checking it costs as much as 1,000 messages."""
    return topics_from_json(text)


def _read_pose_before(entries: Mapping[str, str] | None) -> PoseState:
    """What an uploaded segment carries of the ones before it; a segment of the spool nothing. Raises SegmentError."""
    return PoseState.from_json(entries[_POSE_BEFORE]) if entries and _POSE_BEFORE in entries else PoseState()
