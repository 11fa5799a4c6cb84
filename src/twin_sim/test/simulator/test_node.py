"""The node on the ROS graph, seen from a second node."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import PoseStamped, Twist
from nav_msgs.msg import Odometry
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, LaserScan
from std_msgs.msg import String
from std_srvs.srv import SetBool, Trigger
from tf2_msgs.msg import TFMessage
from twin_interfaces.srv import SetPose

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, qos_profile_sensor_data
from twin_node.errors import NodeError
from twin_node.testing import END_S, NodeProcess, ros_arguments
from twin_sim.errors import TwinSimError
from twin_sim.simulator.node import MujocoSim

ROOT = Path(__file__).parents[4]
MAZE = ROOT / "config/worlds/maze.yaml"
URDF = ROOT / "urdf/turtlebot3_waffle.urdf"
DEADLINE_S = 30.0
START_S = 1_700_000_000
# A graph of its own; below 102, as DDS wants it.
DOMAIN = 20 + os.getpid() % 40
LATCHED = QoSProfile(depth=10, durability=DurabilityPolicy.TRANSIENT_LOCAL)
SENSOR = qos_profile_sensor_data
TOPICS: dict[str, tuple[Any, QoSProfile | int]] = {
    "/clock": (Clock, SENSOR),
    "/odom": (Odometry, 10),
    "/tf": (TFMessage, 100),
    "/tf_static": (TFMessage, LATCHED),
    "/joint_states": (JointState, 10),
    "/imu": (Imu, SENSOR),
    "/scan": (LaserScan, SENSOR),
    "/camera/color/image_raw": (Image, SENSOR),
    "/camera/color/camera_info": (CameraInfo, SENSOR),
    "/camera/depth/image_rect_raw": (Image, SENSOR),
    "/camera/depth/camera_info": (CameraInfo, SENSOR),
    "/ground_truth/odom": (Odometry, 10),
    "/robot_description": (String, LATCHED),
    "/diagnostics": (DiagnosticArray, 10),
}


def arguments(**parameters: object) -> list[str]:
    return ros_arguments({"world": MAZE, "urdf": URDF, "start_time": float(START_S), **parameters})


class Graph:
    """The simulator, and an observer that keeps what it hears."""

    def __init__(self) -> None:
        self.simulator = MujocoSim()
        self.observer = Node("observer")
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.simulator)
        self.executor.add_node(self.observer)
        self.heard: dict[str, list[Any]] = {}

    def listen(self, *topics: str) -> None:
        for topic in topics:
            kind, qos = TOPICS[topic]
            self.heard[topic] = []
            self.observer.create_subscription(kind, topic, self.heard[topic].append, qos)

    def spin_until(self, is_done: Callable[[], bool], what: str) -> None:
        end_s = time.monotonic() + DEADLINE_S
        while not is_done():
            assert time.monotonic() < end_s, f"no {what} within {DEADLINE_S} s"
            self.executor.spin_once(timeout_sec=0.1)

    def call(self, kind: Any, name: str, request: Any) -> Any:
        client = self.observer.create_client(kind, name)
        self.spin_until(client.service_is_ready, name)
        future = client.call_async(request)
        self.spin_until(future.done, f"answer of {name}")
        return future.result()

    def newest(self, topic: str) -> Any:
        count = len(self.heard[topic])
        self.spin_until(lambda: len(self.heard[topic]) > count, f"message on {topic}")
        return self.heard[topic][-1]

    def close(self) -> None:
        self.executor.shutdown()
        self.observer.destroy_node()
        self.simulator.destroy_node()


@pytest.fixture
def graph() -> Iterator[Graph]:
    rclpy.init(args=arguments(real_time_factor=3.0), domain_id=DOMAIN)
    instance = Graph()
    yield instance
    instance.close()
    rclpy.shutdown()


def seconds(stamp: Any) -> float:
    return float(stamp.sec) + float(stamp.nanosec) / 1e9


def test_every_topic_flows(graph: Graph) -> None:
    graph.listen(*TOPICS)
    graph.spin_until(lambda: all(graph.heard.values()), "message on each topic")
    assert graph.heard["/camera/color/image_raw"][0].encoding == "rgb8"
    assert graph.heard["/camera/depth/image_rect_raw"][0].encoding == "32FC1"
    assert len(graph.heard["/scan"][0].ranges) == 360
    assert graph.heard["/robot_description"][0].data == URDF.read_text(encoding="utf-8")


def test_clock_begins_at_the_start_time_and_only_rises(graph: Graph) -> None:
    graph.listen("/clock")
    graph.spin_until(lambda: len(graph.heard["/clock"]) >= 100, "hundred ticks")
    stamps = [seconds(message.clock) for message in graph.heard["/clock"]]
    assert START_S <= stamps[0] < START_S + DEADLINE_S
    assert all(before < after for before, after in itertools.pairwise(stamps))


def test_transforms_join_odom_to_every_sensor(graph: Graph) -> None:
    graph.listen("/tf", "/tf_static")
    graph.spin_until(lambda: all(graph.heard.values()), "transforms")
    messages = graph.heard["/tf"] + graph.heard["/tf_static"]
    parents = {t.child_frame_id: t.header.frame_id for message in messages for t in message.transforms}
    for frame in ("base_scan", "imu_link", "camera_rgb_optical_frame", "wheel_left_link", "wheel_right_link"):
        while frame != "odom":
            frame = parents[frame]  # noqa: PLW2901


def test_cmd_vel_drives_and_silence_stops(graph: Graph) -> None:
    graph.listen("/ground_truth/odom")
    publisher = graph.observer.create_publisher(Twist, "/cmd_vel", 10)
    command = Twist()
    command.linear.x = 0.2
    begin = graph.newest("/ground_truth/odom").pose.pose.position.x

    def has_moved() -> bool:
        publisher.publish(command)
        return bool(graph.heard["/ground_truth/odom"][-1].pose.pose.position.x > begin + 0.1)

    graph.spin_until(has_moved, "movement")
    graph.spin_until(
        lambda: abs(graph.heard["/ground_truth/odom"][-1].twist.twist.linear.x) < 1e-3, "stop by the watchdog"
    )


def test_pause_holds_the_clock(graph: Graph) -> None:
    graph.listen("/clock")
    graph.newest("/clock")
    assert graph.call(SetBool, "/mujoco_sim/pause", SetBool.Request(data=True)).success
    paused_ns = graph.simulator._simulation.time_ns
    assert graph.call(SetBool, "/mujoco_sim/pause", SetBool.Request(data=True)).success
    assert graph.simulator._simulation.time_ns == paused_ns
    assert graph.call(SetBool, "/mujoco_sim/pause", SetBool.Request(data=False)).success
    graph.newest("/clock")


def test_set_pose_places_and_reset_returns(graph: Graph) -> None:
    graph.listen("/ground_truth/odom")
    request = SetPose.Request()
    request.pose.header.frame_id = "map"
    request.pose.pose.position.x, request.pose.pose.position.y = 1.6, 1.6
    response = graph.call(SetPose, "/mujoco_sim/set_pose", request)
    assert (response.success, response.message) == (True, "robot placed")
    graph.newest("/ground_truth/odom")
    pose = graph.newest("/ground_truth/odom").pose.pose.position
    assert (pose.x, pose.y) == pytest.approx((1.6, 1.6), abs=0.01)
    assert graph.call(Trigger, "/mujoco_sim/reset", Trigger.Request()).success
    graph.newest("/ground_truth/odom")
    pose = graph.newest("/ground_truth/odom").pose.pose.position
    assert (pose.x, pose.y) == pytest.approx((-3.0, 0.0), abs=0.01)


def posed(frame: str = "map", x: float = 0.0, w: float = 1.0) -> PoseStamped:
    message = PoseStamped()
    message.header.frame_id = frame
    message.pose.position.x, message.pose.orientation.w = x, w
    return message


@pytest.mark.parametrize(
    ("pose", "text"),
    [
        (posed(x=99.0), "outside of world 'maze'"),
        (posed(x=-0.9), "the robot needs"),
        (posed(frame="odom"), "give the pose in 'map'"),
        (posed(w=0.0), "a unit quaternion"),
        (posed(x=float("nan")), "finite numbers"),
    ],
)
def test_set_pose_says_why_it_refuses(graph: Graph, pose: PoseStamped, text: str) -> None:
    if pose.pose.position.x == -0.9:
        pose.pose.position.y = 0.6  # in a wall
    response = graph.call(SetPose, "/mujoco_sim/set_pose", SetPose.Request(pose=pose))
    assert not response.success
    assert text in response.message


def test_diagnostics_tell_the_real_time_factor(graph: Graph) -> None:
    graph.listen("/diagnostics")
    graph.newest("/diagnostics")
    status = graph.newest("/diagnostics").status[0]
    values = {item.key: item.value for item in status.values}
    assert status.name == "mujoco_sim: simulation"
    assert float(values["real_time_factor"]) > 0.0
    assert values["world"] == "maze"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"world": "nowhere.yaml"}, "nowhere.yaml: no such file"),
        ({"urdf": "nowhere.urdf"}, "nowhere.urdf: cannot be read"),
        ({"drive.max_linear": 99.0}, "parameter drive.max_linear: 99.0 is refused; give a number from 0 to 2 m/s"),
    ],
)
def test_wrong_parameter_is_one_sentence(parameters: dict[str, object], text: str) -> None:
    rclpy.init(args=arguments(**parameters), domain_id=DOMAIN)
    try:
        with pytest.raises((TwinSimError, NodeError)) as caught:
            MujocoSim()
    finally:
        rclpy.shutdown()
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("times", [1, 2])
def test_interrupt_ends_the_process_at_full_speed(tmp_path: Path, times: int) -> None:
    options = arguments(**{"real_time_factor": 0.0, "camera.enabled": False})
    with NodeProcess(tmp_path / "log", "twin_sim.simulator.main", *options, ROS_DOMAIN_ID=str(DOMAIN)) as node:
        node.wait_for("world=maze")
        assert node.end(times) < END_S


def test_interrupt_while_starting_ends_the_process(tmp_path: Path) -> None:
    with NodeProcess(tmp_path / "log", "twin_sim.simulator.main", *arguments(), ROS_DOMAIN_ID=str(DOMAIN)) as node:
        node.wait_for_start()
        assert node.end() < END_S
