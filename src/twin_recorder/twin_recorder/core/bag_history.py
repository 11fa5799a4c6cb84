"""What a job in the lake has already of a bag, and of what is in the bag's way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twin_lakehouse import Lake, Segment

from .bag_segments import Cursor
from .bags import Bag, BagTopic
from .errors import BagError

DIGEST, TABLE, NUMBER, END = "bag_digest", "topic_table", "bag_segment", "bag_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much of a bag is in a job: the first `segments` of it, which end at the cursor."""

    segments: int
    end: Cursor


class JobHistory:
    """The segments of a job, as they are when it is made."""

    def __init__(self, lake: Lake, asset_id: str, job_id: str) -> None:
        """Raises TwinError."""
        where = "asset_id = ? AND job_id = ? ORDER BY sequence"
        self._job_id = job_id
        self._segments = [(segment, _config(segment)) for segment in lake.rows(Segment, where, (asset_id, job_id))]

    def progress(self, bag: Bag, table: str) -> Progress:
        """What an earlier ingest of the same bag did. Raises BagError where it was by another topic table."""
        done = {int(str(config[NUMBER])): config for _, config in self._segments if config.get(DIGEST) == bag.digest}
        if any(config.get(TABLE) != table for config in done.values()):
            raise BagError(
                f"bag {bag.path} is in job {self._job_id} by another topic table or pose rule; ingest it with the same"
                " ones, or into another job"
            )
        segments = next(number for number in range(len(done) + 1) if number not in done)
        end = Cursor.from_json(str(done[segments - 1][END])) if segments else Cursor()
        return Progress(segments=segments, end=end)

    def refuse_overlap(self, bag: Bag, topics: Iterable[BagTopic]) -> None:
        """Raise BagError where the job has messages of these topics from the bag's time, which another recording gave:
        most likely the same ones.
        """
        names = {topic.name for topic in topics if topic.message_count}
        for segment, config in self._segments:
            if config.get(DIGEST) == bag.digest:
                continue
            both = sorted(names & _overlapping(json.loads(segment.topics), bag.span_ns))
            if both:
                origin = f"bag {config['bag']}" if "bag" in config else "the recorder"
                raise BagError(
                    f"bag {bag.path} and job {self._job_id} overlap: {origin} gave the job {', '.join(both)} of the"
                    " same time; ingest it into another job, or with --overlap if both were recorded"
                )


def _config(segment: Segment) -> Mapping[str, object]:
    config = json.loads(segment.config)
    return config if isinstance(config, dict) else {}


def _overlapping(summaries: Mapping[str, Mapping[str, int | None]], span_ns: Sequence[int]) -> set[str]:
    """Topics with messages inside a span."""
    return {
        topic
        for topic, summary in summaries.items()
        if summary["messages"] and (summary["first_ns"] or 0) <= span_ns[1] and (summary["last_ns"] or 0) >= span_ns[0]
    }
