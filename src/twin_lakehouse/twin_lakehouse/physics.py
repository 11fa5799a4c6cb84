"""Which poses of a job can be true: finite, a rotation, in time order, and reachable from the pose before.

Rows come in batches, in the order of their arrival, and are judged as a whole batch; only the steps that look wrong are
looked at one by one. A step between two poses is wrong where time goes back, or where the base would have been faster
than it can be. What follows from a wrong step:

- the pose returns to where it was within EXCURSION_ROWS rows: all rows in between are outliers;
- it doesn't return: the asset was put somewhere else, or its clock was set. Only the first row after the step is
  in doubt; the rest is judged from there on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin_lakehouse.anomalies import Finding, Floats, Ints
from twin_lakehouse.limits import Limits

EXCURSION_ROWS = 30
"""Rows (1 s of odometry at 30 Hz) within which a wrong pose may return and counts as an outlier."""
MOST_WRONG_STEPS = 10_000
"""After so many wrong steps no return is searched for any more (0.1 ms each): there is nowhere to return to."""
QUATERNION_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """Poses in the order of their arrival: row_id (n,), time (n,) µs since 1970, position (n, 3) m, quat_xyzw (n, 4),
    speeds (n,) m/s and rad/s, NaN where the row has none.
    """

    row_id: Ints
    time_us: Ints
    position: Floats
    quat_xyzw: Floats
    linear_velocity: Floats
    angular_velocity: Floats

    def __len__(self) -> int:
        return len(self.time_us)

    def take(self, rows: Ints | NDArray[np.bool_] | slice) -> Trajectory:
        """Only these rows."""
        return Trajectory(
            row_id=self.row_id[rows],
            time_us=self.time_us[rows],
            position=self.position[rows],
            quat_xyzw=self.quat_xyzw[rows],
            linear_velocity=self.linear_velocity[rows],
            angular_velocity=self.angular_velocity[rows],
        )

    def after(self, other: Trajectory) -> Trajectory:
        """The other's rows, then these."""
        return Trajectory(
            row_id=np.concatenate([other.row_id, self.row_id]),
            time_us=np.concatenate([other.time_us, self.time_us]),
            position=np.concatenate([other.position, self.position]),
            quat_xyzw=np.concatenate([other.quat_xyzw, self.quat_xyzw]),
            linear_velocity=np.concatenate([other.linear_velocity, self.linear_velocity]),
            angular_velocity=np.concatenate([other.angular_velocity, self.angular_velocity]),
        )


def judge_rows(trajectory: Trajectory, limits: Limits) -> tuple[list[Finding], NDArray[np.bool_]]:
    """Each row by itself; and which rows (n,) have a pose that steps can be judged from."""
    poses = np.hstack([trajectory.position, trajectory.quat_xyzw])
    speeds = np.column_stack([trajectory.linear_velocity, trajectory.angular_velocity])
    finite = np.asarray(np.isfinite(poses).all(axis=1) & ~np.isinf(speeds).any(axis=1), dtype=np.bool_)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(np.linalg.norm(trajectory.quat_xyzw, axis=1) - 1.0)
        is_rotation = off <= QUATERNION_TOLERANCE
        speed, rate = np.abs(trajectory.linear_velocity), np.abs(trajectory.angular_velocity)
        checks = (
            ("not_finite", ~finite, np.full(len(trajectory), np.nan), 0.0, ""),
            ("quaternion_norm", finite & ~is_rotation, off, QUATERNION_TOLERANCE, ""),
            ("linear_velocity", finite & (speed > limits.max_linear), speed, limits.max_linear, "m/s"),
            ("angular_velocity", finite & (rate > limits.max_angular), rate, limits.max_angular, "rad/s"),
        )
    found = [
        _finding(kind, trajectory, which, values=values, limits=limit, unit=unit)
        for kind, which, values, limit, unit in checks
    ]
    return [finding for finding in found if len(finding)], finite & is_rotation


class Motion:
    """Judges the steps of one story: rows of one source, batch after batch."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waiting: Trajectory | None = None
        self._settled = 0  # first row of those that wait that isn't judged yet
        self._wrong_steps = 0

    def judge(self, rows: Trajectory) -> list[Finding]:
        """What is wrong with the rows that can be judged now: those that come last wait for the next ones."""
        known = rows if self._waiting is None else rows.after(self._waiting)
        # A row is judged when all rows are there in which it could return.
        end = len(known) - EXCURSION_ROWS - 1
        if end < 1:
            self._waiting = known
            return []
        found = list(self._judge(known, end))
        self._settled = max(self._settled - (end - 1), 1)
        self._waiting = known.take(slice(end - 1, None))
        return found

    def finish(self) -> list[Finding]:
        """What is wrong with the rows that still wait."""
        return [] if self._waiting is None else list(self._judge(self._waiting, len(self._waiting)))

    def _judge(self, known: Trajectory, end: int) -> Iterator[Finding]:
        """The steps into the rows before `end`; those from row 1 on, the first has nothing before it."""
        before = np.arange(len(known) - 1)
        wrong = before[~_is_possible(known, before, before + 1, self._limits)] + 1
        mine = wrong[(wrong < end) & (wrong >= max(self._settled, 1))]
        self._wrong_steps += len(mine)
        if self._wrong_steps > MOST_WRONG_STEPS:
            yield from _step_findings(known, mine - 1, mine, self._limits)
            return
        anchors, rows = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for first in mine.tolist():
            if first < self._settled:
                continue
            back = _return_row(known, first - 1, wrong, self._limits)
            # The step into the row that returns is the second edge of the excursion, and right.
            self._settled = first + 1 if back is None else back + 1
            rows.append(np.arange(first, first + 1 if back is None else back))
            anchors.append(np.full(len(rows[-1]), first - 1))
        yield from _step_findings(known, np.concatenate(anchors), np.concatenate(rows), self._limits)


def _return_row(trajectory: Trajectory, anchor: int, wrong: Ints, limits: Limits) -> int | None:
    """The first row after anchor + 1 that continues from `anchor`, if it comes soon."""
    first, last = anchor + 1, min(anchor + 1 + EXCURSION_ROWS, len(trajectory) - 1)
    rows = np.arange(first + 1, last + 1)
    if trajectory.time_us[first] >= trajectory.time_us[anchor]:
        # A return is a jump too. Without this, a robot carried 10 cm aside would "return" as soon as
        # the limits let it drive that far.
        begin, end = np.searchsorted(wrong, (first + 1, last + 1))
        rows = wrong[begin:end]
    possible = rows[_is_possible(trajectory, np.full(len(rows), anchor), rows, limits)]
    return int(possible[0]) if len(possible) else None


def _is_possible(trajectory: Trajectory, before: Ints, after: Ints, limits: Limits) -> NDArray[np.bool_]:
    """Whether the asset can come from pose `before` to pose `after` in the time between them."""
    seconds, metres, radians = _differences(trajectory, before, after)
    near = metres <= _reach(limits.max_linear, seconds) + limits.position_noise
    turned = radians <= _reach(limits.max_angular, seconds) + limits.orientation_noise
    possible: NDArray[np.bool_] = (seconds >= 0) & near & turned
    return possible


def _step_findings(trajectory: Trajectory, anchors: Ints, rows: Ints, limits: Limits) -> list[Finding]:
    """What is wrong with the step from each anchor to its row."""
    wrong = trajectory.take(rows)
    seconds, metres, radians = _differences(trajectory, anchors, rows)
    reach_m = _reach(limits.max_linear, seconds) + limits.position_noise
    reach_rad = _reach(limits.max_angular, seconds) + limits.orientation_noise
    is_back = seconds < 0
    is_turn = ~is_back & (radians > reach_rad) & (metres <= reach_m)
    checks = (
        ("time_backwards", is_back, seconds, np.zeros(len(rows)), "s"),
        ("orientation_jump", is_turn, radians, reach_rad, "rad"),
        ("position_jump", ~is_back & ~is_turn, metres, reach_m, "m"),
    )
    found = [
        _finding(kind, wrong, which, values=values, limits=limit, unit=unit)
        for kind, which, values, limit, unit in checks
    ]
    return [finding for finding in found if len(finding)]


def _finding(
    kind: str, rows: Trajectory, which: NDArray[np.bool_], *, values: Floats, limits: Floats | float, unit: str
) -> Finding:
    return Finding(
        kind=kind,
        row_ids=rows.row_id[which],
        time_us=rows.time_us[which],
        values=values[which],
        limits=np.broadcast_to(np.asarray(limits, dtype=np.float64), which.shape)[which],
        unit=unit,
    )


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
