"""From a segment to the rows of its tables; pure: the same segment gives the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from .decode import Decoded, decode
from .errors import DecodeError, DefinitionError
from .pose import PoseState
from .rows import LAKE_TABLES, Batch, build_rows, observation_times_us
from .segment import SegmentContents, Stream
from .topics import TopicSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Messages of a topic that became no rows, and why; they are in the raw segment all the same."""

    topic: str
    messages: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Rows by the lake's table name, only tables that have some. `pose_after`: what the next segment's poses need."""

    tables: Mapping[str, pa.Table]
    skipped: tuple[Skipped, ...]
    pose_after: PoseState = field(default_factory=PoseState)


def project(contents: SegmentContents, raw_path: str) -> Projection:
    """Decode a segment by the topic table that it carries. `raw_path`: where its file is in the object store."""
    tables: dict[str, list[pa.Table]] = {}
    skipped: list[Skipped] = []
    for stream in contents.streams:
        topic = _spec(contents, stream)
        if topic is None or not topic.becomes:
            continue
        try:
            for name, table in _project_stream(contents, topic, stream, raw_path, skipped):
                tables.setdefault(name, []).append(table)
        except (DecodeError, DefinitionError) as error:
            skipped.append(Skipped(topic=topic.name, messages=len(stream.payloads), reason=str(error)))
    whole = {name: pa.concat_tables(parts) for name, parts in tables.items()}
    return Projection(
        tables={name: table for name, table in whole.items() if table.num_rows},
        skipped=tuple(skipped),
        pose_after=contents.pose_before,
    )


def topic_summaries(contents: SegmentContents) -> str:
    """JSON object a topic: type, messages, lost, first_ns, last_ns, max_gap_ns (log time; null without messages)."""
    types = {topic.name: topic.type_name for topic in contents.info.topics.named}
    summaries: dict[str, dict[str, str | int | None]] = {
        topic: _summary(types.get(topic, ""), None, lost) for topic, lost in contents.lost.items()
    }
    for stream in contents.streams:
        type_name = stream.definition.type_name if stream.definition else types.get(stream.topic, "")
        summaries[stream.topic] = _summary(type_name, stream, contents.lost.get(stream.topic, 0))
    return json.dumps(summaries, sort_keys=True)


def time_span(contents: SegmentContents) -> tuple[datetime, datetime]:
    """First and last log time, UTC without zone."""
    first_ns = min(int(stream.log_ns.min()) for stream in contents.streams)
    last_ns = max(int(stream.log_ns.max()) for stream in contents.streams)
    return _utc(first_ns), _utc(last_ns)


def _spec(contents: SegmentContents, stream: Stream) -> TopicSpec | None:
    """What becomes of a stream; without a definition, what the table says of a topic of this name."""
    table = contents.info.topics
    if stream.definition is None:
        return next((spec for spec in table.named if spec.name == stream.topic), None)
    return table.spec(stream.topic, stream.definition.type_name)


def _project_stream(
    contents: SegmentContents, topic: TopicSpec, stream: Stream, raw_path: str, skipped: list[Skipped]
) -> Iterator[tuple[str, pa.Table]]:
    """Rows of each table that a topic becomes."""
    if stream.definition is None:
        raise DefinitionError(f"{topic.name} was recorded without a definition of {topic.type_name}")
    decoded = decode(stream.definition, stream.payloads)
    if decoded.damaged:
        skipped.append(_skipped(topic.name, decoded))
    if not len(decoded.kept):
        return
    batch = _batch(contents, stream, decoded, raw_path)
    made = [(LAKE_TABLES[kind.table], build_rows(kind, batch)) for kind in topic.becomes]
    yield from made


def _batch(contents: SegmentContents, stream: Stream, decoded: Decoded, raw_path: str) -> Batch:
    """Decoded messages with what their rows need besides."""
    info = contents.info
    return Batch(
        topic=stream.topic,
        rows=decoded.rows,
        time_us=observation_times_us(decoded.rows, stream.log_ns[decoded.kept]),
        sequence=stream.sequence[decoded.kept],
        segment_id=info.segment_id,
        asset_id=info.asset_id,
        job_id=info.job_id,
        raw_path=raw_path,
    )


def _skipped(topic: str, decoded: Decoded) -> Skipped:
    """Damaged messages, with the first one's reason."""
    index = min(decoded.damaged)
    return Skipped(
        topic=topic,
        messages=len(decoded.damaged),
        reason=f"damaged, the first is number {index}: {decoded.damaged[index]}",
    )


def _summary(type_name: str, stream: Stream | None, lost: int) -> dict[str, str | int | None]:
    """Counters of a topic in a segment."""
    if stream is None:
        none = {"first_ns": None, "last_ns": None, "max_gap_ns": None}
        return {"type": type_name, "messages": 0, "lost": lost, **none}
    gaps = np.diff(stream.log_ns)
    return {
        "type": type_name,
        "messages": len(stream.payloads),
        "lost": lost,
        "first_ns": int(stream.log_ns[0]),
        "last_ns": int(stream.log_ns[-1]),
        "max_gap_ns": int(gaps.max()) if len(gaps) else 0,
    }


def _utc(time_ns: int) -> datetime:
    """µs are what the lake keeps; integer arithmetic, because a float can't hold them."""
    seconds, rest_ns = divmod(time_ns, 1_000_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None, microsecond=rest_ns // 1000)
