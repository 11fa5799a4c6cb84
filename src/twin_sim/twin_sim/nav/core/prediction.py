"""Where the robot will be when the next command acts: odometry comes late, and so do commands.

In a simulation that runs faster than time, a few milliseconds between processes are tenths of simulated seconds.
Steering by the pose of the last message would then swing around the goal; steering by the pose to which the commands
already under way lead doesn't (a Smith predictor).
"""

from __future__ import annotations

from collections import deque

from twin_sim.nav.core.controller import STOP, Command
from twin_sim.nav.core.geometry import Pose2D

_KEEP_S = 2.0
_MAX_DELAY_S = 0.6
# Share of a new measurement in the running mean.
_BLEND = 0.1


class DelayModel:
    """Commands by the time they were given, and how long one takes to act: as long as odometry takes to arrive."""

    def __init__(self, least_s: float) -> None:
        self._least_s = least_s
        self._mean_s = least_s
        self._given: deque[tuple[float, Command]] = deque()

    @property
    def delay_s(self) -> float:
        """How late commands are believed to act."""
        return min(max(self._mean_s, self._least_s), _MAX_DELAY_S)

    def observe_age(self, age_s: float) -> None:
        """Odometry arrived with this age (s)."""
        self._mean_s += _BLEND * (min(max(age_s, 0.0), _MAX_DELAY_S) - self._mean_s)

    def give(self, command: Command, now_s: float) -> None:
        """A command goes out."""
        while len(self._given) > 1 and self._given[1][0] < now_s - _KEEP_S:
            self._given.popleft()
        if self._given and self._given[-1][0] > now_s:
            self._given.clear()  # the clock was set back
        self._given.append((now_s, command))

    def ahead(self, pose: Pose2D, stamp_s: float, now_s: float) -> Pose2D:
        """The pose of `stamp_s`, driven on until a command given at `now_s` acts."""
        at_s = stamp_s - self.delay_s
        active = STOP
        for given_s, command in self._given:
            if given_s > at_s:
                until_s = min(given_s, now_s)
                pose = pose.moved(active.linear, active.angular, max(until_s - at_s, 0.0))
                at_s = max(at_s, until_s)
            active = command
        return pose.moved(active.linear, active.angular, min(max(now_s - at_s, 0.0), _KEEP_S))
