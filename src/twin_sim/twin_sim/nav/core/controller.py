"""Path following: regulated pure pursuit (Macenski et al. 2023), turning on the spot first and at the goal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from twin_sim.nav.core.geometry import Pose2D, wrap
from twin_sim.nav.core.planner import Path


@dataclass(frozen=True, slots=True)
class Command:
    """What goes out on cmd_vel: m/s forward, rad/s counter-clockwise."""

    linear: float = 0.0
    angular: float = 0.0


STOP = Command()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerConfig:
    """SI units. Defaults: TurtleBot3 Waffle's limits; the gains are for commands that act up to 0.25 s late."""

    max_linear: float = 0.26
    max_angular: float = 1.2
    linear_accel: float = 0.8
    angular_accel: float = 3.2
    min_linear: float = 0.04
    lookahead_time_s: float = 1.4
    lookahead_min_m: float = 0.22
    lookahead_max_m: float = 0.45
    # Slower where the way bends tighter than this, and where an obstacle is nearer than this.
    slow_radius_m: float = 0.5
    slow_clearance_m: float = 0.32
    # On the spot when the way lies further aside than `turn_from`, until it lies within `turn_until`.
    turn_from: float = 0.9
    turn_until: float = 0.25
    # rad/s per rad still to turn: with 0.25 s of delay, 2.0 still settles without overshoot.
    turn_gain: float = 2.0
    # m/s per metre still to drive.
    approach_gain_per_s: float = 1.0
    xy_tolerance_m: float = 0.10
    yaw_tolerance: float = 0.15


class Phase(Enum):
    """What the follower is doing with its path."""

    DRIVING = "driving"
    TURNING = "turning"
    ALIGNING = "aligning"
    ARRIVED = "arrived"


# Stop a bit inside the tolerance: localisation errs by centimetres, and the goal is checked by others.
_INNER = 0.4
# rad; from here on even a robot that turns the long way round takes the short one.
_NEARLY_THERE = 0.4
# rad/s; slower than this a real base may not move at all.
_LEAST_TURN = 0.1
_SEARCH_AHEAD_M = 0.8


class Follower:
    """Follows one path after another. Speeds change no faster than the acceleration limits, over path changes too."""

    def __init__(self, config: ControllerConfig) -> None:
        self._config = config
        self._path: Path | None = None
        self._index = 0
        self._phase = Phase.DRIVING
        self._last = STOP
        self._way = 0.0

    @property
    def phase(self) -> Phase:
        """What it is doing; ARRIVED once the pose is within the tolerances."""
        return self._phase

    @property
    def last(self) -> Command:
        """The command given last."""
        return self._last

    def follow(self, path: Path) -> None:
        """Take a new path. A robot already aligning at the same goal keeps doing so."""
        same = self._path is not None and self._path.goal.distance_to(path.goal) < 1e-6
        if not (same and self._phase in (Phase.ALIGNING, Phase.ARRIVED)):
            self._phase = Phase.DRIVING
        self._path, self._index = path, 0

    def halt(self) -> Command:
        """Stop at once (an emergency knows no acceleration limit)."""
        self._last = STOP
        return STOP

    def override(self, command: Command) -> Command:
        """Another command went out in place of the last one."""
        self._last = command
        return command

    def turn_other_way(self) -> Command | None:
        """The last turn on the spot, the other way round, to be kept to; None if it wasn't one or did so before."""
        if self._phase not in (Phase.TURNING, Phase.ALIGNING) or self._way != 0.0 or self._last.linear != 0.0:
            return None
        self._way = -math.copysign(1.0, self._last.angular)
        self._last = Command(0.0, -self._last.angular)
        return self._last

    def step(self, pose: Pose2D, clearance_m: float, dt_s: float) -> Command:
        """The next command at a pose (map) with the nearest obstacle at `clearance_m` from the robot's centre."""
        if self._path is None:
            return self.halt()
        before, self._phase = self._phase, self._next_phase(pose, self._path)
        if self._phase is not before:
            self._way = 0.0
        wanted = self._wanted(pose, self._path, clearance_m)
        self._last = self._limited(wanted, dt_s)
        return self._last

    def _next_phase(self, pose: Pose2D, path: Path) -> Phase:
        config, goal = self._config, path.goal
        distance = pose.distance_to(goal)
        if self._phase in (Phase.ALIGNING, Phase.ARRIVED):
            if distance > 1.2 * config.xy_tolerance_m:
                return Phase.DRIVING
        elif not self._is_there(pose, path, distance):
            return self._driving_phase(pose, path)
        settled = abs(self._last.angular) < 0.2 and abs(self._last.linear) < 0.05
        # A part of the tolerance while still turning: the robot coasts on for the time its commands are late.
        allowed = config.yaw_tolerance * (1.0 if self._phase is Phase.ARRIVED else _INNER)
        aligned = abs(wrap(goal.yaw - pose.yaw)) <= allowed
        return Phase.ARRIVED if aligned and settled else Phase.ALIGNING

    def _is_there(self, pose: Pose2D, path: Path, distance: float) -> bool:
        tolerance = self._config.xy_tolerance_m
        if distance > tolerance or path.length_m - path.along_m[self._index] > 3.0 * tolerance + 0.1:
            return False
        ahead = pose.relative(path.goal).x
        return distance <= _INNER * tolerance or ahead <= 0.01

    def _driving_phase(self, pose: Pose2D, path: Path) -> Phase:
        target = pose.relative(self._target(pose, path))
        aside = abs(math.atan2(target.y, target.x))
        limit = self._config.turn_until if self._phase is Phase.TURNING else self._config.turn_from
        return Phase.TURNING if aside > limit else Phase.DRIVING

    def _wanted(self, pose: Pose2D, path: Path, clearance_m: float) -> Command:
        if self._phase is Phase.ARRIVED:
            return STOP
        if self._phase is Phase.ALIGNING:
            return self._turn(wrap(path.goal.yaw - pose.yaw))
        target = pose.relative(self._target(pose, path))
        if self._phase is Phase.TURNING:
            return self._turn(math.atan2(target.y, target.x))
        return self._pursue(pose, path, target, clearance_m)

    def _turn(self, angle: float) -> Command:
        config = self._config
        if self._way * angle < 0.0 and abs(angle) > _NEARLY_THERE:
            angle += self._way * 2.0 * math.pi
        speed = min(config.max_angular, max(_LEAST_TURN, config.turn_gain * abs(angle)))
        return Command(0.0, math.copysign(speed, angle))

    def _pursue(self, pose: Pose2D, path: Path, target: Pose2D, clearance_m: float) -> Command:
        config = self._config
        curvature = 2.0 * target.y / max(target.x**2 + target.y**2, 0.01)
        speed = config.max_linear
        if abs(curvature) > 1.0 / config.slow_radius_m:
            speed /= abs(curvature) * config.slow_radius_m
        if clearance_m < config.slow_clearance_m:
            speed *= max(0.3, clearance_m / config.slow_clearance_m)
        rest = max(pose.distance_to(path.goal), path.length_m - float(path.along_m[self._index]) - 0.05)
        speed = max(min(speed, config.approach_gain_per_s * rest), config.min_linear)
        if abs(curvature) * speed > config.max_angular:
            speed = config.max_angular / abs(curvature)
        return Command(speed, curvature * speed)

    def _target(self, pose: Pose2D, path: Path) -> Pose2D:
        """The point of the path one lookahead away from the robot; the goal when that is nearer."""
        last = int(np.searchsorted(path.along_m, path.along_m[self._index] + _SEARCH_AHEAD_M)) + 1
        self._index = path.nearest(pose, self._index, last)
        config = self._config
        lookahead = min(
            config.lookahead_max_m, max(config.lookahead_min_m, config.lookahead_time_s * abs(self._last.linear))
        )
        rest = path.points[self._index :]
        away = np.hypot(rest[:, 0] - pose.x, rest[:, 1] - pose.y)
        beyond = np.flatnonzero(away >= lookahead)
        at = int(beyond[0]) if len(beyond) else len(rest) - 1
        return Pose2D(float(rest[at, 0]), float(rest[at, 1]), 0.0)

    def _limited(self, wanted: Command, dt_s: float) -> Command:
        config = self._config
        return Command(
            _approach(self._last.linear, wanted.linear, config.linear_accel * dt_s),
            _approach(self._last.angular, wanted.angular, config.angular_accel * dt_s),
        )


def _approach(current: float, wanted: float, step: float) -> float:
    return min(max(wanted, current - step), current + step)
