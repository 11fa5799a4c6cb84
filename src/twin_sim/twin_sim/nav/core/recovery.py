"""What to do when the robot is stuck: drive a little way off, or wait, and count how often."""

from __future__ import annotations

from twin_sim.nav.core.controller import STOP, Command
from twin_sim.nav.core.errors import ErrorCode
from twin_sim.nav.core.geometry import Points, Pose2D
from twin_sim.nav.core.guard import Guard
from twin_sim.nav.core.task import RecoveryConfig

# Without a path, the place isn't the trouble: stand still and look again.
_WAIT_FOR = frozenset({ErrorCode.NO_VALID_PATH, ErrorCode.GOAL_OCCUPIED})


class Recovery:
    """One recovery at a time: `begin`, then `command` until it gives None. Poses are odometry's: those never jump."""

    def __init__(self, config: RecoveryConfig, guard: Guard) -> None:
        self._config = config
        self._guard = guard
        self.reset()

    def reset(self) -> None:
        """Count from zero, for a new goal."""
        self._count = 0
        self._from = Pose2D()
        self._since_s = 0.0
        self._escape = STOP

    @property
    def count(self) -> int:
        """Recoveries begun for this goal."""
        return self._count

    @property
    def is_exhausted(self) -> bool:
        """Whether all that are allowed have been tried."""
        return self._count >= self._config.max_recoveries

    def begin(self, code: ErrorCode, odom: Pose2D, points_base: Points, now_s: float) -> None:
        """Choose what to do about `code`: wait, or drive off the way that is free."""
        self._count += 1
        self._from, self._since_s = odom, now_s
        self._escape = STOP if code in _WAIT_FOR else self._free_way(points_base)

    def command(self, odom: Pose2D, points_base: Points, now_s: float) -> Command | None:
        """What to send now; None when the recovery is over."""
        config, spent_s = self._config, now_s - self._since_s
        if self._escape == STOP:
            return STOP if spent_s < config.wait_s else None
        is_done = self._from.distance_to(odom) >= config.distance_m or spent_s > 2.0 * config.distance_m / config.speed
        return self._escape if not is_done and self._guard.is_safe(points_base, self._escape) else None

    def _free_way(self, points_base: Points) -> Command:
        """Backwards first, forwards every other time; STOP if neither is safe."""
        ways = [Command(-self._config.speed, 0.0), Command(self._config.speed, 0.0)]
        if self._count % 2 == 0:
            ways.reverse()
        return next((way for way in ways if self._guard.is_safe(points_base, way)), STOP)
