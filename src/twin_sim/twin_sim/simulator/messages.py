"""Readings as ROS messages. A message is filled again for each reading: making one costs more than filling it."""

from __future__ import annotations

import math
from array import array
from typing import Any

from builtin_interfaces.msg import Time
from geometry_msgs.msg import Quaternion, TransformStamped
from nav_msgs.msg import Odometry
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, LaserScan

from twin_sim.simulator.core.config import SimulationConfig
from twin_sim.simulator.core.frames import LinkTransform
from twin_sim.simulator.core.readings import (
    CameraReading,
    ClockReading,
    GroundTruthReading,
    ImuReading,
    LidarReading,
    OdometryReading,
)
from twin_sim.simulator.core.readings import Quaternion as QuaternionXyzw

MAP_FRAME = "map"
ODOM_FRAME = "odom"
BASE_FRAME = "base_footprint"
CAMERA_OPTICAL_FRAME = "camera_rgb_optical_frame"
# A variance for what a robot on a flat floor cannot do: move up, roll, pitch, slide sideways.
_FLAT = 1e-6
# A variance that says "not known", without infinities that would break a filter.
_UNKNOWN = 1e6


class Messages:
    """Fills messages; `start_ns` is the Unix time (ns) at which simulated time is zero."""

    def __init__(self, config: SimulationConfig, start_ns: int) -> None:
        self._config = config
        self._start_ns = start_ns
        self._clock = Clock()
        self._odometry = Odometry(child_frame_id=BASE_FRAME)
        self._odometry.header.frame_id = ODOM_FRAME
        self._truth = Odometry(child_frame_id=BASE_FRAME)
        self._truth.header.frame_id = MAP_FRAME
        self._base_transform = TransformStamped(child_frame_id=BASE_FRAME)
        self._base_transform.header.frame_id = ODOM_FRAME
        self._joints = JointState(name=["wheel_left_joint", "wheel_right_joint"])
        self._imu = _empty_imu(config)
        self._scan = _empty_scan(config)
        self._rgb = _empty_image(config, "rgb8", bytes_per_pixel=3)
        self._depth = _empty_image(config, "32FC1", bytes_per_pixel=4)
        self._camera_info = camera_info(config)

    def stamp(self, stamp_ns: int) -> Time:
        """ROS time of a reading."""
        seconds, nanoseconds = divmod(self._start_ns + stamp_ns, 1_000_000_000)
        return Time(sec=seconds, nanosec=nanoseconds)

    def clock(self, reading: ClockReading) -> Clock:
        """For /clock."""
        self._clock.clock = self.stamp(reading.stamp_ns)
        return self._clock

    def odometry(self, reading: OdometryReading) -> Odometry:
        """For /odom."""
        message, pose = self._odometry, reading.pose
        message.header.stamp = self.stamp(reading.stamp_ns)
        message.pose.pose.position.x, message.pose.pose.position.y = pose.x, pose.y
        _set_yaw(message.pose.pose.orientation, pose.yaw)
        covariance = message.pose.covariance
        for row, i in enumerate((0, 1, 5)):
            for col, j in enumerate((0, 1, 5)):
                covariance[6 * i + j] = float(reading.covariance[row, col])
        for i in (2, 3, 4):
            covariance[7 * i] = _FLAT
        message.twist.twist.linear.x, message.twist.twist.angular.z = reading.linear, reading.angular
        self._fill_twist_covariance(reading)
        return message

    def base_transform(self, reading: OdometryReading) -> TransformStamped:
        """For /tf: odom to base_footprint."""
        message, pose = self._base_transform, reading.pose
        message.header.stamp = self.stamp(reading.stamp_ns)
        message.transform.translation.x, message.transform.translation.y = pose.x, pose.y
        _set_yaw(message.transform.rotation, pose.yaw)
        return message

    def joint_states(self, reading: OdometryReading) -> JointState:
        """For /joint_states."""
        self._joints.header.stamp = self.stamp(reading.stamp_ns)
        self._joints.position = array("d", reading.wheel_angles)
        self._joints.velocity = array("d", reading.wheel_speeds)
        return self._joints

    def ground_truth(self, reading: GroundTruthReading) -> Odometry:
        """For /ground_truth/odom; its covariance is zero because it is the truth."""
        message, pose, twist = self._truth, self._truth.pose.pose, self._truth.twist.twist
        message.header.stamp = self.stamp(reading.stamp_ns)
        pose.position.x, pose.position.y, pose.position.z = reading.position
        _set_quaternion(pose.orientation, reading.orientation)
        twist.linear.x, twist.linear.y, twist.linear.z = reading.linear
        twist.angular.x, twist.angular.y, twist.angular.z = reading.angular
        return message

    def imu(self, reading: ImuReading) -> Imu:
        """For /imu."""
        message, rate, force = self._imu, self._imu.angular_velocity, self._imu.linear_acceleration
        message.header.stamp = self.stamp(reading.stamp_ns)
        _set_quaternion(message.orientation, reading.orientation)
        rate.x, rate.y, rate.z = reading.angular_velocity
        force.x, force.y, force.z = reading.acceleration
        return message

    def scan(self, reading: LidarReading) -> LaserScan:
        """For /scan."""
        self._scan.header.stamp = self.stamp(reading.stamp_ns)
        self._scan.ranges = array("f", reading.ranges.tobytes())
        return self._scan

    def pictures(self, reading: CameraReading) -> tuple[Image, Image, CameraInfo]:
        """Colour, depth, and the camera info that holds for both: they are taken through one lens."""
        stamp = self.stamp(reading.stamp_ns)
        for message in (self._rgb, self._depth, self._camera_info):
            message.header.stamp = stamp
        self._rgb.data = array("B", reading.rgb.tobytes())
        self._depth.data = array("B", reading.depth.tobytes())
        return self._rgb, self._depth, self._camera_info

    def link_transform(self, link: LinkTransform, stamp_ns: int) -> TransformStamped:
        """For /tf and /tf_static: one link in another."""
        message = TransformStamped(child_frame_id=link.child)
        message.header.frame_id = link.parent
        message.header.stamp = self.stamp(stamp_ns)
        translation = message.transform.translation
        translation.x, translation.y, translation.z = link.translation
        _set_quaternion(message.transform.rotation, link.rotation)
        return message

    def _fill_twist_covariance(self, reading: OdometryReading) -> None:
        """Slip makes a walk of the wheel's travel, so a variance of its speed that grows with speed times rate."""
        config = self._config
        covariance = self._odometry.twist.covariance
        slip = config.noise.wheel_slip if config.noise.enabled else 0.0
        spread = slip**2 * config.rates.odometry * config.drive.wheel_radius
        left, right = (spread * abs(speed) for speed in reading.wheel_speeds)
        covariance[0] = _FLAT + (left + right) / 4.0
        covariance[35] = _FLAT + (left + right) / config.drive.wheel_separation**2
        for i in (1, 2, 3, 4):
            covariance[7 * i] = _FLAT


def camera_info(config: SimulationConfig) -> CameraInfo:
    """Pinhole without distortion; a pixel's centre has whole coordinates, so the middle lies at (width - 1) / 2."""
    camera = config.camera
    focal = camera.width / 2.0 / math.tan(camera.hfov / 2.0)
    center_x, center_y = (camera.width - 1) / 2.0, (camera.height - 1) / 2.0
    message = CameraInfo(width=camera.width, height=camera.height, distortion_model="plumb_bob")
    message.header.frame_id = CAMERA_OPTICAL_FRAME
    message.d = array("d", [0.0] * 5)
    message.k = [focal, 0.0, center_x, 0.0, focal, center_y, 0.0, 0.0, 1.0]
    message.r = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    message.p = [focal, 0.0, center_x, 0.0, 0.0, focal, center_y, 0.0, 0.0, 0.0, 1.0, 0.0]
    return message


def _empty_imu(config: SimulationConfig) -> Imu:
    noise = config.noise
    message = Imu()
    message.header.frame_id = "imu_link"
    for i in range(3):
        message.angular_velocity_covariance[4 * i] = max(noise.gyro**2 + noise.gyro_bias**2, 1e-12)
        message.linear_acceleration_covariance[4 * i] = max(noise.accelerometer**2 + noise.accelerometer_bias**2, 1e-12)
        # Gravity shows roll and pitch; yaw is a sum of gyro readings, about 1° after some minutes.
        message.orientation_covariance[4 * i] = 3e-4 if i == 2 else _FLAT
    return message


def _empty_scan(config: SimulationConfig) -> LaserScan:
    rays = config.lidar.rays
    message = LaserScan()
    message.header.frame_id = "base_scan"
    message.angle_min = 0.0
    message.angle_increment = 2.0 * math.pi / rays
    message.angle_max = message.angle_increment * (rays - 1)
    message.time_increment = 0.0  # all rays are cast at one instant
    message.scan_time = 1.0 / config.rates.lidar if config.rates.lidar > 0.0 else 0.0
    message.range_min, message.range_max = config.lidar.range_min, config.lidar.range_max
    return message


def _empty_image(config: SimulationConfig, encoding: str, *, bytes_per_pixel: int) -> Image:
    width, height = config.camera.width, config.camera.height
    message = Image(width=width, height=height, encoding=encoding, is_bigendian=0, step=width * bytes_per_pixel)
    message.header.frame_id = CAMERA_OPTICAL_FRAME
    return message


def _set_yaw(orientation: Quaternion, yaw: float) -> None:
    orientation.z, orientation.w = math.sin(yaw / 2.0), math.cos(yaw / 2.0)


def _set_quaternion(orientation: Any, xyzw: QuaternionXyzw) -> None:  # noqa: ANN401  (message classes have no types)
    orientation.x, orientation.y, orientation.z, orientation.w = xyzw
