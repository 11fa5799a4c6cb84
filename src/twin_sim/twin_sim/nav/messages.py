"""Between ROS messages and the core's values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from builtin_interfaces.msg import Duration, Time
from geometry_msgs.msg import Point, Pose, PoseStamped, PoseWithCovarianceStamped, Quaternion, TransformStamped, Twist
from nav_msgs.msg import OccupancyGrid, Odometry
from nav_msgs.msg import Path as PathMessage
from sensor_msgs.msg import LaserScan

from twin_sim.nav.core.controller import Command
from twin_sim.nav.core.errors import ErrorCode
from twin_sim.nav.core.geometry import Pose2D, yaw_of_quaternion
from twin_sim.nav.core.grid import Grid
from twin_sim.nav.core.matcher import Matrix
from twin_sim.nav.core.odometry import OdometrySample
from twin_sim.nav.core.planner import Path
from twin_sim.nav.core.scan import Scan

_NS = 1_000_000_000


class ActionResult(Protocol):
    """What the results of Nav2's actions have in common."""

    error_code: int

    @classmethod
    def get_fields_and_field_types(cls) -> Mapping[str, str]:
        """Field names, with their types as text."""


def seconds_of(stamp: Time) -> float:
    """A message's stamp in seconds."""
    return float(stamp.sec + stamp.nanosec * 1e-9)


def time_of(seconds: float) -> Time:
    """A message's stamp; exact to a microsecond, which is what a float holds of today's date."""
    micros = round(seconds * 1e6)
    return Time(sec=micros // 1_000_000, nanosec=(micros % 1_000_000) * 1000)


def duration_of(seconds: float) -> Duration:
    """A message's duration."""
    nanos = round(seconds * _NS)
    return Duration(sec=nanos // _NS, nanosec=nanos % _NS)


def quaternion_of(yaw: float) -> Quaternion:
    """The orientation of a heading (rad)."""
    return Quaternion(x=0.0, y=0.0, z=math.sin(yaw / 2.0), w=math.cos(yaw / 2.0))


def pose_of(pose: Pose2D) -> Pose:
    """A pose on the floor."""
    return Pose(position=Point(x=pose.x, y=pose.y, z=0.0), orientation=quaternion_of(pose.yaw))


def pose2d_of(pose: Pose) -> Pose2D:
    """Position and heading; height, roll and pitch are left out."""
    q = pose.orientation
    return Pose2D(pose.position.x, pose.position.y, yaw_of_quaternion(q.x, q.y, q.z, q.w))


def mount_of(transform: TransformStamped) -> Pose2D:
    """The planar part of a transform: the child frame's pose in its parent."""
    t, q = transform.transform.translation, transform.transform.rotation
    return Pose2D(t.x, t.y, yaw_of_quaternion(q.x, q.y, q.z, q.w))


def sample_of(message: Odometry) -> OdometrySample:
    """Pose and speeds out of an /odom message."""
    twist = message.twist.twist
    pose = pose2d_of(message.pose.pose)
    return OdometrySample(seconds_of(message.header.stamp), pose, twist.linear.x, twist.angular.z)


def scan_of(message: LaserScan, mount: Pose2D) -> Scan:
    """A /scan message, with the lidar's pose in the base frame."""
    return Scan.checked(
        stamp_s=seconds_of(message.header.stamp),
        angle_min=message.angle_min,
        angle_step=message.angle_increment,
        ranges=np.asarray(message.ranges, dtype=np.float64),
        range_limits_m=(message.range_min, message.range_max),
        mount=mount,
    )


def twist_of(command: Command) -> Twist:
    """A command for /cmd_vel."""
    twist = Twist()
    twist.linear.x = command.linear
    twist.angular.z = command.angular
    return twist


def stamped(pose: Pose2D, frame: str, stamp: Time) -> PoseStamped:
    """A pose with frame and time."""
    message = PoseStamped(pose=pose_of(pose))
    message.header.frame_id, message.header.stamp = frame, stamp
    return message


def path_of(path: Path, frame: str, stamp: Time) -> PathMessage:
    """A /plan message."""
    message = PathMessage()
    message.header.frame_id, message.header.stamp = frame, stamp
    poses = zip(path.points.tolist(), path.headings.tolist(), strict=True)
    message.poses = [stamped(Pose2D(x, y, yaw), frame, stamp) for (x, y), yaw in poses]
    return message


def estimate_of(pose: Pose2D, covariance: Matrix, frame: str, stamp: Time) -> PoseWithCovarianceStamped:
    """An /amcl_pose message; `covariance` (3, 3) of x, y, yaw."""
    message = PoseWithCovarianceStamped()
    message.header.frame_id, message.header.stamp = frame, stamp
    message.pose.pose = pose_of(pose)
    full = np.zeros((6, 6))
    axes = np.array([0, 1, 5])
    full[np.ix_(axes, axes)] = covariance
    message.pose.covariance = full.ravel()
    return message


def transform_of(pose: Pose2D, parent: str, child: str, stamp: Time) -> TransformStamped:
    """The child frame's pose in its parent, as a transform."""
    message = TransformStamped(child_frame_id=child)
    message.header.frame_id, message.header.stamp = parent, stamp
    message.transform.translation.x, message.transform.translation.y = pose.x, pose.y
    message.transform.rotation = quaternion_of(pose.yaw)
    return message


def map_of(grid: Grid, frame: str, stamp: Time) -> OccupancyGrid:
    """A /map message."""
    message = OccupancyGrid()
    message.header.frame_id, message.header.stamp = frame, stamp
    message.info.map_load_time = stamp
    message.info.resolution = grid.resolution_m
    message.info.height, message.info.width = grid.cells.shape
    message.info.origin = pose_of(Pose2D(*grid.origin_xy))
    message.data = grid.cells.ravel().tolist()
    return message


def fill_error(result: ActionResult, code: ErrorCode, text: str) -> None:
    """Set code and text; Nav2 has added `error_msg` to its results one by one, so not every type has it."""
    result.error_code = int(code)
    if "error_msg" in result.get_fields_and_field_types():
        setattr(result, "error_msg", text)  # noqa: B010  (not a field of every result type)
