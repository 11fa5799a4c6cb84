"""Reads a job's rows and judges them: schema here, motion in physics.py."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from twin_lakehouse.lake import Lake
from twin_lakehouse.limits import Limits
from twin_lakehouse.physics import Finding, Floats, Trajectory, judge
from twin_lakehouse.state import GENERATED_SOURCES

if TYPE_CHECKING:
    import pyarrow as pa

SOURCES = ("ros_job", "manual", "simulation", "predicted", "sim2real")

# rowid is DuckLake's number of a row in the order it was added; updates and merges of files keep it.
_SNAPSHOTS = """
    SELECT rowid AS row_id, snapshot_id, timestamp, source, position_x, position_y, position_z,
        orientation_qx, orientation_qy, orientation_qz, orientation_qw, linear_velocity, angular_velocity,
        row_number() OVER (PARTITION BY snapshot_id ORDER BY rowid) > 1 AS is_repeated
    FROM lake.twins.state_snapshots WHERE asset_id = $twin_id AND job_id = $job_id ORDER BY rowid
"""
_IMU = """
    WITH imu AS (
        SELECT rowid AS row_id, reading_id, timestamp,
            payload->'$.linear_acceleration' AS acceleration, payload->'$.angular_velocity' AS rate
        FROM lake.twins.sensor_readings
        WHERE asset_id = $twin_id AND job_id = $job_id AND sensor_type = 'imu'
    )
    SELECT row_id, reading_id, timestamp,
        -- a number that JSON doesn't have (NaN) is null there
        sqrt(list_sum([coalesce(try_cast(imu.acceleration->>axis AS DOUBLE), 'nan')^2 FOR axis IN ['x', 'y', 'z']]))
            AS acceleration,
        sqrt(list_sum([coalesce(try_cast(imu.rate->>axis AS DOUBLE), 'nan')^2 FOR axis IN ['x', 'y', 'z']])) AS rate,
        imu.acceleration IS NOT NULL AS has_acceleration, imu.rate IS NOT NULL AS has_rate
    FROM imu ORDER BY row_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One thing wrong with one row; `subject` is the name of its id column. `value` and `limit` are in `unit`."""

    row_id: int
    subject: str
    subject_id: str
    timestamp: datetime
    kind: str
    value: float | str | None
    limit: float | None
    unit: str


def snapshot_anomalies(lake: Lake, twin_id: str, job_id: str, limits: Limits) -> tuple[int, list[Anomaly]]:
    """The number of the job's snapshots, and what is wrong with them, in the order of arrival."""
    rows = lake.query(_SNAPSHOTS, {"twin_id": twin_id, "job_id": job_id})
    source = np.array(rows["source"].to_pylist(), dtype=object)
    found: list[Anomaly] = [
        *(_anomaly(rows, row, kind="repeated_id") for row in np.flatnonzero(_numbers(rows, "is_repeated") > 0)),
        *(
            _anomaly(rows, row, kind="unknown_source", value=str(source[row]))
            for row in np.flatnonzero(~np.isin(source, SOURCES))
        ),
    ]
    trajectory = _trajectory(rows)
    for name in dict.fromkeys(source.tolist()):
        # Each source tells its own story of where the asset was; a predicted pose isn't where it is.
        chain = np.flatnonzero(source == name)
        findings = judge(trajectory.take(chain), limits, moves=name not in GENERATED_SOURCES)
        found += [_snapshot_anomaly(rows, int(chain[finding.row]), finding) for finding in findings]
    return rows.num_rows, sorted(found, key=lambda anomaly: (anomaly.row_id, anomaly.kind))


def imu_anomalies(lake: Lake, twin_id: str, job_id: str, limits: Limits) -> tuple[int, list[Anomaly]]:
    """The number of the job's IMU readings, and those beyond what an IMU on this asset can feel."""
    rows = lake.query(_IMU, {"twin_id": twin_id, "job_id": job_id})
    found: list[Anomaly] = []
    checks = (
        ("acceleration", "imu_linear_acceleration", limits.linear_acceleration, "m/s^2"),
        ("rate", "imu_angular_velocity", limits.angular_rate, "rad/s"),
    )
    for column, kind, limit, unit in checks:
        values, is_given = _numbers(rows, column), _numbers(rows, f"has_{column}") > 0
        for row in np.flatnonzero(is_given & ~(values <= limit)):
            value = float(values[row]) if np.isfinite(values[row]) else None
            found.append(_anomaly(rows, row, subject="reading_id", kind=kind, value=value, limit=limit, unit=unit))
    return rows.num_rows, sorted(found, key=lambda anomaly: (anomaly.row_id, anomaly.kind))


def _snapshot_anomaly(rows: pa.Table, row: int, finding: Finding) -> Anomaly:
    # JSON has no infinity, which the norm of a huge quaternion is.
    value = finding.value if finding.value is not None and math.isfinite(finding.value) else None
    return _anomaly(rows, row, kind=finding.kind, value=value, limit=finding.limit, unit=finding.unit)


def _anomaly(
    rows: pa.Table,
    row: int | np.int64,
    *,
    kind: str,
    subject: str = "snapshot_id",
    value: float | str | None = None,
    limit: float | None = None,
    unit: str = "",
) -> Anomaly:
    return Anomaly(
        row_id=rows["row_id"][int(row)].as_py(),
        subject=subject,
        subject_id=rows[subject][int(row)].as_py(),
        timestamp=rows["timestamp"][int(row)].as_py(),
        kind=kind,
        value=value,
        limit=limit,
        unit=unit,
    )


def _trajectory(rows: pa.Table) -> Trajectory:
    return Trajectory(
        time_us=rows["timestamp"].cast("int64").to_numpy(),
        position=np.column_stack([_numbers(rows, f"position_{axis}") for axis in "xyz"]),
        quat_xyzw=np.column_stack([_numbers(rows, f"orientation_q{axis}") for axis in "xyzw"]),
        linear_velocity=_numbers(rows, "linear_velocity"),
        angular_velocity=_numbers(rows, "angular_velocity"),
    )


def _numbers(rows: pa.Table, column: str) -> Floats:
    """The column as float64, NULL as NaN."""
    return np.asarray(rows[column].cast("float64").to_numpy(), dtype=np.float64)
