"""The state of a twin at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twin_lakehouse.clock import as_utc
from twin_lakehouse.lake import Lake
from twin_lakehouse.records import Asset, StateSnapshot
from twin_lakehouse.twins import get_twin

GENERATED_SOURCES = ("predicted", "sim2real")
"""Sources of snapshots that nobody observed."""

# Of the rows that aren't reconciled, those count that no sync has found wrong: most of them are newer than it.
_LATEST = """
    asset_id = $twin_id AND source NOT IN ('predicted', 'sim2real') AND timestamp <= coalesce($at, timestamp)
    AND (reconciled OR snapshot_id::VARCHAR NOT IN (
        SELECT payload->>'snapshot_id' FROM lake.twins.events
        WHERE asset_id = $twin_id AND event_type = 'twin.anomaly' AND (payload->>'snapshot_id') IS NOT NULL))
    ORDER BY timestamp DESC, rowid DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinState:
    """The asset, and its latest observed snapshot at `at` (None: now); `snapshot` None where it has none by then."""

    asset: Asset
    snapshot: StateSnapshot | None
    at: datetime | None = None


def get_twin_state(lake: Lake, twin_id: str, at: datetime | None = None) -> TwinState:
    """The latest snapshot observed at or before `at` (UTC where it has no zone; default: the newest there is).

    Predicted snapshots don't count, nor rows that sync found wrong. Raises UnknownTwinError, LakeAwayError.
    """
    instant = None if at is None else as_utc(at)
    asset = get_twin(lake, twin_id)
    found = lake.rows(StateSnapshot, _LATEST, {"twin_id": twin_id, "at": instant})
    return TwinState(asset=asset, snapshot=found[0] if found else None, at=instant)
