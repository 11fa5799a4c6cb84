"""Rows for tests: a robot that drives along x at 0.15 m/s, 30 snapshots a second."""

# ruff: noqa: DTZ001  times in the lake are UTC without zone

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pyarrow as pa

from twin_lakehouse import TWIN_NAMESPACE, Segment, SensorReading, StateSnapshot, to_arrow
from twin_lakehouse.rows import Record
from twin_lakehouse.schema import spec_of

T0 = datetime(2026, 3, 1, 12)
PERIOD = timedelta(microseconds=33_333)
TWIN, JOB = "turtlebot-01", "job-1"


def uuid(*parts: object) -> UUID:
    return uuid5(TWIN_NAMESPACE, f"test/{parts}")


def snapshot(i: int, *, job: str | None = JOB, twin: str = TWIN, source: str = "simulation") -> StateSnapshot:
    return StateSnapshot(
        snapshot_id=uuid("snapshot", twin, job, i),
        asset_id=twin,
        job_id=job,
        timestamp=T0 + i * PERIOD,
        source=source,
        position_x=0.005 * i,
        position_y=0.0,
        position_z=0.0,
        orientation_qx=0.0,
        orientation_qy=0.0,
        orientation_qz=0.0,
        orientation_qw=1.0,
        linear_velocity=0.15,
        angular_velocity=0.0,
    )


def imu(i: int, *, job: str = JOB, payload: str | None = None) -> SensorReading:
    still = '{"linear_acceleration": {"x": 0, "y": 0, "z": 9.81}, "angular_velocity": {"x": 0, "y": 0, "z": 0}}'
    return SensorReading(
        reading_id=uuid("imu", job, i),
        asset_id=TWIN,
        job_id=job,
        sensor_type="imu",
        timestamp=T0 + i * PERIOD,
        payload=payload or still,
    )


def segment(sequence: int = 1, *, job: str = JOB, twin: str = TWIN) -> Segment:
    return Segment(
        segment_id=uuid("segment", twin, job, sequence),
        asset_id=twin,
        job_id=job,
        sequence=sequence,
        raw_path=f"raw/{twin}/job_id={job}/{sequence:06d}.mcap",
        started_at=T0,
        ended_at=T0 + PERIOD,
        message_count=10,
        size_bytes=1000,
    )


def typed(records: Sequence[Record]) -> pa.Table:
    """As to_arrow, with the types of UUID and JSON: rows that nobody has to judge."""
    rows = to_arrow(records)
    for at, column in enumerate(spec_of(type(records[0])).columns):
        values: list[str | None] = rows.column(at).to_pylist()
        if column.sql_type == "UUID":
            raw = pa.array([value and UUID(value).bytes for value in values], pa.binary(16))
            rows = rows.set_column(at, column.name, pa.ExtensionArray.from_storage(pa.uuid(), raw))
        elif column.sql_type == "JSON":
            text = pa.ExtensionArray.from_storage(pa.json_(), pa.array(values, pa.string()))
            rows = rows.set_column(at, column.name, text)
    return rows
