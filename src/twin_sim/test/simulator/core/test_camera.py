"""Pictures: colours, depth, and life without OpenGL."""

from __future__ import annotations

import math

import numpy as np
import pytest

from twin_sim.simulator.core import Simulation, SimulationConfig
from twin_sim.simulator.core.config import NoiseConfig
from twin_sim.simulator.core.readings import CameraReading, LidarReading
from twin_sim.world import Color, Pose2D, World
from twin_sim.world.urdf import RobotModel

QUIET = SimulationConfig(noise=NoiseConfig(enabled=False))
# A block that fills so many pixels is found by a colour detector, at its least favourable angle.
ENOUGH_PIXELS = 150


def take(simulation: Simulation, pose: Pose2D) -> CameraReading:
    simulation.set_pose(pose)
    camera = simulation.camera()
    assert camera is not None, simulation.camera_problem
    return camera.take(0)


def pixels_of(color: Color, rgb: np.ndarray) -> int:
    """Pixels whose strongest channels are those of the colour, by a clear margin."""
    values = rgb.astype(int)
    wanted = np.array(color.value) > 0.3
    return int(np.sum(values[..., wanted].min(axis=-1) - values[..., ~wanted].max(axis=-1) > 60))


def test_depth_is_the_distance_to_the_wall(room: World, robot: RobotModel) -> None:
    simulation = Simulation(room, robot, QUIET)
    reading = take(simulation, Pose2D(x=1.0, y=0.0, yaw=0.0))
    simulation.close()
    assert reading.rgb.shape == (240, 320, 3)
    assert reading.depth.shape == (240, 320)
    assert reading.depth[110, 160] == pytest.approx(3.0 - 1.0 - 0.069, abs=0.01)


def test_depth_of_the_sky_is_inf(room: World, robot: RobotModel) -> None:
    simulation = Simulation(room, robot, QUIET)
    reading = take(simulation, Pose2D(x=-1.0, y=0.0, yaw=0.0))
    simulation.close()
    assert reading.depth[0, 160] == np.inf


def test_block_ahead_is_in_the_middle_of_the_picture(room: World, robot: RobotModel) -> None:
    """The lens sits 4.7 cm right of the middle, so the red drum straight ahead appears a little to the left."""
    simulation = Simulation(room, robot, QUIET)
    reading = take(simulation, Pose2D(x=0.0, y=0.0, yaw=math.pi / 2))
    simulation.close()
    red = np.argwhere(reading.rgb[..., 0].astype(int) - reading.rgb[..., 1] > 60)
    focal = 160 / math.tan(0.6)
    assert red[:, 1].mean() == pytest.approx(159.5 - focal * 0.047 / (1.5 - 0.069), abs=3)


@pytest.mark.parametrize("color", [Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW])
def test_each_block_is_seen_from_a_location_by_turning(shipped_world: World, robot: RobotModel, color: Color) -> None:
    simulation = Simulation(shipped_world, robot, SimulationConfig())
    best = 0
    for place in shipped_world.locations.values():
        for eighth in range(8):
            pose = Pose2D(x=place.x, y=place.y, yaw=place.yaw + eighth * math.pi / 4)
            best = max(best, pixels_of(color, take(simulation, pose).rgb))
    simulation.close()
    assert best > ENOUGH_PIXELS


def test_search_for_red_visits_locations_before_the_one_that_shows_it(shipped_world: World, robot: RobotModel) -> None:
    simulation = Simulation(shipped_world, robot, SimulationConfig())
    shows = [
        any(
            pixels_of(Color.RED, take(simulation, Pose2D(x=p.x, y=p.y, yaw=p.yaw + i * math.pi / 4)).rgb)
            > ENOUGH_PIXELS
            for i in range(8)
        )
        for p in shipped_world.locations.values()
    ]
    simulation.close()
    assert shows.index(True) >= 2


def test_without_opengl_there_is_one_sentence_and_the_rest_goes_on(
    room: World, robot: RobotModel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_backend: str) -> None:
        raise ImportError("libEGL.so.1 is missing")

    monkeypatch.setattr("twin_sim.simulator.core.camera._gl_context_class", refuse)
    simulation = Simulation(room, robot, SimulationConfig())
    readings = [reading for _ in range(400) for reading in simulation.step()]
    assert any(isinstance(reading, LidarReading) for reading in readings)
    assert not any(isinstance(reading, CameraReading) for reading in readings)
    assert len(caplog.records) == 1
    text = caplog.records[0].getMessage()
    assert "libEGL.so.1 is missing" in text
    assert "camera.enabled" in text
