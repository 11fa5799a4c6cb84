import math

import numpy as np
import pytest

from twin_sim.nav.core.costmap import Costmap
from twin_sim.nav.core.errors import ErrorCode, PlanError
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.grid import Grid
from twin_sim.nav.core.planner import Planner

_LEFT, _RIGHT, _HALL = Pose2D(1.0, 1.0, 0.0), Pose2D(4.5, 1.2, 1.57), Pose2D(1.0, 4.2, -0.5)
_CLOSET = Pose2D(5.4, 4.6, 0.0)


@pytest.fixture
def planner(house: Grid) -> Planner:
    return Planner(Costmap(house))


@pytest.mark.parametrize(("start", "goal"), [(_LEFT, _RIGHT), (_RIGHT, _HALL), (_HALL, _LEFT)])
def test_path_leads_from_start_to_goal_and_keeps_clear(house: Grid, start: Pose2D, goal: Pose2D) -> None:
    costmap = Costmap(house)
    path = Planner(costmap).plan(start, goal)
    assert path.points[0].tolist() == [start.x, start.y]
    assert path.goal == goal
    assert costmap.clearance(path.points).min() >= 0.2
    assert np.hypot(*np.diff(path.points, axis=0).T).max() <= 0.051


def test_path_goes_through_the_middle_of_a_door(house: Grid) -> None:
    costmap = Costmap(house)
    path = Planner(costmap).plan(_LEFT, _HALL)
    in_door = path.points[np.abs(path.points[:, 1] - 2.55) < 0.05]
    assert np.abs(in_door[:, 0] - 1.45).max() < 0.15


def test_path_is_straight_where_nothing_is_in_the_way(planner: Planner) -> None:
    start, goal = Pose2D(1.0, 3.5, 0.0), Pose2D(4.0, 3.8, 0.0)
    path = planner.plan(start, goal)
    assert path.length_m < 1.02 * start.distance_to(goal)
    assert np.ptp(path.headings[:-1]) < 0.35


def test_headings_follow_the_path_and_end_with_the_goal(planner: Planner) -> None:
    path = planner.plan(_LEFT, _HALL)
    step = path.points[11] - path.points[9]
    assert path.headings[10] == pytest.approx(math.atan2(step[1], step[0]), abs=1e-6)
    assert path.headings[-1] == -0.5


@pytest.mark.parametrize(
    ("start", "goal", "code", "words"),
    [
        (_LEFT, Pose2D(2.9, 1.0, 0.0), ErrorCode.GOAL_OCCUPIED, "needs 0.20 m; nearest free point (2.7"),
        (_LEFT, Pose2D(3.0, 1.0, 0.0), ErrorCode.GOAL_OCCUPIED, "0.00 m from an obstacle"),
        (
            _LEFT,
            Pose2D(9.0, 1.0, 0.0),
            ErrorCode.GOAL_OUTSIDE_MAP,
            "outside of what it covers, x 0.00 to 6.00, y 0.00 to 5.00",
        ),
        (_LEFT, Pose2D(math.nan, 1.0, 0.0), ErrorCode.GOAL_OUTSIDE_MAP, "nan"),
        (Pose2D(-1.0, 0.0, 0.0), _LEFT, ErrorCode.START_OUTSIDE_MAP, "start (-1.00, 0.00) map"),
        (Pose2D(3.02, 1.0, 0.0), _LEFT, ErrorCode.START_OCCUPIED, "needs 0.08 m"),
        (_LEFT, _CLOSET, ErrorCode.NO_VALID_PATH, "no path from (1.00, 1.00) to (5.40, 4.60)"),
    ],
)
def test_impossible_plan_says_why(planner: Planner, start: Pose2D, goal: Pose2D, code: ErrorCode, words: str) -> None:
    with pytest.raises(PlanError) as caught:
        planner.plan(start, goal)
    assert caught.value.code is code
    assert words in str(caught.value)


def test_robot_too_near_to_a_wall_may_drive_out_of_there(planner: Planner) -> None:
    path = planner.plan(Pose2D(2.88, 1.0, 0.0), _LEFT)
    assert path.points[-1].tolist() == [1.0, 1.0]
    # It leaves the wall rather than follow it.
    assert abs(path.headings[0]) > math.pi / 2.0


def test_path_through_a_new_obstacle_is_not_clear(house: Grid) -> None:
    costmap = Costmap(house)
    planner = Planner(costmap)
    path = planner.plan(_LEFT, _HALL)
    assert planner.is_clear(path, _LEFT)
    costmap.live_mask[55:60, 26:32] = True
    costmap._live.version += 1
    assert not planner.is_clear(path, _LEFT)
    assert planner.is_clear(path, _LEFT, ahead_m=0.5)


def test_static_plan_leaves_live_obstacles_out(house: Grid) -> None:
    costmap = Costmap(house)
    costmap.live_mask[50:52, :] = True
    costmap._live.version += 1
    planner = Planner(costmap)
    with pytest.raises(PlanError):
        planner.plan(_LEFT, _HALL)
    assert planner.plan(_LEFT, _HALL, static_only=True).goal == _HALL


def test_goal_where_the_robot_stands_is_a_path_of_two_points(planner: Planner) -> None:
    path = planner.plan(_LEFT, _LEFT)
    assert len(path.points) == 2
    assert path.length_m == 0.0
