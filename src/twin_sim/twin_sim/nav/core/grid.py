"""The static map: an occupancy grid with world coordinates, and the distances that follow from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from skimage.io import imread

from twin_sim.nav.core.errors import MapError
from twin_sim.nav.core.geometry import Points

FREE, OCCUPIED, UNKNOWN = 0, 100, -1


class OccupancyLike(Protocol):
    """What a world gives: cells int8 (rows, cols), row 0 at the lowest y; `origin_xy`: outer corner of cell (0, 0)."""

    @property
    def cells(self) -> NDArray[np.int8]:
        """0 free, 100 occupied, -1 unknown."""

    @property
    def resolution_m(self) -> float:
        """Edge of a cell."""

    @property
    def origin_xy(self) -> tuple[float, float]:
        """In the map frame, m."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Occupancy cells int8 (rows, cols): 0 free, 100 occupied, -1 unknown; row 0 at the lowest y."""

    cells: NDArray[np.int8]
    resolution_m: float
    origin_xy: tuple[float, float]

    @classmethod
    def of(cls, source: OccupancyLike) -> Grid:
        """The same map as a Grid."""
        return cls(
            np.asarray(source.cells, dtype=np.int8),
            float(source.resolution_m),
            (float(source.origin_xy[0]), float(source.origin_xy[1])),
        )

    @property
    def size_m(self) -> tuple[float, float]:
        """Width (x) and height (y)."""
        rows, cols = self.cells.shape
        return cols * self.resolution_m, rows * self.resolution_m

    def cell_of(self, x: float, y: float) -> tuple[int, int]:
        """(row, col) of a point; may lie outside of the grid."""
        return (
            math.floor((y - self.origin_xy[1]) / self.resolution_m),
            math.floor((x - self.origin_xy[0]) / self.resolution_m),
        )

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies on the grid."""
        row, col = self.cell_of(x, y)
        height, width = self.cells.shape
        return bool(0 <= row < height and 0 <= col < width)

    def cells_of(self, points: Points) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
        """Rows, columns (clipped into the grid) and whether each point lies inside."""
        raw = np.floor((points - np.array(self.origin_xy)) / self.resolution_m).astype(np.intp)
        cols, rows = raw[:, 0], raw[:, 1]
        height, width = self.cells.shape
        inside = (rows >= 0) & (rows < height) & (cols >= 0) & (cols < width)
        return np.clip(rows, 0, height - 1), np.clip(cols, 0, width - 1), inside

    def centres(self, rows: NDArray[np.intp], cols: NDArray[np.intp]) -> Points:
        """Middle points (n, 2) of cells, m."""
        return np.column_stack(
            (
                self.origin_xy[0] + (cols + 0.5) * self.resolution_m,
                self.origin_xy[1] + (rows + 0.5) * self.resolution_m,
            )
        )

    def describe(self) -> str:
        """Where the grid lies, for messages."""
        width, height = self.size_m
        x, y = self.origin_xy
        return f"x {x:.2f} to {x + width:.2f}, y {y:.2f} to {y + height:.2f}"


def distance_to(mask: NDArray[np.bool_], resolution_m: float) -> NDArray[np.float64]:
    """Distance (m) from each cell's centre to the surface of the nearest True cell; 0 inside one; inf without any."""
    if not mask.any():
        return np.full(mask.shape, np.inf)
    # The transform measures between centres; the surface is half a cell nearer.
    distance = np.asarray(distance_transform_edt(~mask), dtype=np.float64)
    return np.maximum(distance - 0.5, 0.0) * resolution_m


def load_map(path: Path) -> Grid:
    """Read a map as Nav2's map_server writes it (`trinary` mode): a .yaml naming a .pgm or .png. Raises MapError."""
    try:
        text = yaml.safe_load(path.read_text())
        image = np.asarray(imread(path.parent / text["image"]), dtype=np.float64)
        resolution, origin = float(text["resolution"]), text["origin"]
        occupied, free = float(text.get("occupied_thresh", 0.65)), float(text.get("free_thresh", 0.25))
        negate = bool(text.get("negate", 0))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise MapError(
            f"map {path}: {type(error).__name__}: {error}; give a Nav2 map .yaml with image, resolution and origin"
        ) from error
    if resolution <= 0.0 or len(origin) < 2 or (len(origin) > 2 and abs(float(origin[2])) > 1e-6):
        raise MapError(
            f"map {path}: resolution {resolution}, origin {origin}; resolution must be > 0 and the map not rotated"
        )
    shade = image if image.ndim == 2 else image[..., :3].mean(axis=2)
    probability = shade / 255.0 if negate else (255.0 - shade) / 255.0
    cells = np.full(shade.shape, UNKNOWN, dtype=np.int8)
    cells[probability > occupied] = OCCUPIED
    cells[probability < free] = FREE
    return Grid(np.ascontiguousarray(cells[::-1]), resolution, (float(origin[0]), float(origin[1])))
