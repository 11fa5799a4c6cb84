"""Publishers of the simulator, and which reading goes where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geometry_msgs.msg import TransformStamped
from nav_msgs.msg import Odometry
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, LaserScan
from std_msgs.msg import String

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy, qos_profile_sensor_data
from tf2_ros import StaticTransformBroadcaster, TransformBroadcaster
from twin_sim.simulator.core.frames import fixed_transforms, moving_transforms
from twin_sim.simulator.core.readings import (
    CameraReading,
    ClockReading,
    GroundTruthReading,
    ImuReading,
    LidarReading,
    OdometryReading,
    Reading,
)
from twin_sim.simulator.messages import Messages
from twin_sim.world.urdf import RobotModel

# As ROS clocks are published: only the newest time counts.
_CLOCK_QOS = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
# Who comes late still gets the description.
_LATCHED_QOS = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)


class Outputs:
    """Publishes readings; used from the simulation's thread only, once `describe` is done."""

    def __init__(self, node: Node, messages: Messages, robot: RobotModel, *, with_links: bool) -> None:
        self._messages = messages
        self._robot = robot
        self._with_links = with_links
        sensor = qos_profile_sensor_data
        self._clock = node.create_publisher(Clock, "/clock", _CLOCK_QOS)
        self._odometry = node.create_publisher(Odometry, "odom", 10)
        self._joints = node.create_publisher(JointState, "joint_states", 10)
        self._truth = node.create_publisher(Odometry, "ground_truth/odom", 10)
        self._imu = node.create_publisher(Imu, "imu", sensor)
        self._scan = node.create_publisher(LaserScan, "scan", sensor)
        self._rgb = node.create_publisher(Image, "camera/color/image_raw", sensor)
        self._rgb_info = node.create_publisher(CameraInfo, "camera/color/camera_info", sensor)
        self._depth = node.create_publisher(Image, "camera/depth/image_rect_raw", sensor)
        self._depth_info = node.create_publisher(CameraInfo, "camera/depth/camera_info", sensor)
        self._description = node.create_publisher(String, "robot_description", _LATCHED_QOS)
        self._transforms = TransformBroadcaster(node)
        self._fixed = StaticTransformBroadcaster(node)
        self._handlers: dict[type, Callable[[Any], None]] = {
            ClockReading: self._on_clock,
            OdometryReading: self._on_odometry,
            GroundTruthReading: self._on_ground_truth,
            ImuReading: self._on_imu,
            LidarReading: self._on_lidar,
            CameraReading: self._on_camera,
        }

    def describe(self, urdf: str) -> None:
        """What never changes: the robot description and its fixed transforms."""
        self._description.publish(String(data=urdf))
        if self._with_links:
            self._fixed.sendTransform([self._messages.link_transform(t, 0) for t in fixed_transforms(self._robot)])

    def publish(self, readings: Sequence[Reading]) -> None:
        """Each reading on its topics, in order."""
        for reading in readings:
            self._handlers[type(reading)](reading)

    def _on_clock(self, reading: ClockReading) -> None:
        self._clock.publish(self._messages.clock(reading))

    def _on_odometry(self, reading: OdometryReading) -> None:
        self._odometry.publish(self._messages.odometry(reading))
        self._joints.publish(self._messages.joint_states(reading))
        self._transforms.sendTransform([self._messages.base_transform(reading), *self._wheels(reading)])

    def _wheels(self, reading: OdometryReading) -> list[TransformStamped]:
        if not self._with_links:
            return []
        left, right = reading.wheel_angles
        angles = {"wheel_left_joint": left, "wheel_right_joint": right}
        links = moving_transforms(self._robot, angles)
        return [self._messages.link_transform(link, reading.stamp_ns) for link in links]

    def _on_ground_truth(self, reading: GroundTruthReading) -> None:
        self._truth.publish(self._messages.ground_truth(reading))

    def _on_imu(self, reading: ImuReading) -> None:
        self._imu.publish(self._messages.imu(reading))

    def _on_lidar(self, reading: LidarReading) -> None:
        self._scan.publish(self._messages.scan(reading))

    def _on_camera(self, reading: CameraReading) -> None:
        rgb, depth, info = self._messages.pictures(reading)
        self._rgb_info.publish(info)
        self._rgb.publish(rgb)
        self._depth_info.publish(info)
        self._depth.publish(depth)
