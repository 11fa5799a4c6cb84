"""What a report shows, as plain frozen values: collected once, then drawn and rendered without the lake.

Times are naive UTC datetimes or seconds since the job's first observation (`*_s`); lengths in m, angles in rad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]

# A step longer than this (m) is a teleport or a reset of odometry, not driving.
MAX_STEP_M = 1.0


def seconds_since(moment: datetime, started_at: datetime | None) -> float:
    """Seconds from the job's first observation to `moment`; 0 where there is none."""
    return (moment - started_at).total_seconds() if started_at else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose report this is."""

    twin_id: str
    display_name: str
    asset_type: str
    job_id: str
    environment: str | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionResult:
    """How the mission ended, from its last event; `found_near` a location's name or ""."""

    succeeded: bool
    target: str
    found_near: str
    reason: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """The observed way of the robot: arrays (n,) in order of time; x, y in the map frame where it was localized.

    `speed` is |linear velocity| (m/s) and may hold NaN; `distance` counts from 0; `is_reconciled` as `sync` left it.
    """

    time_s: F64
    x: F64
    y: F64
    speed: F64
    distance: F64
    is_reconciled: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Polyline:
    """A line on the floor: x, y (n,) in m; `time_s` when it was published."""

    x: F64
    y: F64
    time_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapGrid:
    """An occupancy grid: cells int8 (rows, columns), row 0 the lowest y; 0 free, 100 occupied, -1 unknown."""

    cells: I8
    resolution_m: float
    origin_x: float
    origin_y: float

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top edge in m."""
        rows, columns = self.cells.shape
        right = self.origin_x + columns * self.resolution_m
        return (self.origin_x, right, self.origin_y, self.origin_y + rows * self.resolution_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One navigation trial. `number` counts from 1; `is_turn` for the turns on the spot of a look around."""

    number: int
    location: str
    is_turn: bool
    x: float
    y: float
    yaw: float
    outcome: str
    error_msg: str
    started_s: float
    duration_s: float
    distance_m: float
    recoveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A visit: the way to a location and the turns there. `outcome` is that of the way, the rest that of both."""

    name: str
    number: int
    x: float
    y: float
    outcome: str
    note: str
    started_s: float
    duration_s: float
    distance_m: float
    turns: int
    turns_succeeded: int
    recoveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A detection cut out of its image, the box drawn in; size of the box in px."""

    jpeg: bytes
    score: float
    time_s: float
    width_px: float
    height_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedObject:
    """All detections of one class.

    `times_s` (n,) of each; `seen_from` and `bearing` (rad, map frame) belong to the best one, None if unknown.
    """

    name: str
    count: int
    best_score: float
    times_s: F64
    crops: tuple[Crop, ...]
    seen_from: tuple[float, float] | None = None
    bearing: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event, with the few words of its payload that say the most.

    `is_during_job`: false for what concerns the job and not the robot, such as its sync, and for times outside of it.
    """

    time_s: float
    timestamp: datetime
    event_type: str
    actor: str
    words: str
    is_during_job: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """Rows of this job in one table."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What `sync` made of the job. `status` pending|synced|failed; anomalies by kind."""

    status: str
    snapshots: int
    reconciled: int
    anomalies: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHealth:
    """How one topic was recorded; NaN where it has too few messages for a rate or a gap."""

    topic: str
    type_name: str
    messages: int
    rate_hz: float
    max_gap_s: float
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The raw slices of the job."""

    segments: int
    messages: int
    size_bytes: int
    topics: tuple[TopicHealth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedView:
    """What only the raw slices hold.

    `odometry`: the way as observed, where localization moved it; `problems`: in words, what could not be read.
    """

    map: MapGrid | None = None
    plans: tuple[Polyline, ...] = ()
    ground_truth: Polyline | None = None
    odometry: Polyline | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything on the page. An empty tuple or None is a section that says what is missing."""

    subject: Subject
    mission: MissionResult | None
    trajectory: Trajectory | None
    goals: tuple[Goal, ...]
    places: tuple[Place, ...]
    objects: tuple[DetectedObject, ...]
    events: tuple[EventRow, ...]
    tables: tuple[TableSize, ...]
    sync: SyncResult | None
    recording: Recording | None
    view: RecordedView = field(default_factory=RecordedView)

    @property
    def duration_s(self) -> float:
        """From the first to the last observation."""
        started, ended = self.subject.started_at, self.subject.ended_at
        return (ended - started).total_seconds() if started and ended else 0.0

    @property
    def rows(self) -> int:
        """Rows of this job in all tables."""
        return sum(table.rows for table in self.tables)
