"""Odometry by time stamp: where the robot was, by its wheels, when a scan was taken, and where it is by now."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

from twin_sim.nav.core.errors import NotReadyError
from twin_sim.nav.core.geometry import Pose2D, interpolate, wrap

_KEEP = 300
# Beyond this the last speeds say little about the present.
_MAX_EXTRAPOLATION_S = 0.3
# A stamp this much older than the last means that time itself was set back (a simulator's reset), not a late message.
_RESET_S = 0.5
# No ground robot moves so far between two messages; it was carried back to where it started.
_JUMP_M, _JUMP_TURN, _JUMP_WITHIN_S = 0.3, 1.0, 0.2


@dataclass(frozen=True, slots=True)
class OdometrySample:
    """Pose in the odom frame and speeds (m/s, rad/s) in the base frame at `stamp_s`."""

    stamp_s: float
    pose: Pose2D
    linear: float = 0.0
    angular: float = 0.0


def _is_reset(last: OdometrySample, sample: OdometrySample) -> bool:
    elapsed_s = sample.stamp_s - last.stamp_s
    jumped = last.pose.distance_to(sample.pose) > _JUMP_M or abs(wrap(sample.pose.yaw - last.pose.yaw)) > _JUMP_TURN
    return elapsed_s < -_RESET_S or (0.0 < elapsed_s < _JUMP_WITHIN_S and jumped)


class OdometryBuffer:
    """The last ten seconds or so, in order of time."""

    def __init__(self) -> None:
        self._samples: deque[OdometrySample] = deque(maxlen=_KEEP)

    def __bool__(self) -> bool:
        return bool(self._samples)

    @property
    def latest(self) -> OdometrySample:
        """The newest sample. Raises NotReadyError if there is none."""
        if not self._samples:
            raise NotReadyError("no odometry received yet; start the robot or the simulator, and check topic odom")
        return self._samples[-1]

    def add(self, sample: OdometrySample) -> bool:
        """Append; a late sample is left out. True if odometry was reset (time or pose jumped) and begins anew."""
        was_reset = bool(self._samples) and _is_reset(self._samples[-1], sample)
        if was_reset:
            self._samples.clear()
        if not self._samples or sample.stamp_s > self._samples[-1].stamp_s:
            self._samples.append(sample)
        return was_reset

    def covers(self, stamp_s: float) -> bool:
        """Whether the pose at that time lies between two samples."""
        return bool(self._samples) and self._samples[0].stamp_s <= stamp_s <= self._samples[-1].stamp_s

    def is_too_old(self, stamp_s: float) -> bool:
        """Whether that time is before everything kept."""
        return bool(self._samples) and stamp_s < self._samples[0].stamp_s

    def at(self, stamp_s: float) -> Pose2D:
        """The pose in the odom frame at a time: interpolated, or, shortly ahead, driven on at the last speeds."""
        last = self.latest
        if stamp_s >= last.stamp_s:
            return last.pose.moved(last.linear, last.angular, min(stamp_s - last.stamp_s, _MAX_EXTRAPOLATION_S))
        index = bisect_right(self._samples, stamp_s, key=lambda sample: sample.stamp_s)
        if index == 0:
            return self._samples[0].pose
        before, after = self._samples[index - 1], self._samples[index]
        return interpolate(before.pose, after.pose, (stamp_s - before.stamp_s) / (after.stamp_s - before.stamp_s))
