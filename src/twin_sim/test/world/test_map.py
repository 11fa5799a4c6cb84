"""The map holds every body of the world, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from twin_sim.world import World, occupancy_map
from twin_sim.world.map import FREE, OCCUPIED, UNKNOWN, OccupancyMap
from twin_sim.world.map_server import pgm_bytes, yaml_text


def cell_at(grid: OccupancyMap, x: float, y: float) -> int:
    col = int((x - grid.origin_xy[0]) / grid.resolution_m)
    row = int((y - grid.origin_xy[1]) / grid.resolution_m)
    return int(grid.cells[row, col])


@pytest.mark.parametrize(
    ("x", "y", "value"),
    [
        (0.0, 0.0, FREE),
        (-2.98, 0.0, FREE),
        (-3.02, 0.0, OCCUPIED),
        (-3.18, 0.0, OCCUPIED),
        (-3.22, 0.0, UNKNOWN),
        (0.0, 1.5, OCCUPIED),
        (0.0, 1.28, FREE),
        (2.0, -1.2, OCCUPIED),
        (2.28, -1.42, FREE),
    ],
)
def test_cells_of_the_room(room: World, x: float, y: float, value: int) -> None:
    assert cell_at(occupancy_map(room, 0.05), x, y) == value


def test_shape_and_origin_follow_the_bounds(room: World) -> None:
    grid = occupancy_map(room, 0.05, margin_m=0.5)
    assert grid.cells.dtype == np.int8
    assert grid.cells.shape == (108, 148)
    assert grid.origin_xy == (-3.7, -2.7)


def test_cell_is_occupied_exactly_if_a_body_overlaps_it(shipped_world: World) -> None:
    """Against 5 x 5 sample points in each cell: a sampled cell is occupied, and occupied ones are near a body."""
    grid = occupancy_map(shipped_world, 0.05)
    rows, cols = grid.cells.shape
    offsets = np.linspace(0.001, 0.999, 5) * 0.05
    x = (grid.origin_xy[0] + 0.05 * np.arange(cols)[:, None] + offsets).ravel()
    y = (grid.origin_xy[1] + 0.05 * np.arange(rows)[:, None] + offsets).ravel()
    xs, ys = np.meshgrid(x, y)
    distance = np.min([solid.footprint.distance_m(xs, ys) for solid in shipped_world.solids], axis=0)
    nearest = distance.reshape(rows, 5, cols, 5).min(axis=(1, 3))
    occupied = grid.cells == OCCUPIED
    assert np.all(occupied[nearest == 0.0])
    assert np.all(nearest[occupied] < 0.013)


def test_pgm_has_the_grey_values_and_row_order_of_map_server(room: World) -> None:
    grid = occupancy_map(room, 0.05)
    header, pixels = pgm_bytes(grid).split(b"255\n", 1)
    picture = np.frombuffer(pixels, dtype=np.uint8).reshape(grid.cells.shape)[::-1]
    assert header == b"P5\n148 108\n"
    expected = {FREE: 254, OCCUPIED: 0, UNKNOWN: 205}
    assert all(np.all(picture[grid.cells == value] == grey) for value, grey in expected.items())


def test_map_server_would_read_back_the_same_cells(room: World) -> None:
    """Trinary mode of map_server: darkness above occupied_thresh, below free_thresh, or between."""
    grid = occupancy_map(room, 0.05)
    pixels = np.frombuffer(pgm_bytes(grid)[-grid.cells.size :], dtype=np.uint8).reshape(grid.cells.shape)[::-1]
    darkness = (255 - pixels.astype(float)) / 255
    cells = np.where(darkness > 0.65, OCCUPIED, np.where(darkness < 0.196, FREE, UNKNOWN))
    assert np.array_equal(cells, grid.cells)
    assert "occupied_thresh: 0.65\nfree_thresh: 0.196\n" in yaml_text(grid, "room.pgm")
    assert "origin: [-3.7, -2.7, 0]" in yaml_text(grid, "room.pgm")
