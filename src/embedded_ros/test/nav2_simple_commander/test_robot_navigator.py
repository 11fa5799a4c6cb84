"""The navigator, against a server that does as the test says."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from geometry_msgs.msg import PoseStamped, PoseWithCovarianceStamped
from nav2_msgs.action import ComputePathToPose, NavigateToPose

import rclpy
from nav2_simple_commander.robot_navigator import BasicNavigator, TaskResult
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.context import Context
from rclpy.executors import MultiThreadedExecutor
from rclpy.qos import DurabilityPolicy, QoSProfile


class Server:
    """Goals with x < 0 are rejected; others end as `execute` says."""

    def __init__(self) -> None:
        self.context = Context()
        rclpy.init(context=self.context)
        self.node = rclpy.create_node("nav_server", context=self.context)
        self.execute: Callable[[Any], Any] = self.succeed
        self._servers = [
            self._serve(NavigateToPose, "navigate_to_pose", lambda goal: goal.pose.pose.position.x),
            self._serve(ComputePathToPose, "compute_path_to_pose", lambda goal: goal.goal.pose.position.x),
        ]
        self.executor = MultiThreadedExecutor(num_threads=4, context=self.context)
        self.executor.add_node(self.node)
        self._thread = threading.Thread(target=self.executor.spin)
        self._thread.start()

    def _serve(self, action: Any, name: str, x_of: Callable[[Any], float]) -> Any:
        return ActionServer(
            self.node,
            action,
            name,
            lambda handle: self.execute(handle),  # noqa: PLW0108  looked up when the goal comes
            goal_callback=lambda goal: GoalResponse.REJECT if x_of(goal) < 0.0 else GoalResponse.ACCEPT,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
            callback_group=ReentrantCallbackGroup(),
        )

    def succeed(self, handle: Any) -> Any:
        handle.succeed()
        if isinstance(handle.request, ComputePathToPose.Goal):
            result = ComputePathToPose.Result()
            result.path.poses = [handle.request.start, handle.request.goal]
            return result
        return NavigateToPose.Result()

    def close(self) -> None:
        for server in self._servers:
            server.destroy()
        self.executor.shutdown()
        rclpy.shutdown(context=self.context)
        self._thread.join()


@pytest.fixture
def server(own_router: str) -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def navigator(server: Server) -> Iterator[BasicNavigator]:
    rclpy.init()
    navigator = BasicNavigator()
    yield navigator
    navigator.destroy_node()
    rclpy.shutdown()


def pose(x: float) -> Any:
    message = PoseStamped()
    message.header.frame_id = "map"
    message.pose.position.x = x
    return message


def result_of(navigator: BasicNavigator) -> TaskResult:
    for _ in range(200):  # each waits 0.1 s at most
        if navigator.isTaskComplete():
            return navigator.getResult()
    raise AssertionError("the task did not end in 20 s")


def test_a_reached_goal_succeeds(navigator: BasicNavigator) -> None:
    assert navigator.getResult() == TaskResult.UNKNOWN
    assert navigator.goToPose(pose(1.0))
    assert result_of(navigator) == TaskResult.SUCCEEDED


def test_a_rejected_goal_is_false(navigator: BasicNavigator) -> None:
    assert not navigator.goToPose(pose(-1.0))
    assert navigator.isTaskComplete()


def test_an_aborted_goal_fails(server: Server, navigator: BasicNavigator) -> None:
    def abort(handle: Any) -> Any:
        handle.abort()
        return NavigateToPose.Result(error_code=NavigateToPose.Result.UNKNOWN)

    server.execute = abort
    assert navigator.goToPose(pose(1.0))
    assert result_of(navigator) == TaskResult.FAILED


def test_a_cancelled_goal_is_cancelled_and_gave_feedback(server: Server, navigator: BasicNavigator) -> None:
    cancelled = threading.Event()

    def drive(handle: Any) -> Any:
        while not handle.is_cancel_requested:
            handle.publish_feedback(NavigateToPose.Feedback(distance_remaining=2.5))
            cancelled.wait(0.02)
        handle.canceled()
        return NavigateToPose.Result()

    server.execute = drive
    assert navigator.goToPose(pose(1.0))
    while navigator.getFeedback() is None:
        assert not navigator.isTaskComplete()
    navigator.cancelTask()
    assert result_of(navigator) == TaskResult.CANCELED
    assert navigator.getFeedback().distance_remaining == pytest.approx(2.5)


def test_a_path_is_computed(navigator: BasicNavigator) -> None:
    path = navigator.getPath(pose(1.0), pose(2.0))
    assert [step.pose.position.x for step in path.poses] == [1.0, 2.0]


def test_no_path_is_none(navigator: BasicNavigator) -> None:
    assert navigator.getPath(pose(1.0), pose(-2.0)) is None


def test_it_is_active_when_goals_can_be_sent_and_the_pose_is_known(server: Server, navigator: BasicNavigator) -> None:
    latched = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    server.node.create_publisher(PoseWithCovarianceStamped, "amcl_pose", latched).publish(PoseWithCovarianceStamped())
    navigator.waitUntilNav2Active()
    assert navigator.initial_pose_received
