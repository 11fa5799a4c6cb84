"""Worlds and robot of the repository, and a small world for analytic answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_sim.world import World, load_world, parse_world
from twin_sim.world.urdf import RobotModel, parse_urdf

ROOT = Path(__file__).parents[3]

# A room of 6 m x 4 m (inner size) around the origin, a round and a turned body in it.
ROOM = """
name: room
wall: {height: 0.5, thickness: 0.2}
walls:
  - {name: south, from: [-3.1, -2.1], to: [3.1, -2.1]}
  - {name: east, from: [3.1, -2.1], to: [3.1, 2.1]}
  - {name: north, from: [3.1, 2.1], to: [-3.1, 2.1]}
  - {name: west, from: [-3.1, 2.1], to: [-3.1, -2.1]}
objects:
  - {name: drum, shape: cylinder, color: red, at: [0.0, 1.5], size: [0.4, 0.4, 0.5]}
  - {name: crate, color: blue, at: [2.0, -1.2], yaw: 0.5, size: [0.6, 0.4, 0.5]}
start: {x: -1.5, y: 0.0, yaw: 0.0}
locations:
  middle: {x: 0.0, y: 0.0, yaw: 1.5708}
"""


@pytest.fixture(scope="session")
def room() -> World:
    return parse_world(ROOM, Path("room.yaml"))


@pytest.fixture(scope="session", params=["maze", "warehouse"])
def shipped_world(request: pytest.FixtureRequest) -> World:
    return load_world(ROOT / "config/worlds" / f"{request.param}.yaml")


@pytest.fixture(scope="session")
def robot() -> RobotModel:
    return parse_urdf((ROOT / "urdf/turtlebot3_waffle.urdf").read_text(encoding="utf-8"))
