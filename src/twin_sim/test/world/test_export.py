"""Map, Gazebo world and MuJoCo model of one world file never disagree."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from pathlib import Path

import mujoco
import numpy as np
import pytest
import yaml

from twin_sim.world import Box, Disc, World, occupancy_map
from twin_sim.world.export import main
from twin_sim.world.map import OCCUPIED, touched_cells
from twin_sim.world.map_server import pgm_bytes
from twin_sim.world.mjcf import WORLD_GROUP, MjcfOptions, simulation_mjcf
from twin_sim.world.sdf import gazebo_sdf
from twin_sim.world.urdf import RobotModel

ROOT = Path(__file__).parents[4]
MAZE = ROOT / "config/worlds/maze.yaml"


def test_command_writes_map_and_gazebo_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(MAZE), "--out", str(tmp_path / "maps")]) == 0
    written = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert written == ["maze.pgm", "maze.yaml", "maze.sdf"]
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == sorted(written)
    assert yaml.safe_load((tmp_path / "maps/maze.yaml").read_text())["image"] == "maze.pgm"


def test_exported_pgm_is_the_occupancy_map(shipped_world: World, tmp_path: Path) -> None:
    main([str(ROOT / f"config/worlds/{shipped_world.name}.yaml"), "--out", str(tmp_path)])
    assert (tmp_path / f"{shipped_world.name}.pgm").read_bytes() == pgm_bytes(occupancy_map(shipped_world))


def test_wrong_world_gives_one_sentence_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.yaml"), "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_unwritable_folder_gives_one_sentence_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file")
    assert main([str(MAZE), "--out", str(tmp_path / "taken")]) == 1
    assert "choose another folder by --out" in capsys.readouterr().err


def sdf_footprints(text: str) -> list[Box | Disc]:
    feet: list[Box | Disc] = []
    for model in ET.fromstring(text).iterfind("world/model"):  # noqa: S314
        x, y, _, _, _, yaw = (float(word) for word in (model.findtext("pose") or "").split())
        size = model.findtext("link/collision/geometry/box/size")
        radius = model.findtext("link/collision/geometry/cylinder/radius")
        if size:
            length, width, _ = (float(word) for word in size.split())
            feet.append(Box(x=x, y=y, yaw=yaw, size_xy=(length, width)))
        elif radius:
            feet.append(Disc(x=x, y=y, radius=float(radius)))
    return feet


def test_gazebo_bodies_fill_the_cells_of_the_map(shipped_world: World) -> None:
    grid = occupancy_map(shipped_world)
    feet = sdf_footprints(gazebo_sdf(shipped_world))
    assert len(feet) == len(shipped_world.solids)
    assert np.array_equal(np.any([touched_cells(foot, grid) for foot in feet], axis=0), grid.cells == OCCUPIED)


def test_gazebo_world_has_physics_sensors_and_sun(shipped_world: World) -> None:
    root = ET.fromstring(gazebo_sdf(shipped_world))  # noqa: S314
    assert root.get("version") == "1.9"
    assert root.find("world/physics/max_step_size") is not None
    assert root.find("world/light[@type='directional']") is not None
    assert root.find("world/plugin[@name='gz::sim::systems::Sensors']") is not None


def test_mujoco_rays_end_where_the_map_says(shipped_world: World, robot: RobotModel) -> None:
    """A ray a degree from each location, at lidar height, through the physics model and through the map."""
    model = mujoco.MjModel.from_xml_string(simulation_mjcf(shipped_world, robot, MjcfOptions()))
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    groups = np.zeros(6, dtype=np.uint8)
    groups[WORLD_GROUP] = 1
    grid = occupancy_map(shipped_world, 0.05)
    cell_diagonal = 0.05 * math.sqrt(2)
    same: list[bool] = []
    for pose in shipped_world.locations.values():
        for angle in np.radians(np.arange(360)):
            direction = np.array([math.cos(angle), math.sin(angle), 0.0])
            origin = np.array([pose.x, pose.y, 0.13])
            length = mujoco.mj_ray(model, data, origin, direction, groups, True, -1, np.zeros(1, dtype=np.int32), None)
            walked = np.arange(0.0, length + cell_diagonal, 0.005)
            cols = ((pose.x + walked * direction[0] - grid.origin_xy[0]) / 0.05).astype(int)
            rows = ((pose.y + walked * direction[1] - grid.origin_xy[1]) / 0.05).astype(int)
            occupied = grid.cells[rows, cols] == OCCUPIED
            same.append(bool(occupied.any()) and length - float(walked[occupied.argmax()]) < cell_diagonal)
    # The rest graze a body's corner, whose cell is occupied though the ray passes by.
    assert np.mean(same) > 0.97
