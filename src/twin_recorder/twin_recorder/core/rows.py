"""Rows of each table from decoded messages: one function a table, all columns at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twin_lakehouse import TwinError, arrow_schema, checked_asset_id, checked_job_id

from .detection import DETECTION, plain_detection
from .errors import DecodeError
from .ids import row_ids
from .payload import payloads
from .topics import Becomes

Float64s = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
Columns = Mapping[str, pa.Array | str | float | bool | None]

# What the recorder's table names are in the lake.
LAKE_TABLES: Final[Mapping[str, str]] = {
    "state_snapshots": "twins.state_snapshots",
    "sensor_readings": "twins.sensor_readings",
    "events": "twins.events",
    "object_detections": "event_log.object_detections",
    "ros_navigation_trials": "event_log.ros_navigation_trials",
}
# Tables whose rows can bring their own id: a latched message arrives again at every start of the recorder.
GIVEN_IDS: Final[Mapping[str, str]] = {
    "twins.events": "event_id",
    "event_log.ros_navigation_trials": "trial_id",
}
# More levels of objects and arrays than this make an event that not every reader can read.
_MOST_LEVELS: Final = 64
_OUTCOMES: Final[Mapping[int, str]] = {4: "SUCCEEDED", 5: "CANCELED", 6: "ABORTED", 7: "REJECTED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Decoded messages of one topic. `rows` struct (n,); `time_us` int64 (n,), µs UTC; `sequence` int64 (n,)."""

    topic: str
    rows: pa.StructArray
    time_us: Int64s
    sequence: Int64s
    segment_id: UUID
    asset_id: str
    job_id: str
    raw_path: str


def build_rows(kind: Becomes, batch: Batch) -> pa.Table:
    """The batch as rows of one table, in the lake's columns and types. Raises DecodeError where a field is missing."""
    return _BUILDERS[kind.table](kind, batch)


def observation_times_us(rows: pa.StructArray, log_ns: Int64s) -> Int64s:
    """When each message's content was true: `header.stamp`, else `stamp`, else the log time; µs UTC, int64 (n,).

    A stamp of zero says that the publisher set none, and counts as missing.
    """
    names = {field.name for field in rows.type}
    path = "header.stamp" if "header" in names else "stamp"
    if path.split(".", maxsplit=1)[0] not in names:
        return log_ns // 1000
    stamps_us = _stamp_us(rows, path)
    return np.where(stamps_us == 0, log_ns // 1000, stamps_us)


def _state_snapshots(kind: Becomes, batch: Batch) -> pa.Table:
    """Pose and, of an odometry message, forward speed (body x, REP-103) and yaw rate."""
    pose, twist = _pose_paths(batch)
    return _table(
        "state_snapshots",
        batch,
        {
            "snapshot_id": _ids("state_snapshots", batch),
            "timestamp": _timestamps(batch.time_us),
            "source": kind.options["source"],
            **{f"position_{axis}": _at(batch, f"{pose}.position.{axis}") for axis in "xyz"},
            **{f"orientation_q{axis}": _at(batch, f"{pose}.orientation.{axis}") for axis in "xyzw"},
            "linear_velocity": _at(batch, f"{twist}.linear.x") if twist else None,
            "angular_velocity": _at(batch, f"{twist}.angular.z") if twist else None,
            "reconciled": False,
            "cosmos_model": None,
            "predicted_from_snapshot_id": None,
        },
    )


def _sensor_readings(kind: Becomes, batch: Batch) -> pa.Table:
    """The whole message as JSON, whatever its type is."""
    return _table(
        "sensor_readings",
        batch,
        {
            "reading_id": _ids("sensor_readings", batch),
            "sensor_type": kind.options["sensor_type"],
            "timestamp": _timestamps(batch.time_us),
            "payload": payloads(batch.rows),
        },
    )


def _events(_: Becomes, batch: Batch) -> pa.Table:
    """Events with the ids, assets and jobs that they name; the recorder's own where they name none that can be one."""
    payload = [_json_object(text) for text in _at(batch, "payload").to_pylist()]
    return _table(
        "events",
        batch,
        {
            "event_id": _given_ids("events", batch, "event_id"),
            "asset_id": _asset_ids(batch),
            "job_id": _job_ids(batch),
            "event_type": _at(batch, "event_type"),
            "timestamp": _timestamps(batch.time_us),
            "actor": _at(batch, "actor"),
            "payload": pa.array(payload, type=pa.string()),
        },
    )


def _object_detections(kind: Becomes, batch: Batch) -> pa.Table:
    """One row a detection, with its most likely class; the box's centre becomes its top-left corner (px)."""
    rows: list[dict[str, object]] = []
    numbers: list[str] = []
    of_message: list[int] = []
    for message, detections in enumerate(_at(batch, "detections").to_pylist()):
        for number, detection in enumerate(detections):
            rows.append(plain_detection(detection))
            numbers.append(f"{batch.sequence[message]}.{number}")
            of_message.append(message)
    found = pa.array(rows, type=DETECTION)
    frame_ids = _at(batch, "header.frame_id").take(pa.array(of_message, type=pa.int64()))
    return _table(
        "object_detections",
        batch,
        {
            "detection_id": row_ids(batch.segment_id, "object_detections", batch.topic, numbers),
            "timestamp": _timestamps(batch.time_us[of_message] if of_message else batch.time_us[:0]),
            **{name: pc.struct_field(found, name) for name in DETECTION.names},
            "frame_id": frame_ids,
            **kind.options,
        },
    )


def _ros_navigation_trials(_: Becomes, batch: Batch) -> pa.Table:
    """Trials with the ids, assets and jobs that they name, as in `_events`."""
    outcomes = [_OUTCOMES.get(code, f"UNKNOWN_{code}") for code in _at(batch, "outcome").to_pylist()]
    return _table(
        "ros_navigation_trials",
        batch,
        {
            "trial_id": _given_ids("ros_navigation_trials", batch, "trial_id"),
            "asset_id": _asset_ids(batch),
            "job_id": _job_ids(batch),
            "location": _at(batch, "location"),
            **_pose_xy_yaw(batch, "start"),
            **_pose_xy_yaw(batch, "goal"),
            "outcome": pa.array(outcomes, type=pa.string()),
            "error_code": _at(batch, "error_code"),
            "error_msg": _at(batch, "error_msg"),
            "started_at": _timestamps(_stamp_us(batch.rows, "started_at")),
            "ended_at": _timestamps(batch.time_us),
            "duration_s": _at(batch, "duration"),
            "distance_m": _at(batch, "distance"),
            "recoveries": _at(batch, "recoveries"),
        },
    )


_BUILDERS: Final[Mapping[str, Callable[[Becomes, Batch], pa.Table]]] = {
    "state_snapshots": _state_snapshots,
    "sensor_readings": _sensor_readings,
    "events": _events,
    "object_detections": _object_detections,
    "ros_navigation_trials": _ros_navigation_trials,
}


def _table(name: str, batch: Batch, columns: Columns) -> pa.Table:
    """Columns in the lake's order and types; single values are repeated, and what every row has is added."""
    schema = arrow_schema(LAKE_TABLES[name])
    common: Columns = {"asset_id": batch.asset_id, "job_id": batch.job_id, "raw_path": batch.raw_path}
    given = {**common, **columns}
    count = next(len(column) for column in columns.values() if isinstance(column, pa.Array))
    arrays = [_array(given[field.name], field, count) for field in schema]
    return pa.table(arrays, schema=schema)


def _array(value: pa.Array | str | float | bool | None, field: pa.Field, count: int) -> pa.Array:
    """A column of the field's type, from an array or from a value that all rows share."""
    if isinstance(value, pa.Array):
        return value.cast(field.type)
    return pa.nulls(count, field.type) if value is None else pa.repeat(pa.scalar(value, type=field.type), count)


def _ids(table: str, batch: Batch) -> pa.Array:
    """Ids that follow from segment, table, topic and the message's number."""
    return row_ids(batch.segment_id, table, batch.topic, batch.sequence.tolist())


def _given_ids(table: str, batch: Batch, field: str) -> pa.Array:
    """The messages' own ids where they are UUIDs, else derived ones."""
    given = (_uuid_text(text) for text in _at(batch, field).to_pylist())
    derived = _ids(table, batch).to_pylist()
    return pa.array([own or other for own, other in zip(given, derived, strict=True)], type=pa.string())


def _uuid_text(text: str) -> str:
    """The UUID in its usual form; empty where it isn't one."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _asset_ids(batch: Batch) -> pa.Array:
    """The assets that the messages name, the recorder's own in place of what is no asset id."""
    return pa.array(
        [_checked_or(checked_asset_id, text, batch.asset_id) for text in _at(batch, "asset_id").to_pylist()]
    )


def _job_ids(batch: Batch) -> pa.Array:
    """As `_asset_ids`: a job's id becomes a folder, and one that can't be would keep the segment from the lake."""
    return pa.array([_checked_or(checked_job_id, text, batch.job_id) for text in _at(batch, "job_id").to_pylist()])


def _checked_or(checked: Callable[[str], str], text: str, default: str) -> str:
    try:
        return checked(text)
    except TwinError:
        return default


def _at(batch: Batch, path: str) -> pa.Array:
    """The column at a dotted path. Raises DecodeError that names topic and field."""
    return _field(batch.rows, path, batch.topic)


def _field(rows: pa.StructArray, path: str, topic: str) -> pa.Array:
    try:
        return pc.struct_field(rows, path.split("."))
    except (pa.ArrowInvalid, KeyError) as error:
        raise DecodeError(
            f"messages on {topic} have no field {path}: their definition is another version than the tables need;"
            " set the topic to raw, or record with the current definition"
        ) from error


def _stamp_us(rows: pa.StructArray, path: str) -> Int64s:
    """A builtin_interfaces/Time as µs since the epoch; what is below a µs is cut off."""
    seconds = _field(rows, f"{path}.sec", path).to_numpy(zero_copy_only=False).astype(np.int64)
    nanoseconds = _field(rows, f"{path}.nanosec", path).to_numpy(zero_copy_only=False).astype(np.int64)
    stamps_us: Int64s = seconds * 1_000_000 + nanoseconds // 1000
    return stamps_us


def _timestamps(time_us: Int64s) -> pa.Array:
    """µs since the epoch as timestamps."""
    return pa.array(np.ascontiguousarray(time_us)).cast(pa.timestamp("us"))


def _pose_paths(batch: Batch) -> tuple[str, str]:
    """Where pose and twist are in the message; no twist: an empty path."""
    names = {field.name for field in batch.rows.type}
    if "twist" in names:
        return "pose.pose", "twist.twist"
    inner = {field.name for field in batch.rows.type.field("pose").type}
    return ("pose.pose", "") if "pose" in inner else ("pose", "")


def _pose_xy_yaw(batch: Batch, path: str) -> dict[str, pa.Array]:
    """A pose in the plane: m and rad about z."""
    x, y, z, w = (_at(batch, f"{path}.orientation.{axis}").to_numpy(zero_copy_only=False) for axis in "xyzw")
    yaw: Float64s = np.arctan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))
    return {
        f"{path}_x": _at(batch, f"{path}.position.x"),
        f"{path}_y": _at(batch, f"{path}.position.y"),
        f"{path}_yaw": pa.array(yaw),
    }


def _json_object(text: str) -> str:
    """The text if it is a JSON object, {} for none; anything else is kept as {"text": …}: an event is never lost."""
    if not text:
        return "{}"
    try:
        parsed = json.loads(text)
        # json.loads takes NaN and Infinity, which aren't JSON.
        return text if isinstance(parsed, dict) and _is_strict(parsed) else json.dumps({"text": text})
    except (ValueError, RecursionError):
        return json.dumps({"text": text})


def _is_strict(parsed: dict[str, object]) -> bool:
    """Whether every reader of JSON takes it: no NaN, no half of a surrogate pair, and not too many levels."""
    try:
        json.dumps(parsed, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        return False
    level: list[object] = [parsed]
    for _ in range(_MOST_LEVELS):
        level = [inner for value in level if isinstance(value, dict | list) for inner in _inner(value)]
    return not level


def _inner(value: dict[str, object] | list[object]) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value
