"""Poses in the plane and polylines. Metres and radians; angles counter-clockwise; arrays are float64 (n, 2)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def wrap(angle: float) -> float:
    """The same direction in (-pi, pi]."""
    wrapped = math.remainder(angle, 2.0 * math.pi)
    return math.pi if wrapped == -math.pi else wrapped


@dataclass(frozen=True, slots=True)
class Pose2D:
    """A position and heading, or equally the transform from the pose's own frame to the frame it is given in."""

    x: float = 0.0
    y: float = 0.0
    yaw: float = 0.0

    def compose(self, local: Pose2D) -> Pose2D:
        """`local`, given in this pose's frame, in the frame this pose is given in."""
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return Pose2D(
            self.x + c * local.x - s * local.y, self.y + s * local.x + c * local.y, wrap(self.yaw + local.yaw)
        )

    def inverse(self) -> Pose2D:
        """The transform the other way round."""
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return Pose2D(-c * self.x - s * self.y, s * self.x - c * self.y, wrap(-self.yaw))

    def relative(self, other: Pose2D) -> Pose2D:
        """`other` (same frame as this pose) as seen from this pose."""
        return self.inverse().compose(other)

    def apply(self, points: Points) -> Points:
        """Points (n, 2) of this pose's frame, in the frame this pose is given in."""
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return np.asarray(points @ np.array([[c, s], [-s, c]]) + np.array([self.x, self.y]))

    def distance_to(self, other: Pose2D) -> float:
        """Between the positions, m."""
        return math.hypot(other.x - self.x, other.y - self.y)

    def moved(self, linear: float, angular: float, duration_s: float) -> Pose2D:
        """The pose after driving with constant speeds (m/s, rad/s): an exact arc."""
        turn = angular * duration_s
        # Chord of the arc; sinc keeps it exact for straight lines too.
        chord = linear * duration_s * float(np.sinc(turn / (2.0 * math.pi)))
        heading = self.yaw + turn / 2.0
        return Pose2D(self.x + chord * math.cos(heading), self.y + chord * math.sin(heading), wrap(self.yaw + turn))

    def is_finite(self) -> bool:
        """No part is NaN or infinite."""
        return math.isfinite(self.x) and math.isfinite(self.y) and math.isfinite(self.yaw)


def interpolate(first: Pose2D, second: Pose2D, fraction: float) -> Pose2D:
    """Between two poses, the short way round; fraction 0 gives the first."""
    return Pose2D(
        first.x + fraction * (second.x - first.x),
        first.y + fraction * (second.y - first.y),
        wrap(first.yaw + fraction * wrap(second.yaw - first.yaw)),
    )


def yaw_of_quaternion(x: float, y: float, z: float, w: float) -> float:
    """Heading of an orientation; the quaternion needs no unit length (a zero one gives 0)."""
    return math.atan2(2.0 * (w * z + x * y), w * w + x * x - y * y - z * z)


def arc_lengths(points: Points) -> NDArray[np.float64]:
    """Distance along the polyline to each of its points: (n,), starting at 0."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    return np.concatenate(([0.0], np.cumsum(steps)))


def resample(points: Points, spacing_m: float) -> Points:
    """The polyline at equal steps of about `spacing_m`; both ends kept."""
    along = arc_lengths(points)
    if along[-1] < 1e-9:
        return points[[0, -1]].copy()
    stops = np.linspace(0.0, along[-1], max(2, math.ceil(along[-1] / spacing_m) + 1))
    return np.column_stack((np.interp(stops, along, points[:, 0]), np.interp(stops, along, points[:, 1])))
