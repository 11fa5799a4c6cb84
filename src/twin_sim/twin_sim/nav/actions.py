"""Nav2's three actions over one navigator: a goal is taken, refused, taken over or canceled as bt_navigator does it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from geometry_msgs.msg import PoseStamped
from nav2_msgs.action import ComputePathToPose, FollowWaypoints, NavigateToPose
from nav2_msgs.msg import MissedWaypoint
from nav_msgs.msg import Path as PathMessage

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.node import Node
from rclpy.task import Future
from twin_sim.nav.core.controller import Command
from twin_sim.nav.core.errors import ErrorCode, FrameError, NavError, NotReadyError, PlanError
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.server import Core
from twin_sim.nav.core.task import Ending, Outcome
from twin_sim.nav.frames import Frames
from twin_sim.nav.messages import duration_of, fill_error, path_of, stamped, time_of

# Nav2's default name of its only planner; an empty id means it too.
_PLANNERS = ("", "GridBased")


@dataclass(slots=True)
class _Drive:
    """The goal being driven to: whose it is, who waits for its end, and what to tell meanwhile."""

    handle: ServerGoalHandle
    ended: Future
    tell: Callable[[float], None]
    told_s: float


class NavigationActions:
    """Call `tick` at the control rate. All callbacks are in one mutually exclusive group, so nothing here is locked."""

    def __init__(
        self,
        node: Node,
        core: Core,
        frames: Frames,
        *,
        feedback_hz: float,
        stop_on_failure: bool,
        publish_plan: Callable[[PathMessage], None],
    ) -> None:
        self._node = node
        self._core = core
        self._frames = frames
        self._feedback_period_s = 1.0 / feedback_hz
        self._stop_on_failure = stop_on_failure
        self._publish_plan = publish_plan
        self._drive: _Drive | None = None
        self._servers = [
            ActionServer(
                node, NavigateToPose, "navigate_to_pose", self._navigate,
                goal_callback=self._check_goal, cancel_callback=_accept_cancel,
            ),
            ActionServer(
                node, FollowWaypoints, "follow_waypoints", self._follow_waypoints,
                goal_callback=self._check_waypoints, cancel_callback=_accept_cancel,
            ),
            ActionServer(node, ComputePathToPose, "compute_path_to_pose", self._compute_path),
        ]  # fmt: skip

    def destroy(self) -> None:
        """Give up the action names."""
        for server in self._servers:
            server.destroy()

    def tick(self, now_s: float) -> Command | None:
        """One turn of the control loop; gives the command to send, if any."""
        drive = self._drive
        if drive is None:
            return None
        if drive.handle.is_cancel_requested:
            self._end(self._core.navigator.cancel())
            return Command()
        step = self._core.navigator.step(now_s)
        if step.outcome is not None:
            self._end(step.outcome)
        elif now_s - drive.told_s >= self._feedback_period_s:
            drive.told_s = now_s
            drive.tell(now_s)
        return step.command

    def _end(self, outcome: Outcome | None) -> None:
        drive, self._drive = self._drive, None
        if drive is not None and outcome is not None:
            drive.ended.set_result(outcome)

    def _now_s(self) -> float:
        return float(self._node.get_clock().now().nanoseconds) * 1e-9

    # Whether a goal is taken

    def _check_goal(self, request: NavigateToPose.Goal) -> GoalResponse:
        if request.behavior_tree:
            self._refuse(f"behavior_tree {request.behavior_tree!r}: this server has no trees; leave the field empty")
            return GoalResponse.REJECT
        try:
            self._goal_of(request.pose)
        except NavError as error:
            self._refuse(str(error))
            return GoalResponse.REJECT
        return GoalResponse.ACCEPT

    def _check_waypoints(self, request: FollowWaypoints.Goal) -> GoalResponse:
        if request.goal_index < len(request.poses):
            return GoalResponse.ACCEPT
        self._refuse(
            f"goal_index {request.goal_index} of {len(request.poses)} waypoints; add waypoints or lower the index"
        )
        return GoalResponse.REJECT

    def _refuse(self, reason: str) -> None:
        self._node.get_logger().error(f"goal rejected: {reason}")

    def _goal_of(self, message: PoseStamped) -> Pose2D:
        """A goal in the map frame at which the robot may stand. Raises FrameError, NotReadyError or PlanError."""
        now_s = self._now_s()
        missing = self._core.navigator.senses.missing(now_s)
        if missing:
            raise NotReadyError(f"not ready: {missing}; start the robot or the simulator, or wait for it")
        goal = self._frames.to_map(message, self._core.localizer, now_s)
        self._core.planner.check_goal(goal)
        return goal

    # navigate_to_pose

    async def _navigate(self, handle: ServerGoalHandle) -> NavigateToPose.Result:
        result = NavigateToPose.Result()
        outcome = await self._run(handle, handle.request.pose, partial(self._tell_navigation, handle))
        fill_error(result, outcome.code, outcome.text)
        _conclude(handle, outcome)
        return result

    def _tell_navigation(self, handle: ServerGoalHandle, now_s: float) -> None:
        told = self._core.navigator.feedback(now_s)
        message = NavigateToPose.Feedback()
        message.current_pose = stamped(told.pose, self._frames.map, time_of(now_s))
        message.navigation_time = duration_of(told.elapsed_s)
        message.estimated_time_remaining = duration_of(told.remaining_s)
        message.number_of_recoveries = told.recoveries
        message.distance_remaining = told.remaining_m
        handle.publish_feedback(message)

    async def _run(self, handle: ServerGoalHandle, pose: PoseStamped, tell: Callable[[float], None]) -> Outcome:
        """Drive to one pose; another goal may take over at any time."""
        try:
            goal = self._goal_of(pose)
        except (PlanError, FrameError, NotReadyError) as error:
            return Outcome(ending=Ending.ABORTED, code=error.code, text=str(error))
        now_s = self._now_s()
        self._end(self._core.navigator.start(goal, now_s))
        self._node.get_logger().info(f"goal ({goal.x:.2f}, {goal.y:.2f}, {goal.yaw:.2f} rad) taken")
        drive = _Drive(handle, Future(), tell, now_s)
        self._drive = drive
        outcome: Outcome = await drive.ended
        text = f"goal ({goal.x:.2f}, {goal.y:.2f}) {outcome.ending.value}"
        if outcome.ending is Ending.ABORTED:
            self._node.get_logger().error(f"{text}: {outcome.text} (error_code {int(outcome.code)})")
        else:
            self._node.get_logger().info(text)
        return outcome

    # follow_waypoints

    async def _follow_waypoints(self, handle: ServerGoalHandle) -> FollowWaypoints.Result:
        request, result, missed = handle.request, FollowWaypoints.Result(), []
        first = int(request.goal_index)
        order = [*range(first, len(request.poses)), *(list(range(len(request.poses))) * int(request.number_of_loops))]
        outcome = Outcome(ending=Ending.SUCCEEDED)
        for index in order:
            self._tell_waypoint(handle, index)
            outcome = await self._run(handle, request.poses[index], partial(self._tell_waypoint, handle, index))
            if outcome.ending is Ending.ABORTED:
                missed.append(_missed(index, request.poses[index], outcome))
            if outcome.ending in (Ending.CANCELED, Ending.PREEMPTED) or (missed and self._stop_on_failure):
                break
            outcome = Outcome(ending=Ending.SUCCEEDED)
        result.missed_waypoints = missed
        if outcome.ending is Ending.ABORTED:
            fill_error(result, ErrorCode.WAYPOINT_UNKNOWN, f"waypoint {missed[-1].index}: {outcome.text}")
        _conclude(handle, outcome)
        return result

    def _tell_waypoint(self, handle: ServerGoalHandle, index: int, _now_s: float = 0.0) -> None:
        handle.publish_feedback(FollowWaypoints.Feedback(current_waypoint=index))

    # compute_path_to_pose

    def _compute_path(self, handle: ServerGoalHandle) -> ComputePathToPose.Result:
        request, result = handle.request, ComputePathToPose.Result()
        started = time.monotonic()
        try:
            result.path = self._path_for(request)
        except (PlanError, FrameError, NotReadyError) as error:
            fill_error(result, error.code, str(error))
            self._node.get_logger().warning(f"no path: {error}")
            handle.abort()
            return result
        result.planning_time = duration_of(time.monotonic() - started)
        self._publish_plan(result.path)
        handle.succeed()
        return result

    def _path_for(self, request: ComputePathToPose.Goal) -> PathMessage:
        if request.planner_id not in _PLANNERS:
            raise PlanError(ErrorCode.INVALID_PLANNER, f"planner_id {request.planner_id!r} is none of {_PLANNERS}")
        now_s, localizer = self._now_s(), self._core.localizer
        start = localizer.pose_at(now_s)
        if request.use_start:
            start = self._frames.to_map(request.start, localizer, now_s)
        goal = self._frames.to_map(request.goal, localizer, now_s)
        return path_of(self._core.planner.plan(start, goal), self._frames.map, time_of(now_s))


def _accept_cancel(_handle: ServerGoalHandle) -> CancelResponse:
    return CancelResponse.ACCEPT


def _conclude(handle: ServerGoalHandle, outcome: Outcome) -> None:
    if outcome.ending is Ending.SUCCEEDED:
        handle.succeed()
    elif outcome.ending is Ending.CANCELED:
        handle.canceled()
    else:
        handle.abort()


def _missed(index: int, goal: PoseStamped, outcome: Outcome) -> MissedWaypoint:
    missed = MissedWaypoint(index=index, goal=goal)
    fill_error(missed, outcome.code, outcome.text)
    return missed
