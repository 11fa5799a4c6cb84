"""Where the robot is on the map: odometry in between, corrected by each scan that fits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from twin_sim.nav.core.geometry import Pose2D, wrap
from twin_sim.nav.core.matcher import Match, Matrix, ScanMatcher
from twin_sim.nav.core.odometry import OdometryBuffer, OdometrySample
from twin_sim.nav.core.scan import Scan

# Scans in a row that don't fit before the surroundings are searched for a pose that does, and how far.
_REFUSALS_BEFORE_SEARCH = 5
_SEARCH_M, _SEARCH_TURN = 0.8, 0.6
_CLEARLY_BETTER = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionNoise:
    """One sigma of odometry's error, for each metre driven and each radian turned; the floors are for each scan."""

    metres_per_metre: float = 0.05
    metres_per_radian: float = 0.02
    radians_per_metre: float = 0.05
    radians_per_radian: float = 0.08
    floor_m: float = 0.003
    floor_rad: float = 0.003

    def covariance(self, driven_m: float, turned: float) -> Matrix:
        """Of the error (3, 3; x, y, yaw) that a motion adds."""
        shift = self.metres_per_metre * driven_m + self.metres_per_radian * turned + self.floor_m
        turn = self.radians_per_metre * driven_m + self.radians_per_radian * turned + self.floor_rad
        return np.diag([shift**2, shift**2, turn**2])


class Localizer:
    """Keeps the transform map -> odom. Stamps in seconds of one clock; a refused match keeps the last correction.

    `may_be_elsewhere`: the robot may have left `initial` before this began; then the pose that odometry has in its own
    frame, which in simulation starts out as the map, is taken if the first scan fits it better.
    """

    def __init__(
        self,
        matcher: ScanMatcher,
        initial: Pose2D,
        noise: MotionNoise | None = None,
        *,
        may_be_elsewhere: bool = False,
    ) -> None:
        self._may_be_elsewhere = may_be_elsewhere
        self._matcher = matcher
        self._noise = noise or MotionNoise()
        self._initial = initial
        self._odometry = OdometryBuffer()
        self._map_odom: Pose2D | None = None
        self._waiting: Scan | None = None
        self._forget(initial)

    def _forget(self, initial: Pose2D) -> None:
        self._asked: Pose2D | None = initial
        self._covariance: Matrix = np.diag([0.05**2, 0.05**2, 0.05**2])
        self._scan_stamp_s = -math.inf
        self._match_stamp_s = -math.inf
        self._last_odom: Pose2D | None = None
        self._refusals = 0
        self.last_match: Match | None = None

    def set_pose(self, pose: Pose2D) -> None:
        """Believe that the robot stands here (map) now, as /initialpose says."""
        self._forget(pose)
        if self._odometry:
            self._place(pose)
        self._covariance = np.diag([0.25**2, 0.25**2, 0.2**2])

    def add_odometry(self, sample: OdometrySample) -> list[Scan]:
        """Take a sample; gives the scans whose time it covers, ready for `pose_at`. A clock set back starts anew."""
        if self._odometry.add(sample):
            self._waiting = None
            self._forget(self._initial)
        if self._asked is not None:
            self._place(self._asked)
        return self._ready()

    def add_scan(self, scan: Scan) -> list[Scan]:
        """Take a scan; it is matched once odometry covers its stamp. Gives the scans matched now."""
        self._waiting = scan
        return self._ready()

    @property
    def is_ready(self) -> bool:
        """Whether odometry and at least one scan came in."""
        return self._map_odom is not None and self._scan_stamp_s > -math.inf

    @property
    def odometry(self) -> OdometryBuffer:
        """What came in lately."""
        return self._odometry

    @property
    def scan_stamp_s(self) -> float:
        """Stamp of the last scan used; -inf before the first."""
        return self._scan_stamp_s

    @property
    def match_stamp_s(self) -> float:
        """Stamp of the last scan that fitted; -inf before the first."""
        return self._match_stamp_s

    @property
    def refusals(self) -> int:
        """Scans in a row that didn't fit."""
        return self._refusals

    @property
    def map_odom(self) -> Pose2D:
        """The odom frame's pose in the map frame."""
        return self._map_odom or Pose2D()

    @property
    def covariance(self) -> Matrix:
        """Of the last corrected pose: (3, 3), x y yaw, m and rad squared."""
        return self._covariance

    def pose_at(self, stamp_s: float) -> Pose2D:
        """The robot in the map frame at a time (now, or of a scan). Raises NotReadyError before any odometry."""
        return self.map_odom.compose(self._odometry.at(stamp_s))

    def _place(self, pose: Pose2D) -> None:
        self._map_odom = pose.compose(self._odometry.latest.pose.inverse())
        self._asked = None

    def _ready(self) -> list[Scan]:
        scan = self._waiting
        if scan is None or not self._odometry:
            return []
        if self._odometry.is_too_old(scan.stamp_s):
            self._waiting = None
            return []
        if not self._odometry.covers(scan.stamp_s):
            return []
        self._waiting = None
        self._correct(scan)
        return [scan]

    def _correct(self, scan: Scan) -> None:
        odom = self._odometry.at(scan.stamp_s)
        if self._may_be_elsewhere:
            self._may_be_elsewhere = False
            self._choose_start(scan, odom)
        predicted = self.map_odom.compose(odom)
        covariance = self._covariance + self._drift(odom)
        self._last_odom, self._scan_stamp_s = odom, scan.stamp_s
        points = scan.points_base()
        match = self._matcher.match(points, predicted, covariance)
        if (
            match.refused
            and self._refusals >= _REFUSALS_BEFORE_SEARCH
            and self._refusals % _REFUSALS_BEFORE_SEARCH == 0
        ):
            match = self._search(scan, predicted, match)
        self.last_match = match
        if match.refused:
            self._refusals += 1
            self._covariance = covariance
            return
        self._refusals = 0
        self._match_stamp_s = scan.stamp_s
        self._covariance = match.covariance
        self._map_odom = match.pose.compose(odom.inverse())

    def _choose_start(self, scan: Scan, odom: Pose2D) -> None:
        points = scan.points_base()
        if not len(points):
            return
        here = self._matcher.inliers(points, self.map_odom.compose(odom))
        if self._matcher.inliers(points, odom) > here + _CLEARLY_BETTER:
            self._map_odom = Pose2D()

    def _search(self, scan: Scan, predicted: Pose2D, refused: Match) -> Match:
        points = scan.points_base()
        found = self._matcher.search(points, predicted, _SEARCH_M, _SEARCH_TURN)
        match = self._matcher.match(points, found, np.diag([0.1**2, 0.1**2, 0.1**2]))
        # Far from where odometry has it, only a clearly good fit is believed.
        return match if not match.refused and match.inliers > 0.8 else refused

    def _drift(self, odom: Pose2D) -> Matrix:
        if self._last_odom is None:
            return self._noise.covariance(0.0, 0.0)
        return self._noise.covariance(self._last_odom.distance_to(odom), abs(wrap(odom.yaw - self._last_odom.yaw)))
