"""Rows for tests: a robot that drives along x at 0.15 m/s, 30 snapshots a second."""

# ruff: noqa: DTZ001  times in the lake are UTC without zone

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from twin_lakehouse import TWIN_NAMESPACE, Segment, SensorReading, StateSnapshot

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
