"""The whole core against a kinematic robot whose odometry slips, whose lidar is noisy and whose messages come late."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from twin_sim.nav.core.errors import ErrorCode
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.states import State
from twin_sim.nav.core.task import Ending

_LEFT, _RIGHT, _HALL = Pose2D(1.0, 1.0, 0.3), Pose2D(4.5, 1.2, 1.57), Pose2D(1.0, 4.2, 0.0)
Run = Any  # conftest's
Drive = Callable[..., Run]


@pytest.mark.parametrize("delay_s", [0.02, 0.1, 0.35])
def test_robot_crosses_rooms_through_doors(drive: Drive, delay_s: float) -> None:
    run = drive(_LEFT, delay_s=delay_s).goto(_RIGHT)
    assert run.outcome.ending is Ending.SUCCEEDED
    off_m, off_rad = run.off_goal(_RIGHT)
    assert off_m < 0.10
    assert off_rad < 0.15
    assert not run.robot.touched
    assert run.core.navigator.feedback(run.robot.time_s).recoveries == 0


def test_position_stays_known_while_odometry_drifts(drive: Drive) -> None:
    run = drive(_LEFT, slip=1.08, turn_slip=1.08)
    for goal in (_RIGHT, _HALL, _LEFT):
        assert run.goto(goal).outcome.ending is Ending.SUCCEEDED
    assert run.robot.odom.distance_to(run.robot.pose) > 0.5
    assert max(run.errors_m) < 0.1


def test_wrong_initial_pose_is_corrected(drive: Drive) -> None:
    run = drive(_LEFT)
    run.core.localizer.set_pose(Pose2D(_LEFT.x + 0.2, _LEFT.y - 0.15, _LEFT.yaw + 0.15))
    run.spin(2.0)
    assert run.errors_m[-1] < 0.03


def test_obstacle_put_in_the_way_is_driven_around(drive: Drive) -> None:
    def put_box(run: Run) -> None:
        if run.robot.pose.y > 2.0 and not run.robot.cells[66:72, 56:62].any():
            run.robot.cells[66:72, 56:62] = 100
            run.robot.rebuild()

    run = drive(_RIGHT).goto(_HALL, on_tick=put_box)
    assert run.outcome.ending is Ending.SUCCEEDED
    assert run.robot.cells[66, 56] == 100
    assert not run.robot.touched
    assert run.off_goal(_HALL)[0] < 0.10


def test_door_shut_in_front_of_the_robot_ends_in_no_valid_path(drive: Drive) -> None:
    def shut_door(run: Run) -> None:
        if run.robot.pose.y > 1.5 and not run.robot.cells[50, 82]:
            run.robot.cells[50:52, 82:100] = 100
            run.robot.rebuild()

    run = drive(_RIGHT).goto(_HALL, on_tick=shut_door)
    assert run.outcome.ending is Ending.ABORTED
    assert run.outcome.code is ErrorCode.NO_VALID_PATH
    assert "6 recoveries tried" in run.outcome.text
    assert not run.robot.touched


def test_door_opened_again_lets_the_robot_through(drive: Drive) -> None:
    def shut_then_open(run: Run) -> None:
        wanted = 100 if run.robot.pose.y > 1.5 and run.robot.time_s < 108.0 else 0
        if run.robot.cells[50, 90] != wanted:
            run.robot.cells[50:52, 82:100] = wanted
            run.robot.rebuild()

    run = drive(_RIGHT).goto(_HALL, on_tick=shut_then_open)
    assert run.outcome.ending is Ending.SUCCEEDED
    assert run.core.navigator.feedback(run.robot.time_s).recoveries >= 1


def test_enclosed_goal_fails_at_once(drive: Drive) -> None:
    run = drive(_LEFT).goto(Pose2D(5.4, 4.6, 0.0), 5.0)
    assert run.outcome.code is ErrorCode.NO_VALID_PATH
    assert run.robot.pose == _LEFT


def test_robot_in_a_tight_corner_turns_the_way_that_is_free(drive: Drive) -> None:
    run = drive(Pose2D(0.34, 0.36, 0.8)).goto(_RIGHT)
    assert run.outcome.ending is Ending.SUCCEEDED
    assert not run.robot.touched


def test_silent_lidar_stops_the_robot_and_ends_the_goal(drive: Drive) -> None:
    run = drive(_LEFT)
    run.goto(_RIGHT, 4.0)
    run.core.navigator.senses.add_scan = lambda *_: None
    run.spin(1.5)
    assert run.core.navigator.state is State.WAITING
    assert run.robot.command.linear == 0.0
    run.spin(20.0)
    assert run.outcome.code is ErrorCode.CONTROLLER_TF_ERROR
    assert "no scan for" in run.outcome.text


def test_new_goal_takes_over_without_a_stop(drive: Drive) -> None:
    run = drive(_LEFT)
    run.goto(_RIGHT, 6.0)
    before = run.core.navigator.start(_HALL, run.robot.time_s)
    assert before is not None
    assert before.ending is Ending.PREEMPTED
    run.spin(180.0)
    assert run.off_goal(_HALL)[0] < 0.10


def test_cancel_stops_the_robot(drive: Drive) -> None:
    run = drive(_LEFT)
    run.goto(_RIGHT, 6.0)
    outcome = run.core.navigator.cancel()
    assert outcome is not None
    assert outcome.ending is Ending.CANCELED
    assert run.core.navigator.step(run.robot.time_s).command is None
    assert run.core.navigator.cancel() is None


def test_feedback_counts_down(drive: Drive) -> None:
    run = drive(_LEFT)
    told = []
    run.goto(_RIGHT, 180.0, lambda r: told.append(r.core.navigator.feedback(r.robot.time_s)))
    rest = np.array([feedback.remaining_m for feedback in told[20:]])
    assert rest[0] > 4.0
    assert rest[-1] < 0.15
    assert np.diff(rest).max() < 0.3
    assert told[-1].elapsed_s > 15.0


def test_same_seed_gives_the_same_drive(drive: Drive) -> None:
    first, second = (drive(_LEFT, seed=7).goto(_RIGHT) for _ in range(2))
    assert first.speeds == second.speeds
    assert first.robot.pose == second.robot.pose


def test_robot_carried_off_its_path_plans_anew(drive: Drive) -> None:
    run = drive(_LEFT)
    run.goto(_RIGHT, 6.0)
    before = run.core.navigator.path
    run.robot.pose = Pose2D(1.5, 4.0, 0.0)
    run.core.localizer.set_pose(Pose2D(1.5, 4.0, 0.0))
    run.spin(0.2)
    assert run.core.navigator.path is not before
    run.spin(180.0)
    assert run.off_goal(_RIGHT)[0] < 0.10


def test_goal_too_tight_to_turn_ends_with_a_reason(drive: Drive) -> None:
    run = drive(Pose2D(1.0, 1.35, 0.0))
    run.robot.cells[19:22, 36:] = run.robot.cells[32:35, 36:] = 100  # a corridor 0.5 m wide
    run.robot.rebuild()
    run.goto(Pose2D(2.4, 1.35, 1.57), 200.0)
    assert run.outcome.code is ErrorCode.NO_VALID_CONTROL
    assert "no room to turn to 1.57 rad" in run.outcome.text
    assert not run.robot.touched
