"""What the robot knows of the moment: where it will be when the next command acts, and what the lidar saw around it."""

from __future__ import annotations

import numpy as np

from twin_sim.nav.core.controller import Command
from twin_sim.nav.core.costmap import Costmap
from twin_sim.nav.core.geometry import Points, Pose2D
from twin_sim.nav.core.localizer import Localizer
from twin_sim.nav.core.odometry import OdometrySample
from twin_sim.nav.core.prediction import DelayModel
from twin_sim.nav.core.scan import Scan
from twin_sim.nav.core.watch import SensorWatch

_STANDING = Command(0.02, 0.06)


class Senses:
    """Feed odometry and scans as they come; `look` before what depends on the moment. Seconds of one clock."""

    def __init__(self, costmap: Costmap, localizer: Localizer, *, latency_s: float, timeout_s: float) -> None:
        self._costmap = costmap
        self._localizer = localizer
        self._delay = DelayModel(latency_s)
        self._watch = SensorWatch(("odometry", "scan"), timeout_s)
        self._scan: Scan | None = None
        self._odom_ahead = Pose2D()

    def add_odometry(self, sample: OdometrySample, now_s: float) -> None:
        """Take odometry that arrives at `now_s`."""
        self._watch.arrive("odometry", sample.stamp_s, now_s)
        self._delay.observe_age(now_s - sample.stamp_s)
        self._take(self._localizer.add_odometry(sample))

    def add_scan(self, scan: Scan, now_s: float) -> None:
        """Take a scan that arrives at `now_s`."""
        self._watch.arrive("scan", scan.stamp_s, now_s)
        self._take(self._localizer.add_scan(scan))

    def _take(self, scans: list[Scan]) -> None:
        for scan in scans:
            self._scan = scan
            # A scan that doesn't fit the map would put its walls in the wrong place.
            if not self._localizer.refusals:
                self._costmap.observe(scan, self._localizer.pose_at(scan.stamp_s))

    def missing(self, now_s: float) -> str:
        """Which sensor has been silent for too long, in words; empty if none."""
        missing = self._watch.missing(now_s)
        return missing or ("" if self._scan is not None else "no scan that odometry covers")

    def look(self, now_s: float) -> Pose2D:
        """The pose (map) at which a command given now will act."""
        last = self._localizer.odometry.latest
        self._odom_ahead = self._delay.ahead(last.pose, last.stamp_s, now_s)
        return self._localizer.map_odom.compose(self._odom_ahead)

    def note(self, command: Command, now_s: float) -> None:
        """A command goes out."""
        self._delay.give(command, now_s)

    def points_ahead(self) -> Points:
        """The last scan's hits in the base frame of the pose that `look` gave."""
        if self._scan is None:
            return np.empty((0, 2))
        then = self._localizer.odometry.at(self._scan.stamp_s)
        return self._odom_ahead.relative(then).apply(self._scan.points_base())

    def stands(self) -> bool:
        """Whether the wheels stopped: what was commanded late still moves the robot, perhaps out of the tolerance."""
        last = self._localizer.odometry.latest
        return abs(last.linear) < _STANDING.linear and abs(last.angular) < _STANDING.angular
