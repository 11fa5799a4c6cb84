"""What a segment's row in the lake says of its file: topics, counts and times."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from .definitions import known_type_hash
from .given_rows import GIVEN_IDS
from .project import Projection
from .segment import SegmentContents, Stream

Value = str | int | None | Sequence["Value"] | Mapping[str, "Value"]


def topic_summaries(contents: SegmentContents) -> str:
    """JSON object a topic: type, messages, lost, first_ns, last_ns, max_gap_ns (log time; null without messages), and
    `stored`: what the file has of it, by the topic's name there, each with type, type_hash, offered_qos and messages.
    """
    types = {topic.name: topic.type_name for topic in contents.info.topics.named}
    streams: dict[str, list[Stream]] = {topic: [] for topic in contents.lost}
    for stream in contents.streams:
        streams.setdefault(stream.topic, []).append(stream)
    summaries = {
        topic: {
            "type": next((stream.recorded_type for stream in parts if stream.recorded_type), types.get(topic, "")),
            "messages": sum(len(stream.payloads) for stream in parts),
            "lost": contents.lost.get(topic, 0),
            **_times(parts),
            "stored": {stream.stored_topic: _stored(stream) for stream in parts},
        }
        for topic, parts in streams.items()
    }
    return json.dumps(summaries, sort_keys=True)


def row_counts(projection: Projection) -> dict[str, object]:
    """How many rows come of it, and which messages make none: sync finds what is missing."""
    rows = {name: table.num_rows for name, table in projection.tables.items() if name not in GIVEN_IDS}
    skipped = {
        skipped.topic: {"messages": skipped.messages, "reason": skipped.reason} for skipped in projection.skipped
    }
    return {"rows": rows, **({"skipped": skipped} if skipped else {})}


def time_span(contents: SegmentContents) -> tuple[datetime, datetime]:
    """First and last log time, UTC without zone."""
    first_ns = min(int(stream.log_ns.min()) for stream in contents.streams)
    last_ns = max(int(stream.log_ns.max()) for stream in contents.streams)
    return _utc(first_ns), _utc(last_ns)


def _times(streams: Sequence[Stream]) -> Mapping[str, int | None]:
    """Earliest and latest log time, and the longest time without a message."""
    if not streams:
        return {"first_ns": None, "last_ns": None, "max_gap_ns": None}
    # Of images some may be stored compressed and some as they came: by sequence they are one stream again.
    sequence = np.concatenate([stream.sequence for stream in streams])
    log_ns = np.concatenate([stream.log_ns for stream in streams])[np.argsort(sequence, kind="stable")]
    gaps = np.diff(log_ns)
    return {
        "first_ns": int(log_ns.min()),
        "last_ns": int(log_ns.max()),
        "max_gap_ns": int(gaps.max()) if len(gaps) else 0,
    }


def _stored(stream: Stream) -> Mapping[str, Value]:
    """A stream as the file has it."""
    return {
        "type": stream.stored_type,
        "type_hash": known_type_hash(stream.definition),
        "offered_qos": stream.offered_qos,
        "messages": len(stream.payloads),
    }


def _utc(time_ns: int) -> datetime:
    """µs are what the lake keeps; integer arithmetic, because a float can't hold them."""
    seconds, rest_ns = divmod(time_ns, 1_000_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None, microsecond=rest_ns // 1000)
