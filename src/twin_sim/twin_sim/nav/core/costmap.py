"""Where the robot may go: the static map and what the lidar sees now, as distances to the nearest obstacle."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin_sim.nav.core.geometry import Points, Pose2D
from twin_sim.nav.core.grid import FREE, Grid, distance_to
from twin_sim.nav.core.scan import Scan


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLayerConfig:
    """Hits nearer than `mark_range_m` are marked if the static map doesn't explain them within `explained_m`;
    a mark that no scan renews is forgotten after `expire_s`.
    """

    mark_range_m: float = 2.5
    explained_m: float = 0.15
    expire_s: float = 20.0


class LiveLayer:
    """Obstacles that aren't on the map, cell by cell, with the time at which each was last seen."""

    def __init__(self, grid: Grid, config: LiveLayerConfig) -> None:
        self._grid = grid
        self._config = config
        self._seen_s: NDArray[np.float64] = np.full(grid.cells.shape, -np.inf)
        self._mask: NDArray[np.bool_] = np.zeros(grid.cells.shape, dtype=np.bool_)
        self.version = 0

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Bool (rows, cols): True where an obstacle is held to be."""
        return self._mask

    def clear(self) -> None:
        """Forget every mark."""
        if self._mask.any():
            self._mask[:] = False
            self.version += 1

    def observe(self, scan: Scan, base_map: Pose2D, static_distance_m: NDArray[np.float64]) -> None:
        """Mark what the scan hits and clear what it sees through; `base_map` is the robot's pose when it was taken."""
        before = self._mask.copy()
        self._forget(scan, base_map.compose(scan.mount))
        points = scan.points_base()
        near = np.hypot(points[:, 0], points[:, 1]) < self._config.mark_range_m
        rows, cols, inside = self._grid.cells_of(base_map.apply(points[near]))
        new = inside & (static_distance_m[rows, cols] > self._config.explained_m)
        self._mask[rows[new], cols[new]] = True
        self._seen_s[rows[new], cols[new]] = scan.stamp_s
        if not np.array_equal(before, self._mask):
            self.version += 1

    def _forget(self, scan: Scan, sensor_map: Pose2D) -> None:
        rows, cols = np.nonzero(self._mask)
        if not len(rows):
            return
        local = sensor_map.inverse().apply(self._grid.centres(rows, cols))
        distance = np.hypot(local[:, 0], local[:, 1])
        reach = _seen_distance(scan, np.arctan2(local[:, 1], local[:, 0]))
        # A cell stays unless the ray through it ended clearly behind it.
        is_open = distance < reach - 1.5 * self._grid.resolution_m
        is_old = scan.stamp_s - self._seen_s[rows, cols] > self._config.expire_s
        gone = is_open | is_old
        self._mask[rows[gone], cols[gone]] = False


def _seen_distance(scan: Scan, bearings: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far (m) the scan sees along bearings (sensor frame): the shorter of the two rays next to each."""
    if len(scan.angles) < 2:
        return np.zeros(len(bearings))
    step = float(scan.angles[1] - scan.angles[0])
    offset = np.mod((bearings - scan.angles[0]) / step, 2.0 * math.pi / abs(step))
    left = np.floor(offset).astype(np.intp)
    free = np.where(np.isinf(scan.ranges), scan.max_range_m, np.nan_to_num(scan.ranges, nan=0.0))
    count = len(free)
    both = np.minimum(free[left % count], free[(left + 1) % count])
    return np.asarray(np.where(left < count, both, 0.0))


class Costmap:
    """Distances (m) to the nearest obstacle for every cell; recomputed only when the live layer changed."""

    def __init__(self, grid: Grid, live: LiveLayerConfig | None = None) -> None:
        self.grid = grid
        self.static_distance_m = distance_to(grid.cells != FREE, grid.resolution_m)
        self._live = LiveLayer(grid, live or LiveLayerConfig())
        self._distance_m = self.static_distance_m
        self._version = 0

    def observe(self, scan: Scan, base_map: Pose2D) -> None:
        """Bring the live layer up to date with a scan taken at a robot pose (map)."""
        self._live.observe(scan, base_map, self.static_distance_m)

    def clear_live(self) -> None:
        """Forget every live obstacle."""
        self._live.clear()

    @property
    def has_live(self) -> bool:
        """Whether there is any live obstacle."""
        return bool(self._live.mask.any())

    @property
    def live_mask(self) -> NDArray[np.bool_]:
        """The live layer, bool (rows, cols)."""
        return self._live.mask

    @property
    def distance_m(self) -> NDArray[np.float64]:
        """float64 (rows, cols): static map and live obstacles together."""
        if self._version != self._live.version:
            self._version = self._live.version
            live = distance_to(self._live.mask, self.grid.resolution_m)
            self._distance_m = np.minimum(self.static_distance_m, live)
        return self._distance_m

    def clearance(self, points: Points, distance_m: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Distance (m) from each point (n, 2) to the nearest obstacle; 0 outside of the map."""
        field = self.distance_m if distance_m is None else distance_m
        rows, cols, inside = self.grid.cells_of(points)
        return np.asarray(np.where(inside, field[rows, cols], 0.0))
