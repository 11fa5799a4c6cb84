"""Files as Nav2's map server reads them (trinary mode)."""

from __future__ import annotations

import numpy as np

from twin_sim.world.map import FREE, OCCUPIED, OccupancyMap

# Grey values of map_saver: free, unknown, occupied.
PGM_FREE, PGM_UNKNOWN, PGM_OCCUPIED = 254, 205, 0


def pgm_bytes(grid: OccupancyMap) -> bytes:
    """Binary PGM; its first row is the highest y, as in a picture."""
    pixels = np.full(grid.cells.shape, PGM_UNKNOWN, dtype=np.uint8)
    pixels[grid.cells == FREE] = PGM_FREE
    pixels[grid.cells == OCCUPIED] = PGM_OCCUPIED
    rows, cols = grid.cells.shape
    return f"P5\n{cols} {rows}\n255\n".encode() + pixels[::-1].tobytes()


def yaml_text(grid: OccupancyMap, image: str) -> str:
    """Metadata for the picture `image`; the origin is the lower left corner (m, m, rad)."""
    x, y = grid.origin_xy
    return (
        f"image: {image}\n"
        "mode: trinary\n"
        f"resolution: {grid.resolution_m:g}\n"
        f"origin: [{x:g}, {y:g}, 0]\n"
        "negate: 0\n"
        # A pixel of 205 is (255 - 205) / 255 = 0.196 dark: between the thresholds only with free_thresh below that.
        "occupied_thresh: 0.65\n"
        "free_thresh: 0.196\n"
    )
