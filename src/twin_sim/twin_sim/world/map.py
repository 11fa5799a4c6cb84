"""Occupancy map of a world, and its form as files of Nav2's map server."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from twin_sim.world.model import Box, Footprint, World

FREE: Final = 0
OCCUPIED: Final = 100
UNKNOWN: Final = -1
# A wall that ends exactly on a cell's edge must not fill the next cell through rounding.
_EDGE_M = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyMap:
    """`cells` int8 (rows, cols), row 0 = lowest y: 0 free, 100 occupied, -1 unknown.

    `origin_xy`: corner of cell (0, 0) with the lowest x and y, in the map frame (m).
    """

    cells: NDArray[np.int8]
    resolution_m: float
    origin_xy: tuple[float, float]


def occupancy_map(world: World, resolution_m: float = 0.05, margin_m: float = 0.5) -> OccupancyMap:
    """Cells that any body touches are occupied; what cannot be reached from start or a location is unknown.

    The origin lies on a multiple of the resolution, `margin_m` outside of the world.
    """
    low_x, low_y, high_x, high_y = world.bounds
    first_col, first_row = (math.floor((low - margin_m) / resolution_m + _EDGE_M) for low in (low_x, low_y))
    last_col, last_row = (math.ceil((high + margin_m) / resolution_m - _EDGE_M) for high in (high_x, high_y))
    grid = OccupancyMap(
        cells=np.zeros((last_row - first_row, last_col - first_col), dtype=np.int8),
        resolution_m=resolution_m,
        origin_xy=(round(first_col * resolution_m, 9), round(first_row * resolution_m, 9)),
    )
    for solid in world.solids:
        grid.cells[touched_cells(solid.footprint, grid)] = OCCUPIED
    grid.cells[_unreachable(grid, world)] = UNKNOWN
    grid.cells.setflags(write=False)
    return grid


def touched_cells(footprint: Footprint, grid: OccupancyMap) -> NDArray[np.bool_]:
    """Which cells of the grid the footprint overlaps, bool (rows, cols)."""
    rows, cols = grid.cells.shape
    half = grid.resolution_m / 2
    dx = _centers(grid.origin_xy[0], cols, grid.resolution_m)[np.newaxis, :] - footprint.x
    dy = _centers(grid.origin_xy[1], rows, grid.resolution_m)[:, np.newaxis] - footprint.y
    if isinstance(footprint, Box):
        return _touched_by_box(footprint, dx, dy, half - _EDGE_M)
    outside = np.hypot(np.maximum(np.abs(dx) - half, 0.0), np.maximum(np.abs(dy) - half, 0.0))
    return np.asarray(outside < footprint.radius - _EDGE_M)


def _centers(origin: float, count: int, resolution_m: float) -> NDArray[np.float64]:
    return np.asarray(origin + resolution_m * (np.arange(count) + 0.5), dtype=np.float64)


def _touched_by_box(box: Box, dx: NDArray[np.float64], dy: NDArray[np.float64], half: float) -> NDArray[np.bool_]:
    """Separating axes: the cell's two, then the box's two."""
    cos, sin = math.cos(box.yaw), math.sin(box.yaw)
    extent_x, extent_y = box.extent_xy()
    cell_along_axis = half * (abs(cos) + abs(sin))
    length, width = box.size_xy
    return np.asarray(
        (np.abs(dx) < extent_x + half)
        & (np.abs(dy) < extent_y + half)
        & (np.abs(cos * dx + sin * dy) < length / 2 + cell_along_axis)
        & (np.abs(cos * dy - sin * dx) < width / 2 + cell_along_axis)
    )


def _unreachable(grid: OccupancyMap, world: World) -> NDArray[np.bool_]:
    """Free cells that no way leads to from start or a location: behind the outer walls, inside of hollow bodies."""
    free = grid.cells == FREE
    labels, _ = ndimage.label(free)
    poses = (world.start, *world.locations.values())
    cols = [int((pose.x - grid.origin_xy[0]) / grid.resolution_m) for pose in poses]
    rows = [int((pose.y - grid.origin_xy[1]) / grid.resolution_m) for pose in poses]
    return np.asarray(free & ~np.isin(labels, labels[rows, cols]))
