"""What sensors say. `stamp_ns` is simulated time since the start of the run. SI units, quaternions x, y, z, w."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin_sim.world.model import Pose2D

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """Simulated time itself."""

    stamp_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OdometryReading:
    """What the base believes from its wheel encoders.

    pose: base_footprint in the odom frame. linear (m/s), angular (rad/s): in base_footprint.
    covariance: of x, y, yaw, float64 (3, 3). wheel_angles (rad), wheel_speeds (rad/s): left, right.
    """

    stamp_ns: int
    pose: Pose2D
    linear: float
    angular: float
    covariance: NDArray[np.float64]
    wheel_angles: tuple[float, float]
    wheel_speeds: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundTruthReading:
    """Where base_footprint really is, in the map frame; velocities (m/s, rad/s) in base_footprint."""

    stamp_ns: int
    position: Vector
    orientation: Quaternion
    linear: Vector
    angular: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class ImuReading:
    """In imu_link; `acceleration` includes gravity (REP-145), `orientation` is to the map frame, its yaw drifts."""

    stamp_ns: int
    orientation: Quaternion
    angular_velocity: Vector
    acceleration: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class LidarReading:
    """`ranges` float32 (rays,), m; `inf` where nothing is in range, `-inf` where something is too close (REP-117)."""

    stamp_ns: int
    ranges: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraReading:
    """`rgb` uint8 (height, width, 3); `depth` float32 (height, width), m along the view, ±`inf` as for the lidar."""

    stamp_ns: int
    rgb: NDArray[np.uint8]
    depth: NDArray[np.float32]


Reading = ClockReading | OdometryReading | GroundTruthReading | ImuReading | LidarReading | CameraReading
