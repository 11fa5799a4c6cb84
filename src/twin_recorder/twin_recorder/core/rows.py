"""Rows of each table from decoded messages: one function a table, all columns at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .batch import SNAPSHOTS, Batch, timestamps
from .camera import COMPRESSED_TYPE, image_columns
from .detection import DETECTION, plain_detection
from .given_rows import event_rows, trial_rows
from .ids import row_ids
from .payload import payloads
from .rigid import Float64s
from .topics import Becomes
from .world import Placed


def build_rows(kind: Becomes, batch: Batch) -> pa.Table:
    """The batch as rows of one table, in the lake's columns and types. Raises DecodeError where a field is missing.

    Snapshots need poses besides: `snapshot_rows`.
    """
    return _BUILDERS[kind.table](kind, batch)


def snapshot_rows(kind: Becomes, placed: Placed) -> pa.Table:
    """Poses in the world and, of an odometry message, forward speed (body x, REP-103) and yaw rate."""
    batch, twist, poses = placed.of.batch.take(placed.which), placed.of.twist, placed.poses
    return batch.table(
        SNAPSHOTS,
        {
            "snapshot_id": batch.ids(SNAPSHOTS),
            "timestamp": timestamps(batch.time_ns),
            "source": kind.options["source"],
            **{f"position_{axis}": _column(poses.translation, i) for i, axis in enumerate("xyz")},
            **{f"orientation_q{axis}": _column(poses.quat_xyzw, i) for i, axis in enumerate("xyzw")},
            "linear_velocity": batch.at(f"{twist}.linear.x") if twist else None,
            "angular_velocity": batch.at(f"{twist}.angular.z") if twist else None,
            "reconciled": False,
            "cosmos_model": None,
            "predicted_from_snapshot_id": None,
        },
    )


def _sensor_readings(kind: Becomes, batch: Batch) -> pa.Table:
    """The whole message as JSON, whatever its type is; of a compressed image also what its file says of it."""
    is_image = batch.type_name == COMPRESSED_TYPE
    more = image_columns(batch.messages, batch.at("format")) if is_image else {}
    return batch.table(
        "sensor_readings",
        {
            "reading_id": batch.ids("sensor_readings"),
            "sensor_type": kind.options["sensor_type"],
            "timestamp": timestamps(batch.time_ns),
            "payload": payloads(batch.rows, more),
            "raw_path": batch.raw_paths(),
        },
    )


def _object_detections(kind: Becomes, batch: Batch) -> pa.Table:
    """One row a detection, with its most likely class; the box's centre becomes its top-left corner (px)."""
    rows: list[dict[str, object]] = []
    names: list[bytes] = []
    of_message: list[int] = []
    for message, detections in enumerate(batch.at("detections").to_pylist()):
        for number, detection in enumerate(detections):
            rows.append(plain_detection(detection))
            names.append(b"%d.%d" % (batch.sequence[message], number))
            of_message.append(message)
    found = pa.array(rows, type=DETECTION)
    source = pa.array(of_message, type=pa.int64())
    frame_ids = batch.at("header.frame_id").take(source)
    return batch.table(
        "object_detections",
        {
            "detection_id": row_ids(batch.segment_id, "object_detections", batch.topic, names),
            "timestamp": timestamps(batch.time_ns[of_message] if of_message else batch.time_ns[:0]),
            **{name: pc.struct_field(found, name) for name in DETECTION.names},
            "frame_id": frame_ids,
            "raw_path": batch.raw_paths().take(source),
            **kind.options,
        },
    )


_BUILDERS: Final[Mapping[str, Callable[[Becomes, Batch], pa.Table]]] = {
    "sensor_readings": _sensor_readings,
    "events": event_rows,
    "object_detections": _object_detections,
    "ros_navigation_trials": trial_rows,
}


def _column(values: Float64s, index: int) -> pa.Array:
    """One column of float64 (n, k)."""
    return pa.array(np.ascontiguousarray(values[:, index]))
