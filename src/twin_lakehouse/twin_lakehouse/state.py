"""The state of a twin at an instant."""

# ruff: noqa: S608  names in SQL are this module's; values are parameters

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from twin_lakehouse.clock import as_utc
from twin_lakehouse.errors import InvalidValueError
from twin_lakehouse.interpolate import interpolated
from twin_lakehouse.lake import Lake
from twin_lakehouse.records import Asset, StateSnapshot
from twin_lakehouse.rows import from_arrow
from twin_lakehouse.twins import get_twin

GENERATED_SOURCES = ("predicted", "sim2real")
"""Sources of snapshots that nobody observed."""
MAX_GAP_S = 1.0
"""Snapshots further apart in time (s) aren't interpolated."""

_OF_TIME = """
    JOIN __ducklake_metadata_lake.ducklake_column AS col ON
        col.table_id = stats.table_id AND col.column_id = stats.column_id AND col.end_snapshot IS NULL
    JOIN __ducklake_metadata_lake.ducklake_table AS tab ON tab.table_id = stats.table_id AND tab.end_snapshot IS NULL
    WHERE tab.table_name = 'state_snapshots' AND col.column_name = 'timestamp'
"""
# The newest time of all twins.
_LAST = f"""
    SELECT try_cast(stats.max_value AS TIMESTAMP) AS last
    FROM __ducklake_metadata_lake.ducklake_table_column_stats AS stats {_OF_TIME}
"""
# Which of DuckLake's files may hold rows of the twin by an instant; the last one is likely in the first of them.
# A text's largest value may be kept in part.
_SPANS = f"""
    SELECT try_cast(stats.min_value AS TIMESTAMP) AS first, try_cast(stats.max_value AS TIMESTAMP) AS last
    FROM __ducklake_metadata_lake.ducklake_file_column_stats AS stats
    JOIN __ducklake_metadata_lake.ducklake_data_file AS file USING (data_file_id)
    JOIN __ducklake_metadata_lake.ducklake_file_column_stats AS twin USING (data_file_id)
    JOIN __ducklake_metadata_lake.ducklake_column AS twin_col ON
        twin_col.table_id = twin.table_id AND twin_col.column_id = twin.column_id
        AND twin_col.end_snapshot IS NULL AND twin_col.column_name = 'asset_id'
    {_OF_TIME} AND file.end_snapshot IS NULL AND first <= $at AND last IS NOT NULL
        AND coalesce(twin.min_value <= $twin_id, true)
        AND coalesce(left($twin_id, length(twin.max_value)) <= twin.max_value, true)
    ORDER BY least(last, $at) DESC, first DESC
"""
# Only the time is compared as it is: for each such column DuckLake looks through the statistics of all files of the
# lake (13 ms for 1,000 jobs), and the time alone chooses the file.
_OBSERVED = """
    timestamp BETWEEN $since AND $until AND asset_id || '' = $twin_id
    AND source || '' NOT IN ('predicted', 'sim2real')
    -- a sum is finite where its parts are: a pose that is none is nowhere, whether a sync has seen it or not
    AND isfinite(position_x + position_y + position_z)
    AND isfinite(orientation_qx + orientation_qy + orientation_qz + orientation_qw)
"""
# Rows that a sync judged (up to `last_row` of their job) and didn't reconcile are wrong.
_NOT_WRONG = """
    AND (reconciled OR job_id IS NULL OR NOT EXISTS (
        SELECT 1 FROM (SELECT unnest($jobs::VARCHAR[]) AS job, unnest($last_rows::BIGINT[]) AS last_row) AS judged
        WHERE judged.job = job_id AND rowid <= judged.last_row))
"""
_JUDGED = """
    SELECT sync_status, (metadata->>'$.sync.last_row')::BIGINT AS last_row
    FROM lake.twins.twin_jobs WHERE job_id = $job_id AND twin_id || '' = $twin_id
"""
_NEWEST, _OLDEST = " ORDER BY timestamp DESC, rowid DESC", " ORDER BY timestamp, rowid"
# A robot says where it is several times a second.
_FIRST_LOOK = timedelta(seconds=10)
_BEGINNING, _END = datetime.min, datetime.max  # noqa: DTZ901  the lake keeps UTC without zone
_INSTANT = timedelta(microseconds=1)
_EVERY_ROW = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinState:
    """The asset, and its latest observed snapshot at `at` (None: now); `snapshot` None where it has none by then.

    Where the state was interpolated, `snapshot` is the state at `at` under the id of the snapshot before, and
    `interpolated_to` the snapshot after.
    """

    asset: Asset
    snapshot: StateSnapshot | None
    at: datetime | None = None
    interpolated_to: StateSnapshot | None = None


def get_twin_state(
    lake: Lake,
    twin_id: str,
    at: datetime | None = None,
    *,
    interpolate: bool = False,
    max_gap_s: float = MAX_GAP_S,
) -> TwinState:
    """The latest snapshot observed at or before `at` (UTC where it has no zone; default: the newest there is).

    With `interpolate`, the state between that one and the next, unless they are more than `max_gap_s` (s, > 0) apart,
    of two jobs or of two sources. Predicted snapshots don't count, nor rows that sync found wrong, nor poses that
    aren't finite; rows that no sync has judged yet do. Of several rows of one instant the one that came last counts.
    A retired twin is where it was last.
    Raises InvalidValueError, UnknownTwinError, LakeAwayError.
    """
    if not 0 < max_gap_s <= timedelta.max.total_seconds():
        raise InvalidValueError("max_gap_s", max_gap_s, allowed="seconds > 0")
    instant = None if at is None else as_utc(at)
    asset = get_twin(lake, twin_id)
    before = _latest(lake, twin_id, instant)
    if before is not None and instant is not None and interpolate and before.timestamp < instant:
        after = _next(lake, before, instant, timedelta(seconds=max_gap_s))
        between = None if after is None else interpolated(before, after, instant)
        if between is not None:
            return TwinState(asset=asset, snapshot=between, at=instant, interpolated_to=after)
    return TwinState(asset=asset, snapshot=before, at=instant)


def _latest(lake: Lake, twin_id: str, at: datetime | None) -> StateSnapshot | None:
    """The twin's last observed row by then: after each window the twin has none, so one that is found is the last."""
    for since, until in _windows(lake, twin_id, at):
        found = _observed(lake, twin_id, since, until, _NEWEST)
        if found is not None:
            return found
    return None


def _next(lake: Lake, before: StateSnapshot, at: datetime, max_gap: timedelta) -> StateSnapshot | None:
    """The first observed row after `at` that can be interpolated to."""
    until = before.timestamp + min(max_gap, _END - before.timestamp)
    after = _observed(lake, before.asset_id, at + _INSTANT, until, _OLDEST) if at < until else None
    is_one_story = after is not None and (after.job_id, after.source) == (before.job_id, before.source)
    return after if is_one_story else None


def _observed(lake: Lake, twin_id: str, since: datetime, until: datetime, order: str) -> StateSnapshot | None:
    """The first row in that order, of those between the two times, that no sync found wrong."""
    params: dict[str, object] = {"twin_id": twin_id, "since": since, "until": until}
    # Few rows are sooner sorted than limited: for a LIMIT DuckLake looks through the statistics of all files once more.
    limit = "" if until - since <= _FIRST_LOOK else " LIMIT 1"
    judged: dict[str, int] = {}
    while True:
        condition = _OBSERVED
        if judged:
            condition += _NOT_WRONG
            params.update(jobs=list(judged), last_rows=list(judged.values()))
        sql = f"SELECT rowid AS row_id, * FROM lake.twins.state_snapshots WHERE {condition}{order}{limit}"
        found = lake.query(sql, params).slice(0, 1)
        if not found.num_rows:
            return None
        row, (snapshot,) = found["row_id"][0].as_py(), from_arrow(StateSnapshot, found)
        if snapshot.reconciled or snapshot.job_id is None or snapshot.job_id in judged:
            return snapshot
        # Jobs are looked up where it matters, for the newest row that isn't reconciled: as a rule that is one job.
        judged[snapshot.job_id] = _last_judged_row(lake, twin_id, snapshot.job_id)
        if row > judged[snapshot.job_id]:
            return snapshot


def _last_judged_row(lake: Lake, twin_id: str, job_id: str) -> int:
    """The number of the last row of the job that a sync has judged; -1: none."""
    found = lake.query(_JUDGED, {"twin_id": twin_id, "job_id": job_id}).to_pylist()
    if not found:
        return -1
    last_row, status = found[0]["last_row"], found[0]["sync_status"]
    # A lake of version 2 kept no number; whatever came after the sync made the job pending again.
    return _EVERY_ROW if last_row is None and status == "synced" else int(-1 if last_row is None else last_row)


def _windows(lake: Lake, twin_id: str, at: datetime | None) -> Iterator[tuple[datetime, datetime]]:
    """Ever longer windows, the first of which likely holds a row, and the last every row by then."""
    until = at or _END
    lasts = [at] if at is not None else lake.query(_LAST)["last"].drop_null().to_pylist()
    yield from ((_earlier(last), until) for last in lasts)
    if lake.in_transaction:
        # Its rows are in no statistics yet.
        yield _BEGINNING, until
        return
    spans = lake.query(_SPANS, {"at": until, "twin_id": twin_id}).to_pylist()
    if not spans:
        return
    # A twin that rested since has nothing in what the others wrote.
    until = min(spans[0]["last"], until)
    yield max(spans[0]["first"], _earlier(until)), until
    count = 1
    while count < 8 * len(spans):
        yield min(span["first"] for span in spans[:count]), until
        count *= 8


def _earlier(time: datetime) -> datetime:
    return time - min(_FIRST_LOOK, time - _BEGINNING)
