"""Judges a job's sensor readings: what an IMU can feel, in which frame odometry is, and which clock stamped them."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin_lakehouse.anomalies import READING, SNAPSHOT, Anomaly, Finding, Ints
from twin_lakehouse.arrival import OF_JOB, JobRows, finding, floats, ints
from twin_lakehouse.clocks import Clock, StreamClock, other_clocks
from twin_lakehouse.limits import Limits
from twin_lakehouse.raw import LOG_TIME

if TYPE_CHECKING:
    import pyarrow as pa

# More than a robot has; a publisher that makes up a frame for each message must not cost a clock each.
_MOST_STREAMS = 64
FRAME = "concat_ws(' > ', payload->>'$.frame_id', payload->>'$.child_frame_id')"
"""The frame of a reading, in SQL: of odometry "odom > base_footprint", of a sensor its own."""


def _norm(vector: str) -> str:
    """Length of a vector in an IMU's payload, NULL where it has none. A number that JSON doesn't have (NaN) is null."""
    parts = (f"coalesce(try_cast(payload->>'$.{vector}.{axis}' AS DOUBLE), 'nan')^2" for axis in "xyz")
    return f"CASE WHEN sensor_type = 'imu' AND (payload->'$.{vector}') IS NOT NULL THEN sqrt({' + '.join(parts)}) END"


_COLUMNS = (
    f"epoch_us(timestamp) AS time_us, try_cast(split_part(raw_path, '{LOG_TIME}', 2) AS BIGINT) // 1000 AS log_us, "
    f"sensor_type, {FRAME} AS frame, concat_ws(' ', sensor_type, frame) AS stream, "
    f"{_norm('linear_acceleration')} AS acceleration, {_norm('angular_velocity')} AS rate"
)


class Readings:
    """Judges the readings. What their streams say is complete when all findings have been taken."""

    def __init__(self, rows: JobRows, limits: Limits, clock: Clock) -> None:
        self._rows, self._limits, self._clock = rows, limits, clock
        self._streams: dict[str, StreamClock] = {}
        self._frame: str | None = None
        self._other_frames: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """What is wrong with rows."""
        for chunk in self._rows.chunks(_COLUMNS):
            row_ids, time_us = ints(chunk, "row_id"), ints(chunk, "time_us")
            wrong = ~self._clock.is_in_range(time_us)
            yield finding("stamp_out_of_range", READING, row_ids[wrong], time_us[wrong])
            yield from self._imu(chunk, row_ids, time_us)
            yield from self._frames(chunk, row_ids, time_us)
            if not self._clock.is_simulated:  # a simulation runs faster or slower than time, and pauses
                yield from self._clocks(chunk, row_ids, time_us)

    def anomalies(self) -> Iterator[Anomaly]:
        """What is wrong with streams."""
        yield from other_clocks(list(self._streams.values()))

    def foreign_snapshots(self, snapshots: JobRows) -> Iterator[Finding]:
        """Poses of odometry that was in another frame than the job's first: they aren't where the others are."""
        if not self._other_frames:
            return
        foreign = f"{OF_JOB} AND sensor_type = 'odometry' AND {FRAME} <> $frame"
        stamps = f"SELECT timestamp FROM {self._rows.table} WHERE {foreign}"
        found = snapshots.select("epoch_us(timestamp) AS time_us", f"timestamp IN ({stamps})", frame=self._frame)
        yield finding("foreign_frame", SNAPSHOT, ints(found, "row_id"), ints(found, "time_us"))

    def _imu(self, chunk: pa.Table, row_ids: Ints, time_us: Ints) -> Iterator[Finding]:
        """What no IMU on this asset can feel; NaN is a number that wasn't one."""
        for column, kind, limit, unit in (
            ("acceleration", "imu_linear_acceleration", self._limits.linear_acceleration, "m/s^2"),
            ("rate", "imu_angular_velocity", self._limits.angular_rate, "rad/s"),
        ):
            values = floats(chunk, column)
            wrong = _is_given(chunk, column) & ~(values <= limit)
            yield finding(kind, READING, row_ids[wrong], time_us[wrong], values=values[wrong], limit=limit, unit=unit)

    def _frames(self, chunk: pa.Table, row_ids: Ints, time_us: Ints) -> Iterator[Finding]:
        """The first odometry in each frame but the job's first one."""
        for frame, rows in _groups(chunk, "frame"):
            first = next((row for row in rows.tolist() if chunk["sensor_type"][row].as_py() == "odometry"), None)
            if first is None:
                continue
            if self._frame is None:
                self._frame = frame
            elif frame != self._frame and frame not in self._other_frames and len(self._other_frames) < _MOST_STREAMS:
                self._other_frames.add(frame)
                yield finding("frame_changed", READING, row_ids[first : first + 1], time_us[first : first + 1])

    def _clocks(self, chunk: pa.Table, row_ids: Ints, time_us: Ints) -> Iterator[Finding]:
        """Where the stamps of a stream take another distance to their log times."""
        is_logged = _is_given(chunk, "log_us")
        log_us = np.asarray(chunk["log_us"].fill_null(0).to_numpy(), dtype=np.int64)
        for name, rows in _groups(chunk, "stream"):
            logged = rows[is_logged[rows]]
            if name not in self._streams and len(self._streams) < _MOST_STREAMS:
                self._streams[name] = StreamClock(name, self._limits.clock_jump)
            if len(logged) and name in self._streams:
                yield self._streams[name].judge(row_ids[logged], time_us[logged], log_us[logged])


def _groups(chunk: pa.Table, column: str) -> Iterator[tuple[str, Ints]]:
    """The rows of each text of a column, in the order in which the texts come first."""
    encoded = chunk[column].combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        yield text, np.flatnonzero(codes == code)


def _is_given(chunk: pa.Table, column: str) -> NDArray[np.bool_]:
    """Where the column isn't NULL."""
    return np.asarray(chunk[column].is_valid().to_numpy(), dtype=np.bool_)
