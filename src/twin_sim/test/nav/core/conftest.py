"""A kinematic robot in an occupancy grid: slipping odometry, noisy lidar, late messages; and a house to drive in."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from twin_sim.nav.core.controller import STOP, Command
from twin_sim.nav.core.geometry import Pose2D, wrap
from twin_sim.nav.core.grid import OCCUPIED, Grid, distance_to
from twin_sim.nav.core.guard import Footprint
from twin_sim.nav.core.odometry import OdometrySample
from twin_sim.nav.core.scan import Scan
from twin_sim.nav.core.server import Core, CoreConfig, build_core
from twin_sim.nav.core.task import Outcome

_RES = 0.05
_TICK_S = 1.0 / 60.0
_ANGLES = np.radians(np.arange(360.0))
_LIDAR = Pose2D(-0.064, 0.0, 0.0)


def house_cells() -> NDArray[np.int8]:
    """6 m x 5 m: two rooms below, a hall above, doors 0.9 m wide, and a closet without a door on the upper right."""
    cells = np.zeros((100, 120), dtype=np.int8)
    cells[:2], cells[-2:], cells[:, :2], cells[:, -2:] = (OCCUPIED,) * 4
    cells[50:52, :] = OCCUPIED
    cells[:52, 60:62] = OCCUPIED
    cells[50:52, 20:38] = 0
    cells[50:52, 82:100] = 0
    cells[80:82, 98:], cells[80:, 98:100] = OCCUPIED, OCCUPIED
    return cells


@dataclass
class Robot:
    """True motion, what the sensors say of it, and when it arrives. Seeded: the same seed gives the same run."""

    cells: NDArray[np.int8]
    pose: Pose2D
    seed: int = 1
    delay_s: float = 0.08
    slip: float = 1.03
    turn_slip: float = 1.03
    time_s: float = 100.0
    odom: Pose2D = field(default_factory=Pose2D)
    command: Command = STOP
    touched: bool = False

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.odom = self.pose
        self.tick = 0
        self._late_commands: deque[tuple[float, Command]] = deque()
        self._late_messages: deque[tuple[float, OdometrySample | Scan]] = deque()
        self.rebuild()

    def rebuild(self) -> None:
        self.distance = distance_to(self.cells == OCCUPIED, _RES)
        rows, cols = np.nonzero(self.cells == OCCUPIED)
        self._solid = np.column_stack(((cols + 0.5) * _RES, (rows + 0.5) * _RES))

    def send(self, command: Command) -> None:
        self._late_commands.append((self.time_s + self.delay_s, command))

    def advance(self) -> list[OdometrySample | Scan]:
        """One tick; gives the messages that arrive in it."""
        self.tick += 1
        self.time_s += _TICK_S
        while self._late_commands and self._late_commands[0][0] <= self.time_s:
            self.command = self._late_commands.popleft()[1]
        self._drive()
        if self.tick % 2 == 0:
            self._emit(OdometrySample(self.time_s, self.odom, self.command.linear, self.command.angular))
        if self.tick % 12 == 0:
            self._emit(self._scan())
        arrived = []
        while self._late_messages and self._late_messages[0][0] <= self.time_s:
            arrived.append(self._late_messages.popleft()[1])
        return arrived

    def _emit(self, message: OdometrySample | Scan) -> None:
        self._late_messages.append((self.time_s + self.delay_s / 2.0, message))

    def _drive(self) -> None:
        linear, angular = self.command.linear, self.command.angular
        before = self.pose
        self.pose = self.pose.moved(linear, angular, _TICK_S)
        if np.any(Footprint().distance(self.pose.inverse().apply(self._solid)) < 0.0):
            self.touched, self.pose = True, before
        noise = self.random.normal(0.0, 0.02, 2)
        self.odom = self.odom.moved(linear * (self.slip + noise[0]), angular * (self.turn_slip + noise[1]), _TICK_S)

    def _scan(self) -> Scan:
        sensor = self.pose.compose(_LIDAR)
        heading = sensor.yaw + _ANGLES
        direction = np.column_stack((np.cos(heading), np.sin(heading)))
        reach = np.full(360, 0.0)
        for _ in range(60):
            ends = np.array([sensor.x, sensor.y]) + reach[:, None] * direction
            cols = np.clip((ends[:, 0] / _RES).astype(int), 0, self.cells.shape[1] - 1)
            rows = np.clip((ends[:, 1] / _RES).astype(int), 0, self.cells.shape[0] - 1)
            gap = self.distance[rows, cols]
            solid = self.cells[rows, cols] == OCCUPIED
            reach += np.where(solid, 0.0, np.maximum(gap - 0.02, 0.008))
        ranges = reach + self.random.normal(0.0, 0.01, 360)
        return Scan.checked(
            stamp_s=self.time_s,
            angle_min=0.0,
            angle_step=math.radians(1.0),
            ranges=ranges,
            range_limits_m=(0.12, 3.5),
            mount=_LIDAR,
        )


@dataclass
class Run:
    """A robot and a navigator in one loop; collects what tests ask about."""

    robot: Robot
    core: Core
    errors_m: list[float] = field(default_factory=list)
    speeds: list[Command] = field(default_factory=list)
    outcome: Outcome | None = None

    def spin(self, duration_s: float, on_tick: Callable[[Run], None] | None = None) -> Run:
        """Run until the navigation ends, at most `duration_s`."""
        end_s = self.robot.time_s + duration_s
        while self.robot.time_s < end_s and self.outcome is None:
            self._tick()
            if on_tick is not None:
                on_tick(self)
        return self

    def goto(self, goal: Pose2D, duration_s: float = 180.0, on_tick: Callable[[Run], None] | None = None) -> Run:
        self.spin(0.5)
        self.outcome = None
        self.core.navigator.start(goal, self.robot.time_s)
        return self.spin(duration_s, on_tick)

    def _tick(self) -> None:
        for message in self.robot.advance():
            if isinstance(message, Scan):
                self.core.navigator.senses.add_scan(message, self.robot.time_s)
            else:
                self.core.navigator.senses.add_odometry(message, self.robot.time_s)
        if self.robot.tick % 3:
            return
        step = self.core.navigator.step(self.robot.time_s)
        if step.command is not None:
            self.robot.send(step.command)
            self.speeds.append(step.command)
        if self.core.localizer.is_ready:
            self.errors_m.append(self.core.localizer.pose_at(self.robot.time_s).distance_to(self.robot.pose))
        self.outcome = step.outcome or self.outcome

    def off_goal(self, goal: Pose2D) -> tuple[float, float]:
        """True distance (m) and angle (rad) to the goal."""
        return self.robot.pose.distance_to(goal), abs(wrap(self.robot.pose.yaw - goal.yaw))


@pytest.fixture
def house() -> Grid:
    return Grid(house_cells(), _RES, (0.0, 0.0))


@pytest.fixture
def drive(house: Grid) -> Callable[..., Run]:
    """Makes a run in the house: `drive(start, config=..., **robot fields)`."""

    def make(start: Pose2D, config: CoreConfig | None = None, **robot: float) -> Run:
        fields = {"pose": start, **robot}
        return Run(Robot(house_cells(), **fields), build_core(house, start, config))  # type: ignore[arg-type]

    return make
