"""The command `world_export`: Nav2 map and Gazebo world of a world file."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from twin_sim.errors import ExportError, TwinSimError
from twin_sim.world.load import load_world
from twin_sim.world.map import OccupancyMap, occupancy_map
from twin_sim.world.map_server import pgm_bytes, yaml_text
from twin_sim.world.model import World
from twin_sim.world.sdf import gazebo_sdf


def export_world(world: World, grid: OccupancyMap, out: Path) -> list[Path]:
    """Write NAME.pgm, NAME.yaml and NAME.sdf into a folder, each whole or not at all. Raises ExportError."""
    files = {
        f"{world.name}.pgm": pgm_bytes(grid),
        f"{world.name}.yaml": yaml_text(grid, image=f"{world.name}.pgm").encode(),
        f"{world.name}.sdf": gazebo_sdf(world).encode(),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [_write(out / name, content) for name, content in files.items()]
    except OSError as error:
        raise ExportError(
            f"cannot write into {out}: {error.strerror or error}; choose another folder by --out"
        ) from error


def _write(path: Path, content: bytes) -> Path:
    """A file with its final name is whole: written beside, synced, renamed."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="world_export",
        description="Make the Nav2 map (.pgm, .yaml) and the Gazebo world (.sdf) of a world file.",
        epilog="example: world_export config/worlds/maze.yaml --out out/maps",
    )
    parser.add_argument("world", type=Path, metavar="WORLD.yaml", help="world file")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the files, made if missing")
    parser.add_argument("--resolution", type=_resolution, default=0.05, metavar="M", help="cell size, m (default 0.05)")
    return parser


def _resolution(text: str) -> float:
    value = float(text)
    if not 0.005 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text}: give a cell size of 0.005 … 1.0 m")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: written (paths on stdout); 1: the world or the folder is at fault; 2: wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        world = load_world(options.world)
        paths = export_world(world, occupancy_map(world, options.resolution), options.out)
    except TwinSimError as error:
        print(f"world_export: {error}", file=sys.stderr)
        return 1
    for path in paths:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
