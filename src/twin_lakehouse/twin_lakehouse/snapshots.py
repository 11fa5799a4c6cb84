"""Judges a job's snapshots: what each says by itself, and the story that those of one source tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin_lakehouse.anomalies import SNAPSHOT, Finding
from twin_lakehouse.arrival import JobRows, finding, floats, ints
from twin_lakehouse.clocks import Clock
from twin_lakehouse.limits import MIN_ROWS, Limits, longest_silence
from twin_lakehouse.physics import Motion, Trajectory, judge_rows
from twin_lakehouse.state import GENERATED_SOURCES

if TYPE_CHECKING:
    import pyarrow as pa

SOURCES = ("ros_job", "manual", "simulation", "predicted", "sim2real")
# Written as a robot goes; nobody writes a manual one every second.
_STEADY_SOURCES = ("ros_job", "simulation")
_POSE = "position_x, position_y, position_z, orientation_qx, orientation_qy, orientation_qz, orientation_qw"
_COLUMNS = (
    f"epoch_us(timestamp) AS time_us, coalesce(list_position({list(SOURCES)}, source), 0)::UTINYINT AS source, "
    f"{_POSE}, linear_velocity, angular_velocity"
)


def judge_snapshots(rows: JobRows, limits: Limits, clock: Clock) -> Iterator[Finding]:
    """What is wrong with the job's snapshots."""
    stories = [_Story(source, limits) for source in SOURCES]
    for chunk in rows.chunks(_COLUMNS):
        trajectory, source = _trajectory(chunk), ints(chunk, "source")
        findings, is_usable = judge_rows(trajectory, limits)
        yield from findings
        is_unknown, is_in_range = source == 0, clock.is_in_range(trajectory.time_us)
        yield _of(trajectory, "unknown_source", is_unknown)
        yield _of(trajectory, "stamp_out_of_range", ~is_in_range)
        for number, story in enumerate(stories, start=1):
            # Each source tells its own story of where the asset was; a predicted pose isn't where it is.
            yield from story.judge(trajectory.take((source == number) & is_usable & is_in_range))
    for story in stories:
        yield from story.finish()


class _Story:
    """The rows of one source, batch after batch."""

    def __init__(self, source: str, limits: Limits) -> None:
        self._motion = None if source in GENERATED_SOURCES else Motion(limits)
        self._is_steady = source in _STEADY_SOURCES
        self._limits = limits
        self._gap_s: float | None = None
        self._last: Trajectory | None = None

    def judge(self, rows: Trajectory) -> Iterator[Finding]:
        if not len(rows):
            return
        known = rows if self._last is None else rows.after(self._last)
        self._last = rows.take(slice(-1, None))
        step_us = np.diff(known.time_us)
        later = known.take(slice(1, None))
        is_same = (step_us == 0) & (np.diff(known.position, axis=0) == 0).all(axis=1)
        is_same &= (np.diff(known.quat_xyzw, axis=0) == 0).all(axis=1)
        yield _of(later, "repeated_row", is_same)
        if self._is_steady:
            yield from self._gaps(later, step_us * 1e-6)
        if self._motion is not None:
            yield from self._motion.judge(rows)

    def finish(self) -> Iterator[Finding]:
        if self._motion is not None:
            yield from self._motion.finish()

    def _gaps(self, later: Trajectory, step_s: NDArray[np.float64]) -> Iterator[Finding]:
        """Steps in which much more time passed than in most of them."""
        if self._gap_s is None and len(step_s) >= MIN_ROWS:
            self._gap_s = longest_silence(self._limits, float(np.median(step_s)))
        if self._gap_s is not None:
            is_gap = step_s > self._gap_s
            yield finding(
                "gap",
                SNAPSHOT,
                later.row_id[is_gap],
                later.time_us[is_gap],
                values=step_s[is_gap],
                limit=self._gap_s,
                unit="s",
            )


def _of(rows: Trajectory, kind: str, which: NDArray[np.bool_]) -> Finding:
    return finding(kind, SNAPSHOT, rows.row_id[which], rows.time_us[which])


def _trajectory(rows: pa.Table) -> Trajectory:
    return Trajectory(
        row_id=ints(rows, "row_id"),
        time_us=ints(rows, "time_us"),
        position=np.column_stack([floats(rows, f"position_{axis}") for axis in "xyz"]),
        quat_xyzw=np.column_stack([floats(rows, f"orientation_q{axis}") for axis in "xyzw"]),
        linear_velocity=floats(rows, "linear_velocity"),
        angular_velocity=floats(rows, "angular_velocity"),
    )
