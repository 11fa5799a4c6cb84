"""From a segment to the rows of its tables; pure: the same segment gives the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from .batch import LAKE_TABLES, Batch, observation_times_us
from .decode import Decoded, decode
from .errors import DecodeError, DefinitionError
from .pose import PoseState
from .rows import build_rows
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
    log_ns = stream.log_ns[decoded.kept]
    return Batch(
        topic=stream.topic,
        rows=decoded.rows,
        time_us=observation_times_us(decoded.rows, log_ns),
        log_ns=log_ns,
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
