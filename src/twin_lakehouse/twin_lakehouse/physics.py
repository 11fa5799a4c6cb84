"""Which poses of a job can be true: finite, a rotation, in time order, and reachable from the pose before.

Vectorised over the job; only the steps that look wrong are looked at one by one. A step between two poses is wrong
where time goes back, or where the base would have been faster than it can be. What follows from a wrong step:

- the pose returns to where it was within EXCURSION_ROWS rows: all rows in between are outliers;
- it doesn't return: the asset was put somewhere else, or its clock was set. Only the first row after the step is
  in doubt; the rest is judged from there on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin_lakehouse.limits import Limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXCURSION_ROWS = 30
"""Rows (1 s of odometry at 30 Hz) within which a wrong pose may return and counts as an outlier."""
QUATERNION_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """Poses in the order of their arrival: time (n,) µs since 1970, position (n, 3) m, quat_xyzw (n, 4), speeds (n,).

    Speeds (m/s, rad/s) are NaN where the row has none.
    """

    time_us: Ints
    position: Floats
    quat_xyzw: Floats
    linear_velocity: Floats
    angular_velocity: Floats

    def __len__(self) -> int:
        return len(self.time_us)

    def take(self, rows: Ints) -> Trajectory:
        """Only these rows."""
        return Trajectory(
            time_us=self.time_us[rows],
            position=self.position[rows],
            quat_xyzw=self.quat_xyzw[rows],
            linear_velocity=self.linear_velocity[rows],
            angular_velocity=self.angular_velocity[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Row `row` is wrong: its `value` is beyond `limit` (both in `unit`); value is None where it isn't a number."""

    row: int
    kind: str
    value: float | None
    limit: float
    unit: str


def judge(trajectory: Trajectory, limits: Limits, *, moves: bool = True) -> list[Finding]:
    """What is wrong with which row; a row without a finding is valid. Without `moves` steps aren't judged."""
    findings = list(_judge_rows(trajectory, limits))
    unusable = [finding.row for finding in findings if finding.kind in ("not_finite", "quaternion_norm")]
    rows = np.setdiff1d(np.arange(len(trajectory)), np.array(unusable, dtype=np.int64))
    if moves and len(rows) > 1:
        steps = _judge_steps(trajectory.take(rows), limits)
        findings += [
            Finding(row=int(rows[found.row]), kind=found.kind, value=found.value, limit=found.limit, unit=found.unit)
            for found in steps
        ]
    return sorted(findings, key=lambda finding: finding.row)


def _judge_rows(trajectory: Trajectory, limits: Limits) -> Iterator[Finding]:
    """Each row by itself."""
    poses = np.hstack([trajectory.position, trajectory.quat_xyzw])
    finite = np.isfinite(poses).all(axis=1)
    finite &= ~np.isinf(trajectory.linear_velocity) & ~np.isinf(trajectory.angular_velocity)
    for row in np.flatnonzero(~finite):
        yield Finding(row=int(row), kind="not_finite", value=None, limit=0.0, unit="")
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(np.linalg.norm(trajectory.quat_xyzw, axis=1) - 1.0)
        checks = (
            ("quaternion_norm", off, QUATERNION_TOLERANCE, ""),
            ("linear_velocity", np.abs(trajectory.linear_velocity), limits.max_linear, "m/s"),
            ("angular_velocity", np.abs(trajectory.angular_velocity), limits.max_angular, "rad/s"),
        )
        for kind, values, limit, unit in checks:
            for row in np.flatnonzero(finite & (values > limit)):
                yield Finding(row=int(row), kind=kind, value=float(values[row]), limit=limit, unit=unit)


def _judge_steps(trajectory: Trajectory, limits: Limits) -> Iterator[Finding]:
    """Each row by how it can be reached from the ones before."""
    before = np.arange(len(trajectory) - 1)
    wrong = before[~_is_possible(trajectory, before, before + 1, limits)] + 1
    settled = 0
    for first in (int(row) for row in wrong):
        if first < settled:
            continue
        anchor = first - 1
        end = _return_row(trajectory, anchor, wrong, limits)
        # The step into the row that returns is the second edge of the excursion, and right.
        settled = first + 1 if end is None else end + 1
        for row in range(first, first + 1 if end is None else end):
            yield _step_finding(trajectory, anchor, row, limits)


def _return_row(trajectory: Trajectory, anchor: int, wrong: Ints, limits: Limits) -> int | None:
    """The first row after anchor + 1 that continues from `anchor`, if it comes soon."""
    first, last = anchor + 1, min(anchor + 1 + EXCURSION_ROWS, len(trajectory) - 1)
    rows = np.arange(first + 1, last + 1)
    if trajectory.time_us[first] >= trajectory.time_us[anchor]:
        # A return is a jump too. Without this, a robot carried 10 cm aside would "return" as soon as
        # the limits let it drive that far.
        rows = rows[np.isin(rows, wrong)]
    possible = rows[_is_possible(trajectory, np.full(len(rows), anchor), rows, limits)]
    return int(possible[0]) if len(possible) else None


def _is_possible(trajectory: Trajectory, before: Ints, after: Ints, limits: Limits) -> NDArray[np.bool_]:
    """Whether the asset can come from pose `before` to pose `after` in the time between them."""
    seconds, metres, radians = _differences(trajectory, before, after)
    near = metres <= _reach(limits.max_linear, seconds) + limits.position_noise
    turned = radians <= _reach(limits.max_angular, seconds) + limits.orientation_noise
    possible: NDArray[np.bool_] = (seconds >= 0) & near & turned
    return possible


def _step_finding(trajectory: Trajectory, anchor: int, row: int, limits: Limits) -> Finding:
    seconds, metres, radians = (
        float(values[0]) for values in _differences(trajectory, np.array([anchor]), np.array([row]))
    )
    if seconds < 0:
        return Finding(row=row, kind="time_backwards", value=seconds, limit=0.0, unit="s")
    elapsed = np.array([seconds])
    reach_m = float(_reach(limits.max_linear, elapsed)[0]) + limits.position_noise
    reach_rad = float(_reach(limits.max_angular, elapsed)[0]) + limits.orientation_noise
    if radians > reach_rad and metres <= reach_m:
        return Finding(row=row, kind="orientation_jump", value=radians, limit=reach_rad, unit="rad")
    return Finding(row=row, kind="position_jump", value=metres, limit=reach_m, unit="m")


def _differences(trajectory: Trajectory, before: Ints, after: Ints) -> tuple[Floats, Floats, Floats]:
    """Time (s), distance (m) and angle (rad, 0 to pi) from each row `before` to the row `after`."""
    seconds = (trajectory.time_us[after] - trajectory.time_us[before]) * 1e-6
    metres = np.linalg.norm(trajectory.position[after] - trajectory.position[before], axis=1)
    # q and -q are the same rotation. atan2 keeps its precision where acos of a dot product near 1 loses it.
    one, other = trajectory.quat_xyzw[before], trajectory.quat_xyzw[after]
    other = np.where((one * other).sum(axis=1, keepdims=True) < 0, -other, other)
    radians = 4.0 * np.arctan2(np.linalg.norm(one - other, axis=1), np.linalg.norm(one + other, axis=1))
    return np.asarray(seconds, dtype=np.float64), np.asarray(metres), np.asarray(radians)


def _reach(speed: float, seconds: Floats) -> Floats:
    """How far `speed` brings in `seconds`; everywhere where there is no limit, nowhere where time goes back."""
    elapsed = np.maximum(seconds, 0.0)
    return np.full(len(elapsed), np.inf) if np.isinf(speed) else speed * elapsed
