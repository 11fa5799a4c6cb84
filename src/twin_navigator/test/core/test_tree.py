"""The search tree with a scripted navigator: every way in which a mission can go."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import pytest
from py_trees.common import Status

import twin_navigator.core
from twin_navigator.core.locations import Pose
from twin_navigator.core.mission import GoalKind, MissionState, Outcome
from twin_navigator.core.navigator import GoalReport, GoalState
from twin_navigator.core.tree import tree_state

from .conftest import PLACES, RED, Rig, ScriptedNavigator

BLOCKED = GoalReport(state=GoalState.ABORTED, error_code=106, error_msg="no path around the sofa")
DONE = GoalReport(state=GoalState.SUCCEEDED)


def fails_at_kitchen(report: GoalReport) -> ScriptedNavigator:
    def script(goal: Pose) -> list[GoalReport]:
        return [report] if goal == PLACES[0].pose else [DONE]

    return ScriptedNavigator(script=script)


def test_target_seen_at_the_second_place_succeeds() -> None:
    rig = Rig(ScriptedNavigator(), look_headings=4)
    while len(rig.trials) < 5:
        rig.tick()
    rig.tick(2, frame=(RED,))
    summary = rig.runner.summary
    assert summary is not None
    assert (summary.found, summary.found_near, summary.visited) == (True, "office", ("kitchen", "office"))
    assert rig.said()[0] == "mission.started"
    assert rig.said()[-2:] == ["perception.target_seen", "mission.succeeded"]


def test_target_seen_while_driving_cancels_the_goal(driving: ScriptedNavigator) -> None:
    rig = Rig(driving)
    rig.tick(3)
    rig.tick(2, frame=(RED,))
    assert rig.runner.summary is not None
    assert rig.runner.summary.found
    assert driving.cancelled == [1]
    assert [(trial.outcome, trial.error_msg) for trial in rig.trials] == [(Outcome.CANCELED, "target seen")]
    assert "nav.goal_canceled" in rig.said()


def test_single_frame_of_the_target_is_not_enough(driving: ScriptedNavigator) -> None:
    rig = Rig(driving)
    rig.tick(3)
    rig.tick(1, frame=(RED,))
    rig.tick(5)
    assert rig.runner.summary is None


def test_target_seen_before_the_start_needs_no_goal() -> None:
    rig = Rig(ScriptedNavigator(ready=False))
    rig.tick(3, frame=(RED,))
    rig.navigator.ready = True
    rig.tick()
    assert rig.runner.summary is not None
    assert rig.runner.summary.found
    assert rig.navigator.goals == []


@pytest.mark.parametrize(
    ("report", "outcome", "reason"),
    [
        (BLOCKED, Outcome.ABORTED, "no path around the sofa"),
        (GoalReport(state=GoalState.REJECTED), Outcome.REJECTED, "rejected by the navigation server"),
        (GoalReport(state=GoalState.CANCELED), Outcome.CANCELED, "canceled by the navigation server"),
    ],
)
def test_place_that_cannot_be_reached_is_skipped(report: GoalReport, outcome: Outcome, reason: str) -> None:
    rig = Rig(fails_at_kitchen(report))
    rig.run()
    summary = rig.runner.summary
    assert summary is not None
    assert (summary.skipped, summary.visited) == (("kitchen",), ("office",))
    assert (rig.trials[0].outcome, rig.trials[0].error_msg) == (outcome, reason)
    assert rig.said()[1:4] == ["nav.goal_set", "nav.goal_failed", "nav.location_skipped"]


def test_goal_not_reached_in_time_is_cancelled_and_skipped() -> None:
    active = GoalReport(state=GoalState.ACTIVE)
    rig = Rig(fails_at_kitchen(active), goal_timeout_s=10.0)
    rig.run()
    assert rig.navigator.cancelled == [1]
    assert rig.trials[0].error_msg == "not reached within 10 s"
    assert rig.trials[0].duration_s == pytest.approx(10.5)
    assert rig.runner.summary is not None
    assert rig.runner.summary.skipped == ("kitchen",)


def test_all_places_visited_without_target_fails() -> None:
    rig = Rig(ScriptedNavigator())
    rig.run()
    summary = rig.runner.summary
    assert summary is not None
    assert not summary.found
    assert summary.reason == "all 2 locations are done and no red object was seen"
    assert summary.visited == ("kitchen", "office")


def test_each_place_is_looked_at_in_all_headings() -> None:
    rig = Rig(ScriptedNavigator(), look_headings=4)
    rig.run()
    kitchen = rig.navigator.goals[:4]
    assert {(goal.x, goal.y) for goal in kitchen} == {(1.0, 2.0)}
    turns = [math.degrees(goal.yaw - kitchen[0].yaw) % 360 for goal in kitchen]
    assert turns == pytest.approx([0.0, 90.0, 180.0, 270.0])
    assert [trial.kind for trial in rig.trials[:4]] == [GoalKind.GO, *[GoalKind.LOOK] * 3]
    assert [trial.label for trial in rig.trials[:2]] == ["kitchen", "kitchen/look"]


def test_look_waits_for_new_frames_in_each_heading() -> None:
    rig = Rig(ScriptedNavigator(), look_frames=3)
    rig.tick()
    assert len(rig.navigator.goals) == 1
    rig.tick(2)
    assert len(rig.navigator.goals) == 1
    rig.tick()
    assert len(rig.navigator.goals) == 2


def test_look_goes_on_without_frames_after_its_timeout() -> None:
    rig = Rig(ScriptedNavigator(), look_frames=3, look_timeout_s=2.0, camera_timeout_s=60.0)
    rig.tick()
    rig.tick(4, frame=None)
    assert len(rig.navigator.goals) == 1
    rig.tick(frame=None)
    assert len(rig.navigator.goals) == 2


def test_turn_that_fails_costs_only_its_view() -> None:
    def script(goal: Pose) -> list[GoalReport]:
        return [DONE] if goal in (PLACES[0].pose, PLACES[1].pose) else [BLOCKED]

    rig = Rig(ScriptedNavigator(script=script))
    rig.run()
    assert rig.runner.summary is not None
    assert rig.runner.summary.visited == ("kitchen", "office")
    assert rig.runner.summary.skipped == ()


def test_mission_timeout_cancels_and_fails(driving: ScriptedNavigator) -> None:
    rig = Rig(driving, mission_timeout_s=20.0)
    rig.run()
    assert rig.runner.summary is not None
    assert rig.runner.summary.reason.startswith("time is up: no red object seen in 20 s")
    assert driving.cancelled == [1]


def test_camera_that_falls_silent_fails_the_mission(driving: ScriptedNavigator) -> None:
    rig = Rig(driving, camera_timeout_s=4.0)
    rig.tick(3)
    rig.tick(9, frame=None)
    summary = rig.runner.summary
    assert summary is not None
    assert "no camera image for 4 s after 3 images" in summary.reason
    assert driving.cancelled == [1]


def test_clock_that_stands_still_fails_the_mission(driving: ScriptedNavigator) -> None:
    rig = Rig(driving, clock_timeout_wall_s=30.0)
    rig.tick(3)
    rig.wall_ns += 31_000_000_000
    rig.runner.tick()
    assert rig.runner.summary is not None
    assert "/clock has stood still for 30 s" in rig.runner.summary.reason


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("clock", "no time on /clock"), ("server", "no action server on navigate_to_pose"), ("camera", "no camera image")],
)
def test_missing_part_at_the_start_fails_with_its_name(missing: str, sentence: str) -> None:
    rig = Rig(ScriptedNavigator(ready=missing != "server"), startup_timeout_wall_s=5.0)
    if missing == "clock":
        rig.now_ns = 0
    step_s = 0.0 if missing == "clock" else 0.5
    for _ in range(20):
        rig.wall_ns += 500_000_000
        rig.tick(step_s=step_s, frame=None if missing == "camera" else ())
    assert rig.runner.summary is not None
    assert rig.runner.summary.reason.startswith(f"{sentence} after 5 s")
    assert rig.navigator.goals == []
    assert rig.said() == ["mission.failed"]


def test_recovery_of_the_server_is_an_obstacle_event() -> None:
    reports = [GoalReport(state=GoalState.ACTIVE, recoveries=n, pose_map=Pose(x=0.5, y=0.0)) for n in (0, 1, 1)]
    rig = Rig(ScriptedNavigator(script=lambda _goal: [*reports, DONE]))
    rig.tick(4)
    obstacles = [event for event in rig.events if event.type.value == "nav.obstacle_detected"]
    assert [(event.payload["location"], event.payload["recoveries"]) for event in obstacles] == [("kitchen", 1)]
    assert rig.trials[0].recoveries == 1
    assert rig.trials[0].start == Pose(x=-3.0, y=0.0)


def test_start_of_a_trial_is_the_first_feedback_where_no_pose_was_known() -> None:
    reports = [GoalReport(state=GoalState.ACTIVE, pose_map=Pose(x=x, y=0.0)) for x in (0.5, 0.6)]
    rig = Rig(ScriptedNavigator(script=lambda _goal: [*reports, DONE]))
    rig.mission.pose_map = None
    rig.tick(30)
    assert rig.trials[0].start == Pose(x=0.5, y=0.0)


def test_mission_begins_with_the_robots_pose() -> None:
    rig = Rig(ScriptedNavigator())
    rig.mission.pose_map = None
    rig.tick(5)
    assert rig.navigator.goals == []
    rig.mission.pose_map = Pose(x=0.0, y=0.0)
    rig.tick()
    assert len(rig.navigator.goals) == 1


def test_mission_begins_without_a_pose_after_a_while() -> None:
    rig = Rig(ScriptedNavigator())
    rig.mission.pose_map = None
    rig.tick(20)
    assert rig.navigator.goals == []
    rig.tick()
    assert len(rig.navigator.goals) == 1


def test_interrupt_cancels_the_goal_and_fails_the_mission(driving: ScriptedNavigator) -> None:
    rig = Rig(driving)
    rig.tick(3)
    rig.runner.interrupt("stopped by SIGINT")
    rig.runner.interrupt("stopped by SIGINT")
    assert driving.cancelled == [1]
    assert rig.runner.summary is not None
    assert rig.runner.summary.reason == "stopped by SIGINT"
    assert rig.mission.state is MissionState.FAILED


def test_finished_mission_ignores_ticks() -> None:
    rig = Rig(ScriptedNavigator())
    rig.run()
    said = rig.said()
    rig.tick(3)
    assert rig.said() == said


def test_tree_is_built_and_printed_without_ros() -> None:
    rig = Rig(ScriptedNavigator())
    state = tree_state(rig.runner.root)
    assert [node.id for node in state.nodes] == list(range(1, len(state.nodes) + 1))
    assert all(node.parent < node.id for node in state.nodes)
    assert (state.nodes[0].name, state.nodes[0].parent, state.nodes[0].status) == ("search", 0, Status.INVALID)
    assert "go to kitchen" in state.text
    assert "look around office" in state.text


def test_tree_state_changes_only_with_the_tree(driving: ScriptedNavigator) -> None:
    rig = Rig(driving)
    rig.tick(3)
    before = tree_state(rig.runner.root)
    rig.tick(5)
    assert tree_state(rig.runner.root) == before
    rig.tick(2, frame=(RED,))
    assert tree_state(rig.runner.root) != before


def test_core_imports_no_ros() -> None:
    folder = Path(twin_navigator.core.__file__).parent
    ros = {"rclpy", "nav2_simple_commander", "std_msgs", "geometry_msgs", "nav_msgs", "sensor_msgs", "twin_interfaces"}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not ros & {name.partition(".")[0] for name in names}, path.name
