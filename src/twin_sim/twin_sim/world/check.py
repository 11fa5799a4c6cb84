"""What can be wrong with a world though its file is well formed."""

from __future__ import annotations

from pathlib import Path

from twin_sim.errors import WorldError
from twin_sim.world.model import Pose2D, World

# Circle around the wheel axle that holds the whole Waffle: its rear corners lie 0.24 m behind it.
ROBOT_RADIUS_M = 0.24
# Rounding leaves points on an edge a little outside.
_INSIDE_M = 1e-9


def check_world(world: World, path: Path) -> None:
    """Raise WorldError on duplicate names and on places where the robot cannot stand."""
    _check_names(world, path)
    for name, pose in world.locations.items():
        _check_place(world, pose, path, f"locations.{name}")
    _check_place(world, world.start, path, "start")


def _check_names(world: World, path: Path) -> None:
    first: dict[str, str] = {}
    parts = [(f"walls[{i}]", wall.name) for i, wall in enumerate(world.walls)]
    parts += [(f"objects[{i}]", thing.name) for i, thing in enumerate(world.objects)]
    for key, name in parts:
        if name in first:
            raise WorldError(path, f"{key}.name", f"{name!r} is already the name of {first[name]}; rename one")
        first[name] = key


def _check_place(world: World, pose: Pose2D, path: Path, key: str) -> None:
    where = f"({pose.x:g}, {pose.y:g})"
    low_x, low_y, high_x, high_y = world.bounds
    if not (low_x < pose.x < high_x and low_y < pose.y < high_y):
        raise WorldError(
            path,
            key,
            f"{where} is outside of the world; move it into x {low_x:g}…{high_x:g}, y {low_y:g}…{high_y:g}",
        )
    distance, solid = world.nearest(pose.x, pose.y)
    if distance < ROBOT_RADIUS_M:
        state = f"inside {solid.name!r}" if distance < _INSIDE_M else f"{distance:.2f} m from {solid.name!r}"
        raise WorldError(
            path, key, f"{where} is {state}; the robot needs {ROBOT_RADIUS_M} m to everything around it, move the point"
        )
