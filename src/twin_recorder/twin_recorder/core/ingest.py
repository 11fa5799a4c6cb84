"""A bag through the recorder's own path: the same segments, the same projection, the same commit, the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from twin_lakehouse import LakeSettings

from .bags import Bag, BagTopic, digest, open_bag
from .commit import DEFAULT_ENVIRONMENT, Committed, LakeCommitter
from .definitions import Definitions
from .errors import BagError
from .ids import bag_segment_uuid
from .pipeline import Pipeline, RollPolicy
from .project import Skipped
from .segment import SegmentInfo
from .store import SegmentStore
from .topics import TopicTable

# Large segments: nobody waits for the rows of a recording. The size belongs to the segments' ids, so it is no option.
_SEGMENT_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """What an ingest did. `messages` went into segments; `rows` are new in the lake (0 for a bag that is there)."""

    messages: int
    rows: int
    segments: int
    replayed_segments: int
    skipped: tuple[Skipped, ...]


def ingest(
    path: Path,
    *,
    asset_id: str,
    job_id: str,
    topics: TopicTable,
    lake: LakeSettings,
    definitions: Definitions,
    environment: str = DEFAULT_ENVIRONMENT,
) -> IngestResult:
    """Bring a bag's rows into the lake; the topic table says what becomes of each topic. Again: adds nothing.

    Raises BagError (no bag, nothing in it to ingest), TwinError (the lake), SpoolError (no room for temporary
    segments).
    """
    with open_bag(path, definitions) as bag:
        chosen, skipped = _choose(bag, topics)
        if not any(topic.message_count for topic in chosen.values()):
            raise BagError(_nothing(path, bag, skipped))
        content = digest(path)

        def new_info(number: int) -> SegmentInfo:
            return SegmentInfo(
                segment_id=bag_segment_uuid(asset_id, job_id, content, number),
                asset_id=asset_id,
                job_id=job_id,
                topics=topics,
                config={"environment": environment, "bag": path.name, "sha256": content},
            )

        with tempfile.TemporaryDirectory(prefix="twin-ingest-") as folder:
            store = SegmentStore(Path(folder), new_info, {name: topic.definition for name, topic in chosen.items()})
            messages, committed = _feed(bag, chosen, store, lake)
    return IngestResult(
        messages=messages,
        rows=sum(each.rows for each in committed),
        segments=len(committed),
        replayed_segments=sum(each.is_replay for each in committed),
        skipped=skipped,
    )


def _feed(
    bag: Bag, chosen: Mapping[str, BagTopic], store: SegmentStore, lake: LakeSettings
) -> tuple[int, list[Committed]]:
    """All messages through a pipeline, with the bag's log times as the clock."""
    now_ns = 0
    # By size alone: cutting by wall time would cut elsewhere, and make other ids, each time.
    roll = RollPolicy(max_bytes=_SEGMENT_BYTES, max_age_ns=2**62)
    pipeline = Pipeline(store=store, lake=LakeCommitter(lake), roll=roll, now_ns=lambda: now_ns)
    committed: list[Committed] = []
    messages = 0
    try:
        for message in bag.messages(list(chosen)):
            now_ns = message.log_ns
            pipeline.capture(message.topic, message.cdr)
            messages += 1
            if store.payload_bytes >= _SEGMENT_BYTES:
                committed += pipeline.step()
        committed += pipeline.flush()
    finally:
        pipeline.close()
    return messages, committed


def _choose(bag: Bag, topics: TopicTable) -> tuple[dict[str, BagTopic], tuple[Skipped, ...]]:
    """The bag's topics that the table names and that can be read; the others with the reason."""
    chosen: dict[str, BagTopic] = {}
    skipped: list[Skipped] = []
    for topic in bag.topics:
        reason = _why_not(topic, topics)
        if reason:
            skipped.append(Skipped(topic=topic.name, messages=topic.message_count, reason=reason))
        else:
            chosen[topic.name] = topic
    return chosen, tuple(skipped)


def _why_not(topic: BagTopic, topics: TopicTable) -> str:
    """Why a topic can't be ingested; empty if it can."""
    if topics.spec(topic.name, topic.type_name) is None:
        return f"{topics.why_not(topic.name, topic.type_name)}; pass another table with --topics"
    return topic.problem


def _nothing(path: Path, bag: Bag, skipped: tuple[Skipped, ...]) -> str:
    """Why there is nothing to ingest."""
    if not any(topic.message_count for topic in bag.topics):
        return f"bag {path} is empty: it has {len(bag.topics)} topics and no message; record it again"
    reasons = "; ".join(f"{each.topic}: {each.reason}" for each in skipped)
    return f"bag {path} has no message that the topic table wants ({reasons})"
