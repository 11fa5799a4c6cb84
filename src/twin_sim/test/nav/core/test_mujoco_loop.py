"""Core to core with the simulator: every location of both worlds, on MuJoCo's physics, without ROS in between."""

import math
from collections import deque
from pathlib import Path

import pytest

from twin_sim.nav.core.controller import Command
from twin_sim.nav.core.geometry import Pose2D, wrap, yaw_of_quaternion
from twin_sim.nav.core.grid import Grid
from twin_sim.nav.core.odometry import OdometrySample
from twin_sim.nav.core.scan import Scan
from twin_sim.nav.core.server import Core, build_core
from twin_sim.nav.core.task import Ending, Outcome
from twin_sim.simulator.core.config import CameraConfig, SimulationConfig
from twin_sim.simulator.core.readings import LidarReading, OdometryReading
from twin_sim.simulator.core.simulation import Simulation
from twin_sim.world.load import load_world
from twin_sim.world.map import occupancy_map
from twin_sim.world.urdf import parse_urdf

_ROOT = Path(__file__).parents[5]
_LIDAR = Pose2D(-0.064, 0.0, 0.0)
_DELAY_S = 0.1


class MujocoRun:
    """Simulator and navigator, joined by queues in which every message spends `_DELAY_S`."""

    def __init__(self, world_name: str) -> None:
        self.world = load_world(_ROOT / "config" / "worlds" / f"{world_name}.yaml")
        robot = parse_urdf((_ROOT / "urdf" / "turtlebot3_waffle.urdf").read_text())
        config = SimulationConfig(seed=3, camera=CameraConfig(enabled=False))
        self.simulation = Simulation(self.world, robot, config)
        start = Pose2D(self.world.start.x, self.world.start.y, self.world.start.yaw)
        grid, walls = Grid.of(occupancy_map(self.world)), Grid.of(occupancy_map(self.world, 0.025))
        self.core: Core = build_core(grid, start, None, walls)
        self.worst_error_m = 0.0
        self.touched: set[str] = set()
        self._readings: deque[tuple[float, OdometryReading | LidarReading]] = deque()
        self._commands: deque[tuple[float, Command]] = deque()
        for _ in range(200):
            self._tick()

    def goto(self, goal: Pose2D) -> Outcome | None:
        self.core.navigator.start(goal, self._now_s)
        for _ in range(round(150.0 / self.simulation.config.step_s)):
            outcome = self._tick()
            if outcome is not None:
                return outcome
        return None

    def off_goal(self, goal: Pose2D) -> tuple[float, float]:
        for _ in range(100):
            self._tick()
        return self._truth().distance_to(goal), abs(wrap(self._truth().yaw - goal.yaw))

    @property
    def _now_s(self) -> float:
        return self.simulation.time_ns * 1e-9

    def _truth(self) -> Pose2D:
        x, y, _ = self.simulation.physics.position
        return Pose2D(float(x), float(y), yaw_of_quaternion(*self.simulation.physics.orientation))

    def _tick(self) -> Outcome | None:
        for reading in self.simulation.step():
            if isinstance(reading, OdometryReading | LidarReading):
                self._readings.append((self._now_s + _DELAY_S, reading))
        while self._readings and self._readings[0][0] <= self._now_s:
            self._hand_over(self._readings.popleft()[1])
        while self._commands and self._commands[0][0] <= self._now_s:
            command = self._commands.popleft()[1]
            self.simulation.command(command.linear, command.angular)
        self.touched |= self.simulation.physics.touched
        return self._control() if self.simulation.time_ns % 50_000_000 == 0 else None

    def _hand_over(self, reading: OdometryReading | LidarReading) -> None:
        stamp_s = reading.stamp_ns * 1e-9
        if isinstance(reading, OdometryReading):
            pose = Pose2D(reading.pose.x, reading.pose.y, reading.pose.yaw)
            sample = OdometrySample(stamp_s, pose, reading.linear, reading.angular)
            self.core.navigator.senses.add_odometry(sample, self._now_s)
            return
        scan = Scan.checked(
            stamp_s=stamp_s, angle_min=0.0, angle_step=math.radians(1.0), ranges=reading.ranges,
            range_limits_m=(0.12, 3.5), mount=_LIDAR,
        )  # fmt: skip
        self.core.navigator.senses.add_scan(scan, self._now_s)

    def _control(self) -> Outcome | None:
        step = self.core.navigator.step(self._now_s)
        if step.command is not None:
            self._commands.append((self._now_s + _DELAY_S, step.command))
        if self.core.localizer.is_ready:
            error_m = self.core.localizer.pose_at(self._now_s).distance_to(self._truth())
            self.worst_error_m = max(self.worst_error_m, error_m)
        return step.outcome


@pytest.mark.parametrize("world_name", ["maze", "warehouse"])
def test_robot_reaches_every_location(world_name: str) -> None:
    run = MujocoRun(world_name)
    for name, place in run.world.locations.items():
        goal = Pose2D(place.x, place.y, place.yaw)
        outcome = run.goto(goal)
        assert outcome is not None, name
        assert outcome.ending is Ending.SUCCEEDED, f"{name}: {outcome.text}"
        off_m, off_rad = run.off_goal(goal)
        assert off_m < 0.10, name
        assert off_rad < 0.15, name
    assert run.worst_error_m < 0.1
    assert run.touched == set()
