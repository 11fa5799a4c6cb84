"""The thread behind the navigator seam, with a scripted BasicNavigator: nothing blocks, every goal ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from geometry_msgs.msg import PoseStamped
from nav2_msgs.action import NavigateToPose

from nav2_simple_commander.robot_navigator import BasicNavigator, TaskResult
from rclpy.clock import Clock
from twin_navigator import commander
from twin_navigator.commander import CommanderNavigator
from twin_navigator.core.locations import Pose
from twin_navigator.core.navigator import GoalReport, GoalState
from twin_node.testing import wait_until

GOAL = Pose(x=1.0, y=2.0, yaw=0.5)
DEADLINE_S = 10.0


class ScriptedCommander:
    """BasicNavigator's calls as the adapter uses them. A goal runs until `finish` is set, or a cancel is obeyed."""

    def __init__(self) -> None:
        self.accepts = True
        self.obeys_cancel = True
        self.outcome = TaskResult.SUCCEEDED
        self.is_stopped = False
        self.is_broken = False
        self.finish = threading.Event()
        self.poses: list[PoseStamped] = []
        self.cancels = 0
        self.feedback: NavigateToPose.Feedback | None = None
        self.nav_to_pose_client = SimpleNamespace(server_is_ready=lambda: True)
        result = NavigateToPose.Result(error_code=106, error_msg="stuck")
        self.result_future = SimpleNamespace(result=lambda: SimpleNamespace(result=result))

    def goToPose(self, pose: PoseStamped) -> bool:  # noqa: N802  BasicNavigator's name
        self.poses.append(pose)
        self.is_stopped = False
        if self.is_broken:
            raise ConnectionError("context is shut down")
        return self.accepts

    def isTaskComplete(self) -> bool:  # noqa: N802
        feedback = NavigateToPose.Feedback(number_of_recoveries=2)
        feedback.current_pose.pose.position.x = 0.25
        self.feedback = feedback
        return self.is_stopped or self.finish.wait(0.005)

    def cancelTask(self) -> None:  # noqa: N802
        self.cancels += 1
        self.is_stopped = self.obeys_cancel

    def getFeedback(self) -> NavigateToPose.Feedback | None:  # noqa: N802
        return self.feedback

    def getResult(self) -> TaskResult:  # noqa: N802
        return TaskResult.CANCELED if self.is_stopped else self.outcome


@pytest.fixture
def scripted() -> ScriptedCommander:
    return ScriptedCommander()


@pytest.fixture
def navigator(scripted: ScriptedCommander) -> Iterator[CommanderNavigator]:
    adapter = CommanderNavigator(cast("BasicNavigator", scripted), Clock(), "map")
    yield adapter
    scripted.finish.set()
    adapter.close()


def report_when(navigator: CommanderNavigator, goal_id: int, is_true: Callable[[GoalReport], Any]) -> GoalReport:
    wait_until(lambda: is_true(navigator.report(goal_id)), f"goal {goal_id}", DEADLINE_S)
    return navigator.report(goal_id)


def final(navigator: CommanderNavigator, goal_id: int) -> GoalReport:
    return report_when(navigator, goal_id, lambda report: report.state.is_final)


def test_goal_is_sent_in_the_map_frame_and_succeeds(navigator: CommanderNavigator, scripted: ScriptedCommander) -> None:
    scripted.finish.set()
    assert final(navigator, navigator.send(GOAL)).state is GoalState.SUCCEEDED
    (message,) = scripted.poses
    assert (message.header.frame_id, message.pose.position.x, message.pose.position.y) == ("map", 1.0, 2.0)
    assert message.pose.orientation.z == pytest.approx(GOAL.quat_xyzw[2])
    assert message.header.stamp.sec > 0


def test_feedback_is_reported_while_the_robot_drives(navigator: CommanderNavigator) -> None:
    goal_id = navigator.send(GOAL)
    report = report_when(navigator, goal_id, lambda report: report.pose_map is not None)
    assert (report.state, report.recoveries) == (GoalState.ACTIVE, 2)
    assert report.pose_map == Pose(x=0.25, y=0.0)
    assert not navigator.is_idle()


def test_abort_carries_the_servers_words(navigator: CommanderNavigator, scripted: ScriptedCommander) -> None:
    scripted.outcome = TaskResult.FAILED
    scripted.finish.set()
    report = final(navigator, navigator.send(GOAL))
    assert (report.state, report.error_code, report.error_msg) == (GoalState.ABORTED, 106, "stuck")


def test_rejected_goal_is_over_at_once(navigator: CommanderNavigator, scripted: ScriptedCommander) -> None:
    scripted.accepts = False
    assert final(navigator, navigator.send(GOAL)).state is GoalState.REJECTED
    assert navigator.is_idle()


def test_cancel_reaches_the_server_once(navigator: CommanderNavigator, scripted: ScriptedCommander) -> None:
    goal_id = navigator.send(GOAL)
    report_when(navigator, goal_id, lambda report: report.state is GoalState.ACTIVE)
    navigator.cancel(goal_id)
    navigator.cancel(goal_id)
    assert final(navigator, goal_id).state is GoalState.CANCELED
    assert scripted.cancels == 1
    assert navigator.is_idle()


def test_next_goal_cancels_the_one_before(navigator: CommanderNavigator, scripted: ScriptedCommander) -> None:
    first = navigator.send(GOAL)
    report_when(navigator, first, lambda report: report.state is GoalState.ACTIVE)
    second = navigator.send(GOAL.turned(1.0))
    assert final(navigator, first).state is GoalState.CANCELED
    scripted.finish.set()
    assert final(navigator, second).state is GoalState.SUCCEEDED
    assert len(scripted.poses) == 2


def test_goal_cancelled_before_its_turn_is_never_sent(
    navigator: CommanderNavigator, scripted: ScriptedCommander
) -> None:
    first = navigator.send(GOAL)
    report_when(navigator, first, lambda report: report.state is GoalState.ACTIVE)
    second = navigator.send(GOAL)
    navigator.cancel(second)
    assert final(navigator, second).state is GoalState.CANCELED
    assert len(scripted.poses) == 1


def test_server_that_ignores_a_cancel_does_not_hold_the_thread(
    navigator: CommanderNavigator, scripted: ScriptedCommander, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commander, "CANCEL_TIMEOUT_S", 0.05)
    scripted.obeys_cancel = False
    goal_id = navigator.send(GOAL)
    report_when(navigator, goal_id, lambda report: report.state is GoalState.ACTIVE)
    navigator.cancel(goal_id)
    report = final(navigator, goal_id)
    assert (report.state, report.error_msg) == (GoalState.CANCELED, "no answer to the cancel request")


def test_error_in_the_client_ends_the_goal_and_not_the_thread(
    navigator: CommanderNavigator, scripted: ScriptedCommander
) -> None:
    scripted.is_broken = True
    report = final(navigator, navigator.send(GOAL))
    assert (report.state, report.error_msg) == (GoalState.ABORTED, "navigation client: context is shut down")
    scripted.is_broken = False
    scripted.finish.set()
    assert final(navigator, navigator.send(GOAL)).state is GoalState.SUCCEEDED
