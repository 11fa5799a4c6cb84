"""How well the job was recorded, from what each segment says of its topics."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from twin_lakehouse.records import Segment
from twin_lakehouse.report.data import Recording, TopicHealth


def recording_of(segments: Sequence[Segment]) -> Recording | None:
    """All segments together; None where there is none."""
    if not segments:
        return None
    merged: dict[str, list[Mapping[str, Any]]] = {}
    for segment in segments:
        for topic, entry in json.loads(segment.topics or "{}").items():
            merged.setdefault(topic, []).append(entry)
    return Recording(
        segments=len(segments),
        messages=sum(segment.message_count for segment in segments),
        size_bytes=sum(segment.size_bytes for segment in segments),
        topics=tuple(_topic_health(topic, merged[topic]) for topic in sorted(merged)),
    )


def _topic_health(topic: str, entries: Sequence[Mapping[str, Any]]) -> TopicHealth:
    """One topic over all slices; the gap from one slice to the next counts as well."""
    filled = sorted((e for e in entries if e.get("messages")), key=lambda e: int(e.get("first_ns") or 0))
    messages = sum(int(entry["messages"]) for entry in filled)
    span_ns = (
        max((int(e.get("last_ns") or 0) for e in filled), default=0) - int(filled[0].get("first_ns") or 0)
        if filled
        else 0
    )
    gaps = [int(entry.get("max_gap_ns") or 0) for entry in filled]
    gaps += [int(b["first_ns"] or 0) - int(a["last_ns"] or 0) for a, b in pairwise(filled)]
    has_rate = messages > 1 and span_ns > 0
    return TopicHealth(
        topic=topic,
        type_name=str(entries[0].get("type") or ""),
        messages=messages,
        rate_hz=(messages - 1) / (span_ns / 1e9) if has_rate else float("nan"),
        max_gap_s=max(gaps) / 1e9 if has_rate else float("nan"),
        lost=sum(int(entry.get("lost") or 0) for entry in entries),
    )
