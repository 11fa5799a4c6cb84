"""One lidar sweep as the navigation server uses it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin_sim.nav.core.geometry import Points, Pose2D


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """A sweep taken at `stamp_s`. `ranges` float64 (n,), m: inf where nothing was hit (REP-117), NaN where unusable.

    `angles` (n,), rad, of the rays in the sensor's frame; `mount` is the sensor's pose in the robot's base frame.
    """

    stamp_s: float
    angles: NDArray[np.float64]
    ranges: NDArray[np.float64]
    max_range_m: float
    mount: Pose2D

    @classmethod
    def checked(
        cls,
        *,
        stamp_s: float,
        angle_min: float,
        angle_step: float,
        ranges: NDArray[np.floating],
        range_limits_m: tuple[float, float],
        mount: Pose2D,
    ) -> Scan:
        """From a driver's numbers. Beyond the upper limit means "nothing there", below the lower one "unusable"."""
        low, high = range_limits_m
        values = np.array(ranges, dtype=np.float64)
        values[values >= high] = np.inf
        # -inf is "too close to measure": it has no distance, so it can't be placed on a map.
        values[values < low] = np.nan
        angles = angle_min + angle_step * np.arange(len(values), dtype=np.float64)
        return cls(stamp_s, angles, values, high, mount)

    def points_base(self) -> Points:
        """The hits (n, 2) in the robot's base frame."""
        hit = np.isfinite(self.ranges)
        r, a = self.ranges[hit], self.angles[hit]
        return self.mount.apply(np.column_stack((r * np.cos(a), r * np.sin(a))))
