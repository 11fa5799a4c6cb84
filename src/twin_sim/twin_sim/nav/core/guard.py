"""Obstacle stop: no command goes out along whose arc the robot's outline would touch what the lidar sees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin_sim.nav.core.controller import Command
from twin_sim.nav.core.geometry import Points, Pose2D

_SCALES = (1.0, 0.6, 0.3)
_STEP_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """The robot's outline about its base frame (m): a body, and wheels that stick out at its sides.

    The TurtleBot3 Waffle's body reaches far behind its wheels, so that its rear corners swing out when it turns.
    """

    front_m: float = 0.075
    rear_m: float = 0.20
    half_width_m: float = 0.135
    wheel_radius_m: float = 0.035
    wheel_half_width_m: float = 0.155

    def distance(self, points: Points) -> NDArray[np.float64]:
        """From points (n, 2) of the base frame to the outline, m; negative inside."""
        body = _to_box(points, -self.rear_m, self.front_m, self.half_width_m)
        wheels = _to_box(points, -self.wheel_radius_m, self.wheel_radius_m, self.wheel_half_width_m)
        return np.asarray(np.minimum(body, wheels))

    @property
    def radius_m(self) -> float:
        """Of the circle that it sweeps when it turns."""
        return math.hypot(max(self.front_m, self.rear_m), max(self.half_width_m, self.wheel_half_width_m))


def _to_box(points: Points, rear_x: float, front_x: float, half_width: float) -> NDArray[np.float64]:
    middle, half = (front_x + rear_x) / 2.0, np.array([(front_x - rear_x) / 2.0, half_width])
    beyond = np.abs(points - np.array([middle, 0.0])) - half
    outside = np.hypot(np.maximum(beyond[:, 0], 0.0), np.maximum(beyond[:, 1], 0.0))
    return np.asarray(outside + np.minimum(np.max(beyond, axis=1), 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardConfig:
    """A command is safe if its arc stays `margin_m` off every scan point for `horizon_s`."""

    margin_m: float = 0.02
    horizon_s: float = 1.0


class Guard:
    """Checks commands against scan points (n, 2) in the base frame of the moment."""

    def __init__(self, footprint: Footprint, config: GuardConfig) -> None:
        self._footprint = footprint
        self._config = config

    def is_safe(self, points_base: Points, command: Command) -> bool:
        """Whether the arc is free. A point already too near only counts if the robot would come nearer to it."""
        reach = abs(command.linear) * self._config.horizon_s + self._config.margin_m + self._footprint.radius_m
        near = points_base[np.hypot(points_base[:, 0], points_base[:, 1]) < reach]
        if not len(near) or (command.linear == 0.0 and command.angular == 0.0):
            return True
        limit = np.minimum(self._config.margin_m, self._footprint.distance(near) - 0.005)
        for index in range(1, max(1, round(self._config.horizon_s / _STEP_S)) + 1):
            pose = Pose2D().moved(command.linear, command.angular, index * _STEP_S)
            if bool(np.any(self._footprint.distance(pose.inverse().apply(near)) < limit)):
                return False
        return True

    def limited(self, points_base: Points, command: Command) -> Command | None:
        """The command, or a slower one on the same arc, that is safe; None if there is none."""
        for scale in _SCALES:
            slower = Command(command.linear * scale, command.angular * scale)
            if self.is_safe(points_base, slower):
                return slower
        return None
