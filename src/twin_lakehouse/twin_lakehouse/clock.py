"""UTC times as the lake keeps them: naive datetimes with microseconds."""

from __future__ import annotations

from datetime import UTC, datetime

from twin_lakehouse.errors import InvalidValueError


def utc_now() -> datetime:
    """The time now, UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)


def as_utc(time: datetime) -> datetime:
    """A time with a zone brought to UTC; one without is UTC already. Raises InvalidValueError."""
    try:
        return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise InvalidValueError("time", time.isoformat(), allowed="a time from year 1 to 9999 in UTC") from None


def parse_time(text: str) -> datetime:
    """ISO 8601, e.g. 2026-03-01T12:00:00.5Z; without a zone it is UTC. Raises InvalidValueError."""
    try:
        return as_utc(datetime.fromisoformat(text))
    except ValueError:
        raise InvalidValueError("time", text, allowed="ISO 8601, e.g. 2026-03-01T12:00:00Z") from None
