"""A robot made of topics and one action server, in a context and a thread of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from geometry_msgs.msg import PoseStamped, PoseWithCovarianceStamped
from nav2_msgs.action import NavigateToPose
from nav_msgs.msg import Odometry
from sensor_msgs.msg import Image
from twin_interfaces.msg import BehaviorTree, NavigationTrial, TwinEvent
from vision_msgs.msg import Detection2DArray

import rclpy
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, MultiThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, qos_profile_sensor_data
from twin_node.testing import ros_arguments

# Test runs beside each other must not meet.
DOMAIN = 60 + os.getpid() % 40
LATCHED = QoSProfile(depth=100, durability=DurabilityPolicy.TRANSIENT_LOCAL)


class FakeRobot(Node):
    """Answers goals as `answer` says (succeed, abort, reject, drive: until cancelled), and listens to the navigator."""

    def __init__(self, context: Context) -> None:
        super().__init__("fake_robot", context=context)
        self.answer: Callable[[float, float], str] = lambda _x, _y: "succeed"
        self.red_after_goals = 10_000
        self.has_camera = True
        self.goals: list[tuple[float, float]] = []
        self.cancelled = threading.Event()
        self.events: list[TwinEvent] = []
        self.trials: list[NavigationTrial] = []
        self.trees: list[BehaviorTree] = []
        self.detections: list[Detection2DArray] = []
        self._x = 0.0
        group = ReentrantCallbackGroup()
        self._server = ActionServer(
            self,
            NavigateToPose,
            "navigate_to_pose",
            execute_callback=self._execute,
            goal_callback=self._on_goal,
            cancel_callback=self._on_cancel,
            callback_group=group,
        )
        self._images = self.create_publisher(Image, "camera/color/image_raw", qos_profile_sensor_data)
        self._odometry = self.create_publisher(Odometry, "odom", 10)
        amcl_pose = self.create_publisher(PoseWithCovarianceStamped, "amcl_pose", LATCHED)
        amcl_pose.publish(PoseWithCovarianceStamped())
        self.create_timer(0.05, self._on_timer, callback_group=group)
        self.create_subscription(TwinEvent, "/twin/events", self.events.append, LATCHED)
        self.create_subscription(NavigationTrial, "/twin/navigation_trials", self.trials.append, LATCHED)
        self.create_subscription(BehaviorTree, "/twin_navigator/tree", self.trees.append, LATCHED)
        self.create_subscription(Detection2DArray, "/detections", self.detections.append, 10)

    def event_types(self) -> list[str]:
        return [event.event_type for event in self.events]

    def _on_goal(self, goal: NavigateToPose.Goal) -> GoalResponse:
        position = goal.pose.pose.position
        self.goals.append((position.x, position.y))
        is_refused = self.answer(position.x, position.y) == "reject"
        return GoalResponse.REJECT if is_refused else GoalResponse.ACCEPT

    def _on_cancel(self, _handle: ServerGoalHandle) -> CancelResponse:
        self.cancelled.set()
        return CancelResponse.ACCEPT

    def _execute(self, handle: ServerGoalHandle) -> NavigateToPose.Result:
        goal = handle.request.pose
        answer = self.answer(goal.pose.position.x, goal.pose.position.y)
        handle.publish_feedback(NavigateToPose.Feedback(current_pose=PoseStamped(header=goal.header, pose=goal.pose)))
        if answer == "drive":
            self.cancelled.wait(20.0)
            handle.canceled()
            return NavigateToPose.Result()
        if answer == "abort":
            handle.abort()
            return NavigateToPose.Result(error_code=106, error_msg="no path around the sofa")
        handle.succeed()
        return NavigateToPose.Result()

    def _on_timer(self) -> None:
        self._x += 0.01
        odometry = Odometry()
        odometry.pose.pose.position.x = self._x
        self._odometry.publish(odometry)
        if self.has_camera:
            self._images.publish(self._picture())

    def _picture(self) -> Image:
        pixels = np.full((60, 80, 3), 180, dtype=np.uint8)
        if len(self.goals) > self.red_after_goals:
            pixels[20:40, 30:55] = (200, 30, 30)
        image = Image(height=60, width=80, encoding="rgb8", step=240)
        image.header.stamp = self.get_clock().now().to_msg()
        image.header.frame_id = "camera_rgb_optical_frame"
        image.data = pixels.tobytes()
        return image


def _spin(executor: MultiThreadedExecutor) -> None:
    try:
        executor.spin()
    except ExternalShutdownException:
        return


@pytest.fixture
def robot() -> Iterator[FakeRobot]:
    context = Context()
    rclpy.init(context=context, domain_id=DOMAIN)
    node = FakeRobot(context)
    executor = MultiThreadedExecutor(num_threads=4, context=context)
    executor.add_node(node)
    thread = threading.Thread(target=_spin, args=(executor,), daemon=True)
    thread.start()
    yield node
    node.cancelled.set()
    executor.shutdown()
    thread.join(5.0)
    node.destroy_node()
    context.try_shutdown()


@pytest.fixture
def arguments(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Sequence[str]]:
    """Command line of the node with a world of two places; keyword arguments change parameters (`__` is a dot)."""
    monkeypatch.setenv("ROS_DOMAIN_ID", str(DOMAIN))
    world = tmp_path_factory.mktemp("world") / "world.yaml"
    world.write_text("locations: {kitchen: {x: 1.0, y: 2.0}, office: {x: -1.0, y: 0.5}}\n", encoding="utf-8")
    defaults = {
        "locations_file": str(world),
        "job_id": "job-7",
        "tick_rate": "50.0",
        "startup.timeout": "20.0",
        "look.headings": "1",
        "look.frames": "1",
    }

    def build(**changes: str) -> Sequence[str]:
        values = {**defaults, **{name.replace("__", "."): value for name, value in changes.items()}}
        return ros_arguments(values)

    return build
