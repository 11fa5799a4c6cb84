from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from twin_sim.nav.core.errors import MapError
from twin_sim.nav.core.grid import Grid, distance_to, load_map


def test_cells_and_centres_agree() -> None:
    grid = Grid(np.zeros((3, 4), dtype=np.int8), 0.5, (-1.0, 2.0))
    rows, cols, inside = grid.cells_of(np.array([[0.3, 3.1], [9.0, 9.0]]))
    assert (rows[0], cols[0]) == grid.cell_of(0.3, 3.1) == (2, 2)
    assert inside.tolist() == [True, False]
    assert grid.centres(rows[:1], cols[:1]).tolist() == [[0.25, 3.25]]


def test_distance_is_to_the_surface_of_a_wall() -> None:
    mask = np.zeros((1, 5), dtype=np.bool_)
    mask[0, 0] = True
    assert distance_to(mask, 0.1)[0].tolist() == pytest.approx([0.0, 0.05, 0.15, 0.25, 0.35])


def test_distance_without_walls_is_infinite() -> None:
    assert np.isinf(distance_to(np.zeros((2, 2), dtype=np.bool_), 0.1)).all()


def _write_map(folder: Path, text: str) -> Path:
    Image.fromarray(np.array([[0, 205, 254], [254, 254, 254]], dtype=np.uint8)).save(folder / "map.pgm")
    path = folder / "map.yaml"
    path.write_text(text)
    return path


def test_map_server_file_has_its_first_row_on_top(tmp_path: Path) -> None:
    text = "image: map.pgm\nresolution: 0.1\norigin: [-1.0, -2.0, 0.0]\nfree_thresh: 0.196\n"
    grid = load_map(_write_map(tmp_path, text))
    assert grid.cells.tolist() == [[0, 0, 0], [100, -1, 0]]
    assert (grid.resolution_m, grid.origin_xy) == (0.1, (-1.0, -2.0))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("image: gone.pgm\nresolution: 0.1\norigin: [0, 0, 0]", "gone.pgm"),
        ("image: map.pgm\norigin: [0, 0, 0]", "resolution"),
        ("image: map.pgm\nresolution: -1\norigin: [0, 0, 0]", "-1.0"),
        ("image: map.pgm\nresolution: 0.1\norigin: [0, 0, 0.5]", "rotated"),
        ("just a sentence", "map.yaml"),
    ],
)
def test_unusable_map_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(MapError, match=named):
        load_map(_write_map(tmp_path, text))
