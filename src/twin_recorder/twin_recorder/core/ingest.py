"""A bag through the recorder's own path: the same segments, the same projection, the same commit, the same rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import xxhash

from twin_lakehouse import Lake, LakeSettings
from twin_lakehouse.errors import NoLakeError

from .bag_history import DIGEST, END, NUMBER, TABLE, JobHistory, Progress
from .bag_segments import Cut, contents_of, cuts
from .bags import Advance, Bag, BagTopic, open_bag
from .commit import DEFAULT_ENVIRONMENT, Committed, LakeCommitter, Prepared
from .definitions import Definitions
from .errors import BagError
from .ids import bag_segment_uuid
from .pose import PoseRule
from .project import Skipped
from .rosbag2 import write_bag_metadata
from .segment import SegmentContents, SegmentInfo
from .topics import TopicTable, topics_to_json
from .upload import upload_contents
from .waiting import ClosedSegment

# Large segments: nobody waits for the rows of a recording. The size belongs to the segments' ids, so it is no option.
_SEGMENT_BYTES: Final = 64 << 20
# Segments whose messages and rows are in memory, besides the one that is made.
_MOST_WAITING: Final = 2
# Threads beside the one that reads and projects: while one writes to the disk, or commits, another packs.
_BESIDE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestConfig:
    """Whose bags these are, and what becomes of them. `partial`: use a damaged file up to the damage; `overlap`: also
    where the job has the same topics of the same time from elsewhere.
    """

    asset_id: str
    job_id: str
    topics: TopicTable
    pose: PoseRule = field(default_factory=PoseRule)
    environment: str = DEFAULT_ENVIRONMENT
    partial: bool = False
    overlap: bool = False

    @property
    def table(self) -> str:
        """A digest of what decides about the rows."""
        return xxhash.xxh3_128_hexdigest((topics_to_json(self.topics) + self.pose.to_json()).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an ingest of a bag would do. topics: the bag's, those that are skipped without a definition. damage: what is
    wrong behind the part that is used.
    """

    topics: Sequence[BagTopic]
    skipped: tuple[Skipped, ...]
    span_ns: tuple[int, int]
    damage: str

    @property
    def messages(self) -> int:
        """How many messages go into segments."""
        return sum(topic.message_count for topic in self.topics if topic.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """What an ingest did. `messages` are in segments; `rows` are new in the lake (0 for a bag that is there);
    `replayed_segments` of the `segments` were there already.
    """

    messages: int
    rows: int
    segments: int
    replayed_segments: int
    skipped: tuple[Skipped, ...]
    damage: str = ""


def plan(path: Path, config: IngestConfig, definitions: Definitions, advance: Advance = lambda _: None) -> Plan:
    """Read a bag, and say what an ingest would do with it. Raises BagError."""
    with open_bag(path, definitions, partial=config.partial, advance=advance) as bag:
        return _plan(bag, config.topics)


def ingest(
    path: Path,
    config: IngestConfig,
    *,
    lake: LakeSettings,
    definitions: Definitions,
    advance: Advance = lambda _: None,
) -> IngestResult:
    """Bring a bag's rows into the lake; the topic table says what becomes of each topic. Again: adds nothing.

    The whole bag is read before the first row is written. An ingest that was killed goes on where it was. `advance` is
    told the bytes read: each of the bag's twice. Raises BagError (no bag, damaged, nothing in it, in the job's way),
    TwinError (the lake).
    """
    with (
        _opened_meanwhile(lake) as opened,
        open_bag(path, definitions, partial=config.partial, advance=advance) as bag,
    ):
        planned, into = _plan(bag, config.topics), opened()
        history = JobHistory(into, config.asset_id, config.job_id)
        if not config.overlap:
            history.refuse_overlap(bag, [topic for topic in planned.topics if topic.definition])
        before = history.progress(bag, config.table)
        with ThreadPoolExecutor(max_workers=_BESIDE, thread_name_prefix="ingest") as threads:
            segments = _segments(bag, planned, config, before, advance)
            committed = _Committing(into, threads).commit(segments)
        write_bag_metadata(into, config.asset_id, config.job_id)
    return IngestResult(
        messages=planned.messages,
        rows=sum(each.rows for each in committed),
        segments=before.segments + len(committed),
        replayed_segments=before.segments,
        skipped=planned.skipped,
        damage=planned.damage,
    )


def _segments(
    bag: Bag, planned: Plan, config: IngestConfig, before: Progress, advance: Advance
) -> Iterator[SegmentContents]:
    """What the job lacks of a bag."""
    start = before.end
    blocks = bag.blocks(start.log_ns, advance)
    for number, cut in enumerate(cuts(blocks, planned.topics, start, _SEGMENT_BYTES), start=before.segments):
        yield contents_of(cut, planned.topics, start, _info(bag, config, number, cut))
        start = cut.end


def _info(bag: Bag, config: IngestConfig, number: int, cut: Cut) -> SegmentInfo:
    """The identity of a bag's `number`-th segment, with all that a later ingest needs to go on after it."""
    settings = {
        "environment": config.environment,
        "bag": bag.path.name,
        DIGEST: bag.digest,
        TABLE: config.table,
        NUMBER: number,
        END: cut.end.to_json(),
    }
    return SegmentInfo(
        segment_id=bag_segment_uuid(config.asset_id, config.job_id, bag.digest, number),
        asset_id=config.asset_id,
        job_id=config.job_id,
        topics=config.topics,
        config=settings,
        pose=config.pose,
    )


@contextmanager
def _opened_meanwhile(settings: LakeSettings) -> Iterator[Callable[[], Lake]]:
    """Gives the lake when asked, which raises TwinError; one that is there is opened while the block does other work.

    One that isn't there is made only when it is asked for: a bag that is refused leaves nothing behind.
    """
    lakes: list[Lake] = []

    def open_lake(*, may_create: bool) -> Lake:
        lakes.append(Lake.open(settings, for_small_commits=True, may_create=may_create))
        return lakes[0]

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ingest-open") as beside:
        opening = beside.submit(open_lake, may_create=False)

        def opened() -> Lake:
            try:
                return opening.result()
            except NoLakeError:
                return open_lake(may_create=True)

        try:
            yield opened
        finally:
            wait([opening])
            for lake in lakes:
                lake.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A segment on its way into the lake."""

    prepared: Prepared
    landing: Future[Committed]


def _first(waiting: deque[_Waiting]) -> Committed:
    """What became of the first of them; until then this thread does what no other has begun. Raises TwinError."""
    landing = waiting[0].landing
    for each in waiting:
        if not landing.done():
            each.prepared.help()
    del waiting[0]
    return landing.result()


class _Committing:
    """Commits segments that are in memory."""

    def __init__(self, lake: Lake, threads: ThreadPoolExecutor) -> None:
        self._contents: dict[Path, SegmentContents] = {}
        self._threads = threads
        self._committer = LakeCommitter(
            lake.settings,
            open_lake=lambda _: lake,
            read=self._contents.__getitem__,
            upload=upload_contents,
            beside=threads.submit,
        )

    def commit(self, segments: Iterable[SegmentContents]) -> list[Committed]:
        """All segments, in order: while one is read and projected, those before are packed, uploaded and brought into
        the lake by other threads. Raises TwinError, BagError.
        """
        committed: list[Committed] = []
        waiting: deque[_Waiting] = deque()
        for contents in segments:
            prepared, before = self._prepared(contents), waiting[-1].landing if waiting else None
            landing = self._threads.submit(self._land, prepared, before)
            waiting.append(_Waiting(prepared=prepared, landing=landing))
            if len(waiting) > _MOST_WAITING:
                committed.append(_first(waiting))
        while waiting:
            committed.append(_first(waiting))
        return committed

    def _land(self, prepared: Prepared, before: Future[Committed] | None) -> Committed:
        """One segment; after one that could not, nothing lands. Raises TwinError."""
        try:
            if before is not None:
                before.result()
        except BaseException:
            self._committer.drop(prepared)
            raise
        return self._committer.land(prepared)

    def _prepared(self, contents: SegmentContents) -> Prepared:
        """One segment. Raises TwinError."""
        info = contents.info
        name = Path(f"{info.segment_id}.mcap")  # of no file
        segment = ClosedSegment(
            path=name, segment_id=info.segment_id, asset_id=info.asset_id, job_id=info.job_id, is_leftover=False
        )
        self._contents[name] = contents
        try:
            return self._committer.prepare(segment)
        finally:
            del self._contents[name]


def _plan(bag: Bag, table: TopicTable) -> Plan:
    """Choose the bag's topics that the table wants and that can be read. Raises BagError where there is none."""
    reasons = {topic.name: _why_not(topic, table) for topic in bag.topics}
    skipped = tuple(
        Skipped(topic=topic.name, messages=topic.message_count, reason=reasons[topic.name])
        for topic in bag.topics
        if reasons[topic.name]
    )
    topics = [replace(topic, definition=None) if reasons[topic.name] else topic for topic in bag.topics]
    planned = Plan(topics=topics, skipped=skipped, span_ns=bag.span_ns, damage=bag.damage)
    if not planned.messages:
        raise BagError(_nothing(bag, skipped))
    return planned


def _why_not(topic: BagTopic, table: TopicTable) -> str:
    """Why a topic can't be ingested; empty if it can."""
    if table.spec(topic.name, topic.type_name) is None:
        return f"{table.why_not(topic.name, topic.type_name)}; pass another table with --topics"
    return topic.problem


def _nothing(bag: Bag, skipped: Sequence[Skipped]) -> str:
    """Why there is nothing to ingest."""
    if not any(topic.message_count for topic in bag.topics):
        return f"bag {bag.path} is empty: it has {len(bag.topics)} topics and no message; record it again"
    reasons = "; ".join(f"{each.topic}: {each.reason}" for each in skipped)
    return f"bag {bag.path} has no message that the topic table wants ({reasons})"
