"""The twin's event log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from twin_lakehouse.clock import as_utc
from twin_lakehouse.errors import InvalidValueError
from twin_lakehouse.ids import checked_job_id
from twin_lakehouse.lake import Lake
from twin_lakehouse.records import Event
from twin_lakehouse.twins import get_twin


def twin_events(
    lake: Lake,
    twin_id: str,
    *,
    job_id: str | None = None,
    event_type: str | None = None,
    since: datetime | None = None,
    limit: int = 1000,
    offset: int = 0,
) -> list[Event]:
    """The twin's events, oldest first, a page of `limit` from `offset`.

    `event_type` is a whole type or, ending in '*', the start of one ("nav.*"). Raises UnknownTwinError.
    """
    if limit < 1 or offset < 0:
        raise InvalidValueError("page", (limit, offset), allowed="limit >= 1 and offset >= 0")
    get_twin(lake, twin_id)
    conditions: dict[str, object] = {"asset_id = ?": twin_id}
    if job_id is not None:
        conditions["job_id = ?"] = checked_job_id(job_id)
    if event_type is not None and event_type.endswith("*"):
        conditions["starts_with(event_type, ?)"] = event_type[:-1]
    elif event_type is not None:
        conditions["event_type = ?"] = event_type
    if since is not None:
        conditions["timestamp >= ?"] = as_utc(since)
    where = " AND ".join(conditions) + " ORDER BY timestamp, rowid LIMIT ? OFFSET ?"
    return lake.rows(Event, where, [*conditions.values(), limit, offset])


def append_event(
    lake: Lake,
    twin_id: str,
    event_type: str,
    *,
    job_id: str | None = None,
    payload: Mapping[str, object] | None = None,
    actor: str = "twin",
    event_id: UUID | None = None,
    timestamp: datetime | None = None,
) -> bool:
    """Adds one event, unless one with `event_id` is there; true if it was added. Raises UnknownTwinError."""
    event = Event(
        event_id=event_id or uuid4(),
        asset_id=twin_id,
        job_id=None if job_id is None else checked_job_id(job_id),
        event_type=event_type,
        timestamp=as_utc(timestamp or lake.clock()),
        actor=actor,
        payload=json.dumps(dict(payload or {})),
    )

    def write() -> bool:
        get_twin(lake, twin_id)
        if lake.rows(Event, "event_id = ?", [event.event_id]):
            return False
        lake.insert(event)
        return True

    return lake.run(write)
