"""From a segment to the rows of its tables; pure: the same segment gives the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyarrow as pa

from .batch import LAKE_TABLES, SNAPSHOTS, Batch, observation_times_ns
from .decode import Decoded, decode
from .errors import DecodeError, DefinitionError
from .pose import PoseState
from .rows import build_rows, snapshot_rows
from .segment import SegmentContents, Stream
from .topics import Becomes, TopicSpec
from .transforms import Heard
from .world import TF_TYPE, Candidates, Placed, World, heard_of, place, uses_transforms


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Messages of a topic that became no rows, and why; they are in the raw segment all the same."""

    topic: str
    messages: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Rows by the lake's table name, only tables that have some.

    pose_after: what the next segment's poses need. pose_sources: how many snapshots' poses came from where
    (`World.sources`).
    """

    tables: Mapping[str, pa.Table]
    skipped: tuple[Skipped, ...]
    pose_after: PoseState = field(default_factory=PoseState)
    pose_sources: Mapping[str, int] = field(default_factory=dict)


def project(contents: SegmentContents, raw_path: str) -> Projection:
    """Decode a segment by the topic table that it carries. `raw_path`: where its file is in the object store."""
    work = _Work(contents, raw_path)
    for stream in contents.streams:
        spec = _spec(contents, stream)
        with work.skipping(stream):
            if spec is not None and spec.becomes:
                work.topic(spec, stream)
            elif stream.definition is not None and stream.definition.type_name == TF_TYPE:
                work.transforms(stream)
    world = work.placed()
    tables = {name: pa.concat_tables(parts) for name, parts in work.tables.items()}
    return Projection(
        tables={name: table for name, table in tables.items() if table.num_rows},
        skipped=tuple(work.skipped),
        pose_after=world.after,
        pose_sources=world.sources,
    )


class _Work:
    """A projection while it is made."""

    def __init__(self, contents: SegmentContents, raw_path: str) -> None:
        self.tables: dict[str, list[pa.Table]] = {}
        self.skipped: list[Skipped] = []
        self._contents = contents
        self._raw_path = raw_path
        self._heard: list[Heard] = []
        self._snapshots: list[tuple[Becomes, Candidates]] = []

    @contextmanager
    def skipping(self, stream: Stream) -> Iterator[None]:
        """A topic that can't be decoded makes no rows, and says so."""
        try:
            yield
        except (DecodeError, DefinitionError) as error:
            self.skipped.append(Skipped(topic=stream.topic, messages=len(stream.payloads), reason=str(error)))

    def topic(self, spec: TopicSpec, stream: Stream) -> None:
        """Rows of each table that a topic becomes; snapshots wait for the transforms. Raises DecodeError."""
        batch = self._batch(stream, spec.type_name)
        if batch is None:
            return
        made = [(kind, build_rows(kind, batch)) for kind in spec.becomes if kind.table != SNAPSHOTS]
        self._snapshots += [(kind, Candidates.of(batch)) for kind in spec.becomes if kind.table == SNAPSHOTS]
        for kind, table in made:
            self.tables.setdefault(LAKE_TABLES[kind.table], []).append(table)

    def transforms(self, stream: Stream) -> None:
        """What a tf topic says. Raises DecodeError."""
        if uses_transforms(self._contents.info.pose):
            batch = self._batch(stream, TF_TYPE)
            self._heard += heard_of(batch) if batch is not None else []

    def placed(self) -> World:
        """The snapshots' rows, once all transforms are known."""
        logs = [stream.log_ns for stream in self._contents.streams]
        world = place(
            self._contents.info.pose,
            self._contents.pose_before,
            [candidates for _, candidates in self._snapshots],
            self._heard,
            first_log_ns=min((int(log_ns.min()) for log_ns in logs), default=0),
            end_log_ns=max((int(log_ns.max()) for log_ns in logs), default=0),
        )
        for (kind, _), placed in zip(self._snapshots, world.placed, strict=True):
            self.tables.setdefault(LAKE_TABLES[SNAPSHOTS], []).append(snapshot_rows(kind, placed))
            if placed.unplaced:
                self.skipped.append(self._unplaced(placed))
        return world

    def _batch(self, stream: Stream, type_name: str) -> Batch | None:
        """A topic's messages, decoded; None where all are damaged."""
        if stream.definition is None:
            raise DefinitionError(f"{stream.topic} was recorded without a definition of {type_name}")
        decoded = decode(stream.definition, stream.payloads)
        if decoded.damaged:
            self.skipped.append(_damaged(stream.topic, decoded))
        return _batch(self._contents, stream, decoded, self._raw_path) if len(decoded.kept) else None

    def _unplaced(self, placed: Placed) -> Skipped:
        """Messages without a pose."""
        rule = self._contents.info.pose
        return Skipped(
            topic=placed.of.batch.topic,
            messages=placed.unplaced,
            reason=f"no transform from {rule.map_frame} to {rule.base_frame} was known, so they are no snapshots",
        )


def _spec(contents: SegmentContents, stream: Stream) -> TopicSpec | None:
    """What becomes of a stream; without a type, what the table says of a topic of this name."""
    table = contents.info.topics
    if not stream.recorded_type:
        return next((spec for spec in table.named if spec.name == stream.topic), None)
    return table.spec(stream.topic, stream.recorded_type)


def _batch(contents: SegmentContents, stream: Stream, decoded: Decoded, raw_path: str) -> Batch:
    """Decoded messages with what their rows need besides."""
    info, kept = contents.info, decoded.kept if decoded.damaged else slice(None)
    log_ns = stream.log_ns[kept]
    return Batch(
        topic=stream.topic,
        type_name=stream.definition.type_name if stream.definition else "",
        rows=decoded.rows,
        time_ns=observation_times_ns(decoded.rows, log_ns),
        log_ns=log_ns,
        sequence=stream.sequence[kept],
        segment_id=info.segment_id,
        asset_id=info.asset_id,
        job_id=info.job_id,
        raw_path=raw_path,
        messages=stream.payloads.take(decoded.kept) if decoded.damaged else stream.payloads,
    )


def _damaged(topic: str, decoded: Decoded) -> Skipped:
    """Damaged messages, with the first one's reason."""
    index = min(decoded.damaged)
    return Skipped(
        topic=topic,
        messages=len(decoded.damaged),
        reason=f"damaged, the first is number {index}: {decoded.damaged[index]}",
    )
