"""Rows of each table from decoded messages: one function a table, all columns at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .batch import Batch, timestamps
from .detection import DETECTION, plain_detection
from .given_rows import event_rows, trial_rows
from .ids import row_ids
from .payload import payloads
from .topics import Becomes


def build_rows(kind: Becomes, batch: Batch) -> pa.Table:
    """The batch as rows of one table, in the lake's columns and types. Raises DecodeError where a field is missing."""
    return _BUILDERS[kind.table](kind, batch)


def _state_snapshots(kind: Becomes, batch: Batch) -> pa.Table:
    """Pose and, of an odometry message, forward speed (body x, REP-103) and yaw rate."""
    pose, twist = _pose_paths(batch)
    return batch.table(
        "state_snapshots",
        {
            "snapshot_id": batch.ids("state_snapshots"),
            "timestamp": timestamps(batch.time_us),
            "source": kind.options["source"],
            **{f"position_{axis}": batch.at(f"{pose}.position.{axis}") for axis in "xyz"},
            **{f"orientation_q{axis}": batch.at(f"{pose}.orientation.{axis}") for axis in "xyzw"},
            "linear_velocity": batch.at(f"{twist}.linear.x") if twist else None,
            "angular_velocity": batch.at(f"{twist}.angular.z") if twist else None,
            "reconciled": False,
            "cosmos_model": None,
            "predicted_from_snapshot_id": None,
        },
    )


def _sensor_readings(kind: Becomes, batch: Batch) -> pa.Table:
    """The whole message as JSON, whatever its type is."""
    return batch.table(
        "sensor_readings",
        {
            "reading_id": batch.ids("sensor_readings"),
            "sensor_type": kind.options["sensor_type"],
            "timestamp": timestamps(batch.time_us),
            "payload": payloads(batch.rows),
            "raw_path": batch.raw_paths(),
        },
    )


def _object_detections(kind: Becomes, batch: Batch) -> pa.Table:
    """One row a detection, with its most likely class; the box's centre becomes its top-left corner (px)."""
    rows: list[dict[str, object]] = []
    numbers: list[str] = []
    of_message: list[int] = []
    for message, detections in enumerate(batch.at("detections").to_pylist()):
        for number, detection in enumerate(detections):
            rows.append(plain_detection(detection))
            numbers.append(f"{batch.sequence[message]}.{number}")
            of_message.append(message)
    found = pa.array(rows, type=DETECTION)
    source = pa.array(of_message, type=pa.int64())
    frame_ids = batch.at("header.frame_id").take(source)
    return batch.table(
        "object_detections",
        {
            "detection_id": row_ids(batch.segment_id, "object_detections", batch.topic, numbers),
            "timestamp": timestamps(batch.time_us[of_message] if of_message else batch.time_us[:0]),
            **{name: pc.struct_field(found, name) for name in DETECTION.names},
            "frame_id": frame_ids,
            "raw_path": batch.raw_paths().take(source),
            **kind.options,
        },
    )


_BUILDERS: Final[Mapping[str, Callable[[Becomes, Batch], pa.Table]]] = {
    "state_snapshots": _state_snapshots,
    "sensor_readings": _sensor_readings,
    "events": event_rows,
    "object_detections": _object_detections,
    "ros_navigation_trials": trial_rows,
}


def _pose_paths(batch: Batch) -> tuple[str, str]:
    """Where pose and twist are in the message; no twist: an empty path."""
    names = {field.name for field in batch.rows.type}
    if "twist" in names:
        return "pose.pose", "twist.twist"
    inner = {field.name for field in batch.rows.type.field("pose").type}
    return ("pose.pose", "") if "pose" in inner else ("pose", "")
