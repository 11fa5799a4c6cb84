"""What sync found wrong: collected kind by kind, and told as events, of which a broken job makes no flood."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from twin_lakehouse.ids import named_uuid
from twin_lakehouse.records import Event

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_EVENTS = 100
"""Anomalies of one kind in one job that get an event each; one more event sums up all of them where there are more."""
MOST_SAMPLES = 20
"""Ids that such a summary names."""
ACTOR = "twin_sync"
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  times in the lake are UTC without zone
SNAPSHOT, READING = "snapshot_id", "reading_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Rows that are wrong in one way: row_ids (n,), time_us (n,) since 1970, values and limits (n,) in `unit`.

    A value is NaN where it isn't a number. `subject` is the name of the rows' id column.
    """

    kind: str
    row_ids: Ints
    time_us: Ints
    values: Floats
    limits: Floats
    unit: str = ""
    subject: str = SNAPSHOT

    def __len__(self) -> int:
        return len(self.row_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One thing wrong: what it is about (`subject` {id column: id} or {segment_id, topic}), when, and how far off."""

    kind: str
    subject: Mapping[str, str]
    timestamp: datetime
    value: float | str | None = None
    limit: float | None = None
    unit: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Tally:
    """All anomalies of one kind: their number, the first MOST_EVENTS of them, and the last."""

    count: int = 0
    first: list[Anomaly] = field(default_factory=list)
    last: Anomaly | None = None

    def add(self, anomalies: Iterable[Anomaly]) -> None:
        """Counts them, and keeps those that are told."""
        for anomaly in anomalies:
            self.count += 1
            self.last = anomaly
            if len(self.first) < MOST_EVENTS:
                self.first.append(anomaly)


@dataclass(slots=True)
class RowTally:
    """As Tally, for findings in rows, whose ids are asked for at the end: of a million wrong rows few are told."""

    parts: list[Finding] = field(default_factory=list)

    def take(self, findings: Iterable[Finding]) -> None:
        """Adds what was found."""
        self.parts += [finding for finding in findings if len(finding)]

    def counts(self) -> dict[str, int]:
        """Findings by kind, in the order in which the kinds were found first."""
        counted: dict[str, int] = {}
        for part in self.parts:
            counted[part.kind] = counted.get(part.kind, 0) + len(part)
        return counted

    def wrong_rows(self, besides: Sequence[str] = ()) -> Ints:
        """The rows that have any finding of other kinds than these, in order, once each."""
        wrong = [part.row_ids for part in self.parts if part.kind not in besides]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *wrong]))

    def told(self, kind: str) -> Finding:
        """The first MOST_EVENTS and the last of a kind, in the order of the rows."""
        parts = [part for part in self.parts if part.kind == kind]
        row_ids = np.concatenate([part.row_ids for part in parts])
        order = np.argsort(row_ids, kind="stable")
        chosen = np.concatenate([order[:MOST_EVENTS], order[-1:]]) if len(order) > MOST_EVENTS else order
        return Finding(
            kind=kind,
            row_ids=row_ids[chosen],
            time_us=np.concatenate([part.time_us for part in parts])[chosen],
            values=np.concatenate([part.values for part in parts])[chosen],
            limits=np.concatenate([part.limits for part in parts])[chosen],
            unit=parts[0].unit,
            subject=parts[0].subject,
        )


def row_anomalies(finding: Finding, ids: Mapping[int, str], texts: Mapping[int, str | None]) -> Iterator[Anomaly]:
    """One anomaly a row; by the row's number its id, and the text that is its value where that is no number."""
    for row_id, time_us, value, limit in zip(
        finding.row_ids.tolist(),
        finding.time_us.tolist(),
        finding.values.tolist(),
        finding.limits.tolist(),
        strict=True,
    ):
        yield Anomaly(
            kind=finding.kind,
            subject={finding.subject: ids[row_id]},
            timestamp=time_of(time_us),
            value=_finite(value) if texts[row_id] is None else texts[row_id],
            limit=_finite(limit),
            unit=finding.unit,
        )


def anomaly_events(twin_id: str, job_id: str, kind: str, tally: Tally) -> Iterator[Event]:
    """An event for each of the first, and where there are more of the kind one for all."""
    for anomaly in tally.first:
        payload = {**anomaly.subject, "kind": kind, "value": anomaly.value, "limit": anomaly.limit}
        content = {**payload, "unit": anomaly.unit, **anomaly.details}
        name = (kind, *anomaly.subject.values(), str(anomaly.details.get("from", "")))
        yield _event(twin_id, job_id, name, anomaly.timestamp, content)
    if tally.count > len(tally.first) and tally.last is not None:
        content = {
            "kind": kind,
            "count": tally.count,
            "first": _named(tally.first[0]),
            "last": _named(tally.last),
            "samples": [dict(anomaly.subject) for anomaly in tally.first[:MOST_SAMPLES]],
        }
        yield _event(twin_id, job_id, (kind, "all", tally.count), tally.first[0].timestamp, content)


def time_of(time_us: int) -> datetime:
    """µs since 1970 as the lake keeps times; what Python's calendar doesn't have becomes its first or last instant."""
    try:
        return EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        return datetime.min if time_us < 0 else datetime.max  # noqa: DTZ901


def _event(
    twin_id: str, job_id: str, name: tuple[str | int, ...], timestamp: datetime, payload: Mapping[str, object]
) -> Event:
    return Event(
        event_id=named_uuid("twin.anomaly", twin_id, job_id, *name),
        asset_id=twin_id,
        job_id=job_id,
        event_type="twin.anomaly",
        timestamp=timestamp,
        actor=ACTOR,
        payload=json.dumps(payload, allow_nan=False),
    )


def _named(anomaly: Anomaly) -> dict[str, object]:
    return {**anomaly.subject, "timestamp": anomaly.timestamp.isoformat() + "Z", "value": anomaly.value}


def _finite(value: float) -> float | None:
    """JSON has neither NaN nor infinity, which the norm of a huge quaternion is."""
    return value if math.isfinite(value) else None
