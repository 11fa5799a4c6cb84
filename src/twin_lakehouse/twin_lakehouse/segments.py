"""Judges a job's recording: what the recorder counted, where topics fell silent, whether the raw files are whole."""

# ruff: noqa: S608  names in SQL are this module's; values are parameters

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from twin_lakehouse.anomalies import Anomaly, time_of
from twin_lakehouse.arrival import OF_JOB, floats, ints
from twin_lakehouse.errors import MissingFileError
from twin_lakehouse.lake import Lake
from twin_lakehouse.limits import MIN_ROWS, Limits, longest_silence

if TYPE_CHECKING:
    import pyarrow as pa

MOST_FILES = 1000
"""Raw files that one sync looks at; of more, the newest."""
_NS = 1e-9
_TOPICS = f"""
    SELECT segment_id, topic.key AS name, topic.value->>'$.type' AS type,
        coalesce((topic.value->>'$.messages')::BIGINT, 0) AS messages,
        coalesce((topic.value->>'$.lost')::BIGINT, 0) AS lost,
        coalesce((topic.value->>'$.first_ns')::BIGINT, epoch_ns(started_at)) AS first_ns,
        coalesce((topic.value->>'$.last_ns')::BIGINT, epoch_ns(started_at)) AS last_ns,
        coalesce((topic.value->>'$.max_gap_ns')::BIGINT, 0) AS max_gap_ns
    FROM lake.recordings.segments, json_each(topics) AS topic
    WHERE {OF_JOB} ORDER BY name, first_ns, segment_id
"""
_SKIPPED = f"""
    SELECT segment_id, topic.key AS name, epoch_us(started_at) AS time_us,
        (topic.value->>'$.messages')::BIGINT AS messages, topic.value->>'$.reason' AS reason
    FROM lake.recordings.segments, json_each(config->'$.skipped') AS topic
    WHERE {OF_JOB} ORDER BY time_us, segment_id, name
"""
_EXPECTED = f"""
    SELECT rows.key AS name, sum(rows.value::BIGINT)::BIGINT AS rows, max(epoch_us(ended_at)) AS time_us
    FROM lake.recordings.segments, json_each(config->'$.rows') AS rows WHERE {OF_JOB} GROUP BY ALL ORDER BY name
"""
_EXPIRED = f"SELECT 1 FROM lake.twins.events WHERE {OF_JOB} AND event_type = 'twin.expired' LIMIT 1"
_FILES = f"""
    SELECT segment_id, raw_path, message_count, epoch_us(started_at) AS time_us
    FROM lake.recordings.segments WHERE {OF_JOB} ORDER BY started_at DESC, sequence DESC LIMIT {MOST_FILES + 1}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagCheck:
    """What of the raw files could be checked; `absent` are not in the storage, which is no fault (they can expire)."""

    files: int = 0
    absent: int = 0
    is_partial: bool = False


def judge_topics(lake: Lake, of_job: Mapping[str, object], limits: Limits, *, is_simulated: bool) -> Iterator[Anomaly]:
    """Messages that were lost, topics that fell silent, messages that made no rows."""
    topics = lake.query(_TOPICS, of_job)
    names = topics["name"].combine_chunks().dictionary_encode()
    codes = names.indices.to_numpy(zero_copy_only=False)
    for code in range(len(names.dictionary)):
        topic = topics.take(np.flatnonzero(codes == code))
        yield from _lost(topic)
        # A paused simulation says nothing, and its clock stands still: only the stamps tell then.
        if not is_simulated and _is_steady(topic["type"][0].as_py()):
            yield from _silences(topic, limits)
    for row in lake.query(_SKIPPED, of_job).to_pylist():
        yield Anomaly(
            kind="messages_without_rows",
            subject={"segment_id": row["segment_id"], "topic": row["name"]},
            timestamp=time_of(row["time_us"]),
            value=row["messages"],
            limit=0,
            details={"reason": row["reason"]},
        )


def judge_counts(lake: Lake, of_job: Mapping[str, object], counts: Mapping[str, int]) -> Iterator[Anomaly]:
    """Tables that hold fewer rows of the job than its segments brought; `counts`: what they hold."""
    if lake.query(_EXPIRED, of_job).num_rows:
        return  # they were deleted on purpose, and an event says so
    for row in lake.query(_EXPECTED, of_job).to_pylist():
        found = counts.get(row["name"])
        if found is not None and found < row["rows"]:
            yield Anomaly(
                kind="rows_missing",
                subject={"table": row["name"]},
                timestamp=time_of(row["time_us"]),
                value=found,
                limit=row["rows"],
            )


def judge_files(lake: Lake, of_job: Mapping[str, object], anomalies: list[Anomaly]) -> BagCheck:
    """Adds what is wrong with the raw files that are there."""
    rows = lake.query(_FILES, of_job).to_pylist()
    absent = 0
    for row in rows[:MOST_FILES]:
        if not lake.storage.exists(row["raw_path"]):
            absent += 1
        # From a bucket a file comes as a whole, and a bag is too long to be fetched for its last lines.
        elif lake.settings.storage_path is not None:
            anomalies += _judge_file(lake, row)
    return BagCheck(files=min(len(rows), MOST_FILES), absent=absent, is_partial=len(rows) > MOST_FILES)


def _is_steady(type_name: str | None) -> bool:
    """Whether messages of a type come all the time; a command or a goal comes when there is one."""
    package, _, name = (type_name or "").partition("/msg/")
    return type_name == "nav_msgs/msg/Odometry" or (package == "sensor_msgs" and not name.startswith("Joy"))


def _lost(topic: pa.Table) -> Iterator[Anomaly]:
    lost, first_ns = ints(topic, "lost"), ints(topic, "first_ns")
    for row in np.flatnonzero(lost > 0).tolist():
        yield Anomaly(
            kind="messages_lost",
            subject=_subject(topic, row),
            timestamp=time_of(int(first_ns[row]) // 1000),
            value=int(lost[row]),
            limit=0,
        )


def _silences(topic: pa.Table, limits: Limits) -> Iterator[Anomaly]:
    """Where nothing came for much longer than usual: within a segment, and from one to the next (log times)."""
    messages, first_ns, last_ns = ints(topic, "messages"), ints(topic, "first_ns"), ints(topic, "last_ns")
    several = messages > 1
    if messages.sum() < MIN_ROWS or not several.any():
        return
    period_s = float(np.median((last_ns - first_ns)[several] / (messages[several] - 1))) * _NS
    longest_s = longest_silence(limits, period_s)
    gaps_s = floats(topic, "max_gap_ns") * _NS
    for row in np.flatnonzero(gaps_s > longest_s).tolist():
        yield _silence(topic, row, gaps_s[row], longest_s, (first_ns[row], last_ns[row]))
    filled = np.flatnonzero(messages > 0)
    begin_ns, end_ns = last_ns[filled[:-1]], first_ns[filled[1:]]
    pauses_s = (end_ns - begin_ns) * _NS
    for number in np.flatnonzero(pauses_s > longest_s).tolist():
        span_ns = begin_ns[number], end_ns[number]
        yield _silence(topic, int(filled[number + 1]), pauses_s[number], longest_s, span_ns)


def _silence(
    topic: pa.Table, row: int, silent_s: float, longest_s: float, span_ns: tuple[np.int64, np.int64]
) -> Anomaly:
    """A silence somewhere in a span of log times, in a segment or before it."""
    begin_us, end_us = (int(time_ns) // 1000 for time_ns in span_ns)
    return Anomaly(
        kind="gap",
        subject=_subject(topic, row),
        timestamp=time_of(begin_us),
        value=float(silent_s),
        limit=longest_s,
        unit="s",
        details={"from": _iso(begin_us), "to": _iso(end_us)},
    )


def _subject(topic: pa.Table, row: int) -> dict[str, str]:
    return {"segment_id": topic["segment_id"][row].as_py(), "topic": topic["name"][row].as_py()}


def _judge_file(lake: Lake, row: Mapping[str, Any]) -> Iterator[Anomaly]:
    """Whether a segment's file can be read and holds the messages that were counted."""
    from mcap.exceptions import McapError
    from mcap.reader import make_reader

    found: int | None = None
    # What a broken file makes the reader raise is not only its own error.
    with (
        suppress(McapError, struct.error, ValueError, MissingFileError, OSError),
        lake.storage.fetch(row["raw_path"]).open("rb") as file,
    ):
        summary = make_reader(file).get_summary()
        found = summary.statistics.message_count if summary is not None and summary.statistics is not None else None
    if found != row["message_count"]:
        yield Anomaly(
            kind="bag_damaged" if found is None else "bag_differs",
            subject={"segment_id": row["segment_id"]},
            timestamp=time_of(row["time_us"]),
            value=found,
            limit=row["message_count"],
            details={"raw_path": row["raw_path"]},
        )


def _iso(time_us: int) -> str:
    return time_of(time_us).isoformat() + "Z"
