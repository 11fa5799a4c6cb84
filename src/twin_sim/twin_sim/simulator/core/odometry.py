"""Dead reckoning from wheel encoders, with the errors that real wheels have."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from twin_sim.simulator.core.config import DriveConfig, NoiseConfig
from twin_sim.simulator.core.readings import OdometryReading
from twin_sim.world.model import Pose2D

# Encoder of the XM430 servos: steps a turn.
TICKS_PER_TURN = 4096
_RAD_PER_TICK = 2.0 * math.pi / TICKS_PER_TURN


class WheelOdometry:
    """Integrates encoder steps; starts at `start`, then drifts away from the truth."""

    def __init__(self, drive: DriveConfig, noise: NoiseConfig, random: np.random.Generator, start: Pose2D) -> None:
        self._drive = drive
        self._slip = noise.wheel_slip if noise.enabled else 0.0
        self._random = random
        scale = noise.wheel_scale if noise.enabled else 0.0
        self._scale_variance = scale**2
        self._scales = 1.0 + scale * random.standard_normal(2)
        self._pose = start
        self._covariance = np.zeros((3, 3))
        self._ticks = (0, 0)

    def update(self, stamp_ns: int, wheel_angles: tuple[float, float], elapsed_s: float) -> OdometryReading:
        """New reading from the true wheel angles (rad; left, right), `elapsed_s` after the one before."""
        ticks = (round(wheel_angles[0] / _RAD_PER_TICK), round(wheel_angles[1] / _RAD_PER_TICK))
        turned = [(new - old) * _RAD_PER_TICK for new, old in zip(ticks, self._ticks, strict=True)]
        self._ticks = ticks
        left, right = (self._travel(wheel, angle) for wheel, angle in enumerate(turned))
        distance, rotation = (left + right) / 2.0, (right - left) / self._drive.wheel_separation
        self._covariance = self._grown_covariance(distance, left, right)
        self._pose = _moved(self._pose, distance, rotation)
        return OdometryReading(
            stamp_ns=stamp_ns,
            pose=self._pose,
            linear=distance / elapsed_s,
            angular=rotation / elapsed_s,
            covariance=self._covariance,
            wheel_angles=(ticks[0] * _RAD_PER_TICK, ticks[1] * _RAD_PER_TICK),
            wheel_speeds=(turned[0] / elapsed_s, turned[1] / elapsed_s),
        )

    def _travel(self, wheel: int, angle: float) -> float:
        """Travel (m) that the base believes in: wrong radius, and slip that grows like a random walk."""
        travel = angle * self._drive.wheel_radius * float(self._scales[wheel])
        return travel + self._slip * math.sqrt(abs(travel)) * float(self._random.standard_normal())

    def _grown_covariance(self, distance: float, left: float, right: float) -> NDArray[np.float64]:
        """First-order propagation (Thrun et al., Probabilistic Robotics, 5.4) of both wheels' variances."""
        width = self._drive.wheel_separation
        cos, sin = math.cos(self._pose.yaw), math.sin(self._pose.yaw)
        state = np.array([[1.0, 0.0, -distance * sin], [0.0, 1.0, distance * cos], [0.0, 0.0, 1.0]])
        inputs = np.array([[cos / 2, cos / 2], [sin / 2, sin / 2], [-1.0 / width, 1.0 / width]])
        wheels = np.diag([self._slip**2 * abs(d) + self._scale_variance * d**2 for d in (left, right)])
        return np.asarray(state @ self._covariance @ state.T + inputs @ wheels @ inputs.T)


def _moved(pose: Pose2D, distance: float, rotation: float) -> Pose2D:
    heading = pose.yaw + rotation / 2.0
    yaw = pose.yaw + rotation
    return Pose2D(
        x=pose.x + distance * math.cos(heading),
        y=pose.y + distance * math.sin(heading),
        yaw=math.atan2(math.sin(yaw), math.cos(yaw)),
    )
