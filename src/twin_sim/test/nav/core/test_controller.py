import itertools
import math

import numpy as np
import pytest

from twin_sim.nav.core.controller import STOP, Command, ControllerConfig, Follower, Phase
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.planner import Path

_DT_S = 0.05


def _line(length_m: float, goal_yaw: float = 0.0) -> Path:
    x = np.linspace(0.0, length_m, round(length_m / 0.05) + 1)
    return Path.through(np.column_stack((x, np.zeros_like(x))), goal_yaw)


def _drive(follower: Follower, pose: Pose2D, steps: int, clearance_m: float = 1.0) -> tuple[Pose2D, list[Command]]:
    commands = []
    for _ in range(steps):
        command = follower.step(pose, clearance_m, _DT_S)
        pose = pose.moved(command.linear, command.angular, _DT_S)
        commands.append(command)
        if follower.phase is Phase.ARRIVED and command == STOP:
            break
    return pose, commands


@pytest.mark.parametrize(
    ("start", "goal_yaw"),
    [(Pose2D(), 0.0), (Pose2D(0.0, 0.2, 0.3), -1.5), (Pose2D(0.0, 0.0, 3.0), 3.0), (Pose2D(0.0, -0.1, -1.2), 1.57)],
)
def test_follower_arrives_within_its_tolerances(start: Pose2D, goal_yaw: float) -> None:
    follower = Follower(ControllerConfig())
    follower.follow(_line(2.0, goal_yaw))
    end, _ = _drive(follower, start, 600)
    assert follower.phase is Phase.ARRIVED
    assert end.distance_to(Pose2D(2.0, 0.0, 0.0)) < 0.10
    assert abs(math.remainder(end.yaw - goal_yaw, 2.0 * math.pi)) < 0.15


def test_commands_respect_limits_and_accelerations() -> None:
    config = ControllerConfig(max_linear=0.26, max_angular=1.0, linear_accel=0.5, angular_accel=2.0)
    follower = Follower(config)
    follower.follow(_line(2.0, 2.0))
    _, commands = _drive(follower, Pose2D(0.0, 0.0, 2.5), 600)
    assert max(abs(c.linear) for c in commands) <= 0.26 + 1e-9
    assert max(abs(c.angular) for c in commands) <= 1.0 + 1e-9
    for before, after in itertools.pairwise([STOP, *commands]):
        assert abs(after.linear - before.linear) <= 0.5 * _DT_S + 1e-9
        assert abs(after.angular - before.angular) <= 2.0 * _DT_S + 1e-9


def test_robot_that_looks_away_turns_before_it_drives() -> None:
    follower = Follower(ControllerConfig())
    follower.follow(_line(2.0))
    first = follower.step(Pose2D(0.0, 0.0, 2.0), 1.0, _DT_S)
    assert follower.phase is Phase.TURNING
    assert first.linear == 0.0
    assert first.angular < 0.0


def test_obstacle_near_by_slows_the_robot() -> None:
    def top_speed(clearance_m: float) -> float:
        follower = Follower(ControllerConfig())
        follower.follow(_line(3.0))
        return max(c.linear for c in _drive(follower, Pose2D(), 60, clearance_m)[1])

    assert top_speed(1.0) == pytest.approx(0.26)
    assert top_speed(0.16) == pytest.approx(0.13)


def test_tight_bend_slows_the_robot() -> None:
    angle = np.linspace(0.0, math.pi, 60)
    bend = Path.through(np.column_stack((0.25 * np.sin(angle), 0.25 * (1.0 - np.cos(angle)))), math.pi)
    follower = Follower(ControllerConfig())
    follower.follow(bend)
    _, commands = _drive(follower, Pose2D(), 40)
    assert max(c.linear for c in commands) < 0.2


def test_robot_slows_down_before_the_goal() -> None:
    follower = Follower(ControllerConfig())
    follower.follow(_line(1.0))
    _, commands = _drive(follower, Pose2D(), 400)
    driving = [c.linear for c in commands if c.linear > 0.0]
    assert driving[-1] < 0.1


def test_pushed_away_from_the_goal_it_drives_back() -> None:
    follower = Follower(ControllerConfig())
    follower.follow(_line(1.0))
    end, _ = _drive(follower, Pose2D(), 400)
    follower.step(Pose2D(end.x - 0.3, end.y, end.yaw), 1.0, _DT_S)
    assert follower.phase is Phase.DRIVING


def test_turn_goes_the_other_way_once() -> None:
    follower = Follower(ControllerConfig())
    follower.follow(_line(2.0))
    follower.step(Pose2D(0.0, 0.0, 2.0), 1.0, _DT_S)
    other = follower.turn_other_way()
    assert other is not None
    assert other.angular > 0.0
    assert follower.turn_other_way() is None
    end, _ = _drive(follower, Pose2D(0.0, 0.0, 2.0), 600)
    assert end.distance_to(Pose2D(2.0, 0.0)) < 0.10


def test_follower_without_a_path_stands() -> None:
    assert Follower(ControllerConfig()).step(Pose2D(), 1.0, _DT_S) == STOP
