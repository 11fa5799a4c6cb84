"""From velocity commands to wheel speeds: limits, ramps and the watchdog."""

from __future__ import annotations

import math

from twin_sim.simulator.core.config import DriveConfig


class Drive:
    """Differential drive. Time is simulated time in seconds, passed in."""

    def __init__(self, config: DriveConfig) -> None:
        self._config = config
        self.stop()

    def stop(self) -> None:
        """Forget the last command and stand still at once."""
        self._target = (0.0, 0.0)
        self._speed = (0.0, 0.0)
        self._commanded_at_s = -math.inf

    def command(self, linear: float, angular: float, now_s: float) -> None:
        """Wish for a velocity (m/s, rad/s), cut to the limits. A value that is not finite counts as zero."""
        config = self._config
        self._target = (_clamp(linear, config.max_linear), _clamp(angular, config.max_angular))
        self._commanded_at_s = now_s

    def wheel_speeds(self, now_s: float, step_s: float) -> tuple[float, float]:
        """Speeds (rad/s; left, right) to hold during the coming step."""
        config = self._config
        fresh = now_s - self._commanded_at_s < config.watchdog_s
        linear, angular = self._target if fresh else (0.0, 0.0)
        # Like the real firmware's velocity profile: a jump would make the wheels spin and the casters lift.
        linear = _approach(self._speed[0], linear, config.max_linear_acceleration * step_s)
        angular = _approach(self._speed[1], angular, config.max_angular_acceleration * step_s)
        self._speed = (linear, angular)
        offset = angular * config.wheel_separation / 2.0
        return (linear - offset) / config.wheel_radius, (linear + offset) / config.wheel_radius


def _clamp(value: float, limit: float) -> float:
    return max(-limit, min(limit, value)) if math.isfinite(value) else 0.0


def _approach(value: float, target: float, step: float) -> float:
    return max(value - step, min(value + step, target))
