"""The rows of the lake: one frozen dataclass a table; columns, DDL and Arrow schemas come from here (see table.py).

Times are UTC with microseconds (naive datetimes at rest), lengths in metres, angles in radians, JSON columns hold text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from twin_lakehouse.table import Column, table

Json = Annotated[str, Column(sql_type="JSON")]
Int32 = Annotated[int, Column(sql_type="INTEGER")]


@table("twins.assets", key="asset_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One physical asset. `status` active|retired; `metadata` a JSON object (`limits`: see physics.py)."""

    asset_id: str
    asset_type: str
    display_name: str
    status: str
    created_at: datetime
    retired_at: datetime | None = None
    metadata: Json = "{}"


@table("twins.urdf_assets", key="urdf_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class UrdfAsset:
    """One version of an asset's model. `urdf_path` is a key in the storage; `checksum` the file's SHA-256 (hex)."""

    urdf_id: UUID
    asset_id: str
    version: str
    urdf_path: str
    format: str
    uploaded_at: datetime
    checksum: str


@table("twins.state_snapshots", key="snapshot_id", partition_by="job_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class StateSnapshot:
    """Pose (m, unit quaternion xyzw, world frame) and speed (m/s, rad/s) at the instant `timestamp` of observation."""

    snapshot_id: UUID
    asset_id: str
    job_id: str | None
    timestamp: datetime
    source: str
    position_x: float
    position_y: float
    position_z: float
    orientation_qx: float
    orientation_qy: float
    orientation_qz: float
    orientation_qw: float
    linear_velocity: float | None = None
    angular_velocity: float | None = None
    reconciled: bool = False
    cosmos_model: str | None = None
    predicted_from_snapshot_id: UUID | None = None


@table("twins.sensor_readings", key="reading_id", partition_by="job_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class SensorReading:
    """One message of a sensor; `raw_path` is the key of the recording that holds the message as it was sent."""

    reading_id: UUID
    asset_id: str
    job_id: str | None
    sensor_type: str
    timestamp: datetime
    payload: Json
    raw_path: str | None = None


@table("twins.events", key="event_id", partition_by="job_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; `job_id` is NULL for lifecycle events."""

    event_id: UUID
    asset_id: str
    job_id: str | None
    event_type: str
    timestamp: datetime
    actor: str
    payload: Json = "{}"


@table("twins.twin_jobs", key="twin_job_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class TwinJob:
    """A job that moved or watched the twin. `sync_status` pending|synced|failed; `metadata` a JSON object (jobs.py)."""

    twin_job_id: UUID
    twin_id: str
    job_id: str
    ray_job_id: str | None
    environment: str
    started_at: datetime
    completed_at: datetime | None = None
    wandb_run_id: str | None = None
    sync_status: str = "pending"
    metadata: Json = "{}"


@table("twins.annotations", key="annotation_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark on a snapshot, or on the twin as a whole where `snapshot_id` is NULL."""

    annotation_id: UUID
    asset_id: str
    snapshot_id: UUID | None
    author: str
    annotation_type: str
    content: str
    created_at: datetime


@table("event_log.ros_navigation_trials", key="trial_id", partition_by="job_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationTrial:
    """One Nav2 goal from start to end (poses m and rad in the map frame, `outcome` a name such as SUCCEEDED)."""

    trial_id: UUID
    asset_id: str
    job_id: str | None
    location: str
    start_x: float
    start_y: float
    start_yaw: float
    goal_x: float
    goal_y: float
    goal_yaw: float
    outcome: str
    error_code: Int32
    error_msg: str
    started_at: datetime
    ended_at: datetime
    duration_s: float
    distance_m: float
    recoveries: Int32


@table("event_log.object_detections", key="detection_id", partition_by="job_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDetection:
    """One detected object; the box is in pixels, `bbox_x`/`bbox_y` its top-left corner; `timestamp` the image's."""

    detection_id: UUID
    asset_id: str
    job_id: str | None
    timestamp: datetime
    object_class: Annotated[str, Column(name="class")]
    score: float
    bbox_x: float
    bbox_y: float
    bbox_width: float
    bbox_height: float
    model: str | None = None
    frame_id: str | None = None
    image_topic: str | None = None
    raw_path: str | None = None


@table("event_log.agent_events", key="event_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent:
    """What an agent did in a run."""

    event_id: UUID
    run_id: str
    kind: str
    payload: Json
    ts: datetime


@table("recordings.segments", key="segment_id", partition_by="job_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One recorded file whose rows are in the lake: the row is written in the transaction that adds them.

    `topics` is a JSON object by topic name: {"type", "messages", "lost", "first_ns", "last_ns", "max_gap_ns",
    "stored": what the file has of it}; `config` the recorder's configuration as JSON, with `rows` (by table) and
    `skipped` (by topic: {"messages", "reason"}), from which sync knows what is missing; `committed_at` is set by the
    commit.
    """

    segment_id: UUID
    asset_id: str
    job_id: str
    sequence: Int32
    raw_path: str
    started_at: datetime
    ended_at: datetime
    message_count: int
    size_bytes: int
    topics: Json = "{}"
    config: Json = "{}"
    committed_at: datetime | None = None


@table("recordings.lake", key="lake_id")
@dataclass(frozen=True, slots=True, kw_only=True)
class LakeInfo:
    """The lake itself (one row): its id, as in the storage's lake.json, and the version of these tables."""

    lake_id: UUID
    schema_version: Int32
    created_at: datetime
