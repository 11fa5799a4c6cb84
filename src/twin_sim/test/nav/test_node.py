"""mujoco_sim and nav_server as processes, driven over Nav2's actions, judged by the simulator's ground truth."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from action_msgs.msg import GoalStatus
from geometry_msgs.msg import PoseStamped, PoseWithCovarianceStamped, Twist
from lifecycle_msgs.srv import GetState
from nav2_msgs.action import ComputePathToPose, FollowWaypoints, NavigateToPose
from nav_msgs.msg import OccupancyGrid, Odometry
from tf2_msgs.msg import TFMessage

import rclpy
from rclpy.action import ActionClient
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from twin_node.run import BAD_CONFIG
from twin_node.testing import END_S, NodeProcess, ros_arguments
from twin_sim.nav.core.geometry import Pose2D, wrap
from twin_sim.nav.messages import pose2d_of, pose_of, seconds_of
from twin_sim.world import load_world

_ROOT = Path(__file__).parents[4]
_WORLD = _ROOT / "config" / "worlds" / "maze.yaml"
# A graph of its own; below 102, as a real ROS wants it.
_DOMAIN = 60 + os.getpid() % 40
_LATCHED = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)
_SIM: dict[str, object] = {
    "urdf": _ROOT / "urdf" / "turtlebot3_waffle.urdf",
    "camera.enabled": False,
    "real_time_factor": 5.0,
}


def _start(log: Path, module: str, parameters: dict[str, object]) -> NodeProcess:
    return NodeProcess(log, module, *ros_arguments({"world": _WORLD, **parameters}), ROS_DOMAIN_ID=str(_DOMAIN))


class Client:
    """A node that sends goals and listens; every wait has a deadline in wall time."""

    def __init__(self) -> None:
        self.context = Context()
        rclpy.init(context=self.context, domain_id=_DOMAIN)
        self.node = Node("nav_test", context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self.truth = Pose2D()
        self.commands: list[Twist] = []
        self.transforms: list[Any] = []
        self.node.create_subscription(Odometry, "ground_truth/odom", self._on_truth, 10)
        self.node.create_subscription(Twist, "cmd_vel", self.commands.append, 10)
        self.node.create_subscription(TFMessage, "/tf", lambda m: self.transforms.extend(m.transforms), 10)
        self.navigate = ActionClient(self.node, NavigateToPose, "navigate_to_pose")
        self.waypoints = ActionClient(self.node, FollowWaypoints, "follow_waypoints")
        self.compute = ActionClient(self.node, ComputePathToPose, "compute_path_to_pose")

    def close(self) -> None:
        self.executor.shutdown()
        self.node.destroy_node()
        rclpy.shutdown(context=self.context)

    def _on_truth(self, message: Odometry) -> None:
        self.truth = pose2d_of(message.pose.pose)

    def spin_until(self, condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"waited {timeout_s} s in vain"
            self.executor.spin_once(timeout_sec=0.1)

    def spin_for(self, simulated_s: float) -> None:
        end_ns = self.node.get_clock().now().nanoseconds + int(simulated_s * 1e9)
        self.spin_until(lambda: self.node.get_clock().now().nanoseconds > end_ns)

    def wait_for(self, future: Any, timeout_s: float = 60.0) -> Any:
        self.spin_until(future.done, timeout_s)
        return future.result()

    def send(self, pose: PoseStamped, on_feedback: Callable[[Any], None] | None = None) -> Any:
        return self.wait_for(self.navigate.send_goal_async(NavigateToPose.Goal(pose=pose), on_feedback))

    def path_to(self, pose: PoseStamped) -> Any:
        handle = self.wait_for(self.compute.send_goal_async(ComputePathToPose.Goal(goal=pose)))
        return self.wait_for(handle.get_result_async())

    def latched(self, message_type: Any, topic: str) -> Any:
        got: list[Any] = []
        subscription = self.node.create_subscription(message_type, topic, got.append, _LATCHED)
        self.spin_until(lambda: bool(got))
        self.node.destroy_subscription(subscription)
        return got[0]

    def is_active(self) -> bool:
        client = self.node.create_client(GetState, "nav_server/get_state")
        assert client.wait_for_service(timeout_sec=30.0)
        label: str = self.wait_for(client.call_async(GetState.Request())).current_state.label
        self.node.destroy_client(client)
        return label == "active"


def _at(x: float, y: float, yaw: float = 0.0, frame: str = "map") -> PoseStamped:
    pose = PoseStamped(pose=pose_of(Pose2D(x, y, yaw)))
    pose.header.frame_id = frame
    return pose


def _place(name: str) -> PoseStamped:
    place = load_world(_WORLD).locations[name]
    return _at(place.x, place.y, place.yaw)


def _wait_for_servers(client: Client, nodes: tuple[NodeProcess, ...]) -> None:
    deadline = time.monotonic() + 40.0
    for action in (client.navigate, client.waypoints, client.compute):
        while not action.wait_for_server(timeout_sec=1.0):
            for node in nodes:
                assert node.process.poll() is None, f"{node.process.args!r} ended: {node.said}"
            assert time.monotonic() < deadline, "nav_server didn't become active within 40 s"
    assert client.is_active()


@pytest.fixture(scope="module")
def nav_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    log = tmp_path_factory.mktemp("logs") / "nav_server"
    with _start(log, "twin_sim.nav.main", {"use_sim_time": True}) as node:
        yield node


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, nav_server: NodeProcess) -> Iterator[Client]:
    with _start(tmp_path_factory.mktemp("logs") / "mujoco_sim", "twin_sim.simulator.main", _SIM) as simulator:
        client = Client()
        try:
            _wait_for_servers(client, (simulator, nav_server))
            yield client
        finally:
            client.close()


def test_robot_arrives_and_commands_end_with_zero(client: Client) -> None:
    goal, told = _place("kitchen"), []
    handle = client.send(goal, lambda message: told.append(message.feedback))
    assert handle.accepted
    result = client.wait_for(handle.get_result_async())
    assert (result.status, result.result.error_code) == (GoalStatus.STATUS_SUCCEEDED, 0)
    client.spin_for(1.0)  # what was on its way beside the result is in
    count = len(client.commands)
    client.spin_for(1.0)
    assert client.commands[-1] == Twist()
    assert len(client.commands) == count
    assert client.truth.distance_to(pose2d_of(goal.pose)) < 0.10
    assert abs(wrap(client.truth.yaw - math.pi)) < 0.15
    assert told[0].distance_remaining > 2.0
    assert told[-1].distance_remaining < told[0].distance_remaining
    assert told[-1].current_pose.header.frame_id == "map"


def test_pose_and_map_reach_a_late_subscriber(client: Client) -> None:
    estimate = client.latched(PoseWithCovarianceStamped, "amcl_pose")
    assert pose2d_of(estimate.pose.pose).distance_to(client.truth) < 0.10
    assert estimate.pose.covariance[0] > 0.0
    grid = client.latched(OccupancyGrid, "map")
    assert len(grid.data) == grid.info.width * grid.info.height
    assert {0, 100} <= set(grid.data)


def test_map_to_odom_is_on_tf_and_dated_ahead(client: Client) -> None:
    client.transforms.clear()
    found: list[Any] = []

    def seen() -> bool:
        found[:] = [t for t in client.transforms if (t.header.frame_id, t.child_frame_id) == ("map", "odom")]
        return bool(found) and any(t.header.frame_id == "odom" for t in client.transforms)

    client.spin_until(seen)
    odom_s = max(seconds_of(t.header.stamp) for t in client.transforms if t.header.frame_id == "odom")
    assert seconds_of(found[-1].header.stamp) > odom_s - 0.2


@pytest.mark.parametrize(
    ("goal", "code", "words"),
    [
        (_at(-0.2, 0.9), ComputePathToPose.Result.GOAL_OCCUPIED, "nearest free point"),
        (_at(30.0, 0.0), ComputePathToPose.Result.GOAL_OUTSIDE_MAP, "outside of what it covers"),
        (_at(0.5, 0.0, frame="moon"), ComputePathToPose.Result.TF_ERROR, "frame_id 'moon'"),
    ],
    ids=["in a wall", "off the map", "unknown frame"],
)
def test_impossible_goal_is_rejected_and_the_reason_can_be_asked(
    client: Client, goal: PoseStamped, code: int, words: str
) -> None:
    assert not client.send(goal).accepted
    answer = client.path_to(goal)
    assert answer.status == GoalStatus.STATUS_ABORTED
    assert answer.result.error_code == code
    assert words in answer.result.error_msg


def test_path_is_computed_without_driving(client: Client) -> None:
    answer = client.path_to(_place("office"))
    assert answer.status == GoalStatus.STATUS_SUCCEEDED
    assert pose2d_of(answer.result.path.poses[0].pose).distance_to(client.truth) < 0.10
    assert pose2d_of(answer.result.path.poses[-1].pose) == pose2d_of(_place("office").pose)


def test_goal_in_the_robots_own_frame_is_understood(client: Client) -> None:
    expected = client.truth.compose(Pose2D(0.3, 0.0, 0.0))
    result = client.wait_for(client.send(_at(0.3, 0.0, frame="base_footprint")).get_result_async())
    assert result.status == GoalStatus.STATUS_SUCCEEDED
    assert client.truth.distance_to(expected) < 0.15


def test_new_goal_takes_over_from_the_old_one(client: Client) -> None:
    first = client.send(_place("bedroom"))
    first_result = first.get_result_async()
    second = client.send(_place("kitchen"))
    assert second.accepted
    assert client.wait_for(first_result).status == GoalStatus.STATUS_ABORTED
    assert client.wait_for(second.get_result_async()).status == GoalStatus.STATUS_SUCCEEDED


def test_cancel_stops_the_robot(client: Client) -> None:
    handle = client.send(_place("bedroom"))
    result = handle.get_result_async()
    client.commands.clear()
    client.spin_until(lambda: any(command.linear.x > 0.1 for command in client.commands))
    client.wait_for(handle.cancel_goal_async())
    assert client.wait_for(result).status == GoalStatus.STATUS_CANCELED
    client.spin_until(lambda: client.commands[-1] == Twist())


def test_waypoints_are_driven_in_order_and_the_missed_one_is_told(client: Client) -> None:
    goal, told = FollowWaypoints.Goal(poses=[_place("kitchen"), _at(-0.2, 0.9), _at(-1.4, 0.0)]), []
    handle = client.wait_for(
        client.waypoints.send_goal_async(goal, lambda message: told.append(message.feedback.current_waypoint))
    )
    result = client.wait_for(handle.get_result_async())
    assert result.status == GoalStatus.STATUS_SUCCEEDED
    assert sorted(set(told)) == [0, 1, 2]
    assert [(missed.index, missed.error_code) for missed in result.result.missed_waypoints] == [(1, 206)]
    assert client.truth.distance_to(Pose2D(-1.4, 0.0)) < 0.10


def test_interrupt_stops_the_robot_and_nothing_was_warned_of_at_the_start(
    client: Client, nav_server: NodeProcess
) -> None:
    # The last of those that drive: it ends the server.
    assert client.send(_place("bedroom")).accepted
    client.commands.clear()
    client.spin_until(lambda: any(command.linear.x > 0.1 for command in client.commands))
    assert nav_server.end(times=2) < END_S
    client.spin_until(lambda: client.commands[-1] == Twist())
    assert "no goals taken" not in nav_server.said


def test_interrupt_while_starting_ends_the_process(tmp_path: Path) -> None:
    with _start(tmp_path / "log", "twin_sim.nav.main", {}) as node:
        node.wait_for_start()
        assert node.end() < END_S


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"limits.linear": 3.0}, "parameter limits.linear: 3.0 is refused; give a number from 0.02 to 1 m/s"),
        ({"world": "/nowhere/maze.yaml"}, "/nowhere/maze.yaml"),
    ],
)
def test_wrong_parameter_ends_the_node_with_one_sentence(
    tmp_path: Path, parameters: dict[str, object], words: str
) -> None:
    with _start(tmp_path / "log", "twin_sim.nav.main", parameters) as node:
        assert node.process.wait(timeout=30.0) == BAD_CONFIG
        assert words in node.said
        assert "Traceback" not in node.said
