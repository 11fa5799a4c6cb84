"""The row that says that a segment is in the lake, and what the next segment's poses need to know of it."""

from __future__ import annotations

import json
from typing import Final

from twin_lakehouse import Segment

from .pose import PoseRule, PoseState
from .project import Projection
from .segment import SegmentContents
from .summary import row_counts, time_span, topic_summaries

_POSE_AFTER: Final = "pose_after"


def pose_after(config: str | None) -> PoseState:
    """What a segment's row says to the next one; nothing, where there is none or it is from before poses were kept."""
    stored = json.loads(config).get(_POSE_AFTER) if config else None
    return PoseState() if stored is None else PoseState.from_json(json.dumps(stored))


def segment_row(contents: SegmentContents, sequence: int, raw_path: str, projection: Projection) -> Segment:
    """The segment's own row; its `size_bytes` is for who uploads the file to say."""
    info = contents.info
    started_at, ended_at = time_span(contents)
    return Segment(
        segment_id=info.segment_id,
        asset_id=info.asset_id,
        job_id=info.job_id,
        sequence=sequence,
        raw_path=raw_path,
        started_at=started_at,
        ended_at=ended_at,
        message_count=sum(len(stream.payloads) for stream in contents.streams),
        size_bytes=0,
        topics=topic_summaries(contents),
        config=json.dumps({**info.config, **_poses(info.pose, projection), **row_counts(projection)}, sort_keys=True),
    )


def _poses(rule: PoseRule, projection: Projection) -> dict[str, object]:
    """By which rule snapshots got their poses and how many from where, and what the next segment's need of it."""
    after = projection.pose_after
    kept = {} if after == PoseState() else {_POSE_AFTER: json.loads(after.to_json())}
    return {"pose": {**json.loads(rule.to_json()), **projection.pose_sources}, **kept}
