"""Readings become messages with the right frames, stamps and numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from twin_sim.simulator.core import SimulationConfig
from twin_sim.simulator.core.readings import (
    CameraReading,
    ClockReading,
    GroundTruthReading,
    ImuReading,
    LidarReading,
    OdometryReading,
)
from twin_sim.simulator.messages import Messages, camera_info
from twin_sim.world import Pose2D

START_NS = 1_700_000_000_250_000_000


@pytest.fixture
def messages() -> Messages:
    return Messages(SimulationConfig(), START_NS)


def test_clock_begins_at_the_start_time(messages: Messages) -> None:
    stamp = messages.clock(ClockReading(stamp_ns=800_000_000)).clock
    assert (stamp.sec, stamp.nanosec) == (1_700_000_001, 50_000_000)


def test_odometry_keeps_pose_twist_and_covariance(messages: Messages) -> None:
    reading = OdometryReading(
        stamp_ns=0,
        pose=Pose2D(x=1.0, y=2.0, yaw=math.pi / 2),
        linear=0.2,
        angular=0.5,
        covariance=np.arange(9.0).reshape(3, 3),
        wheel_angles=(3.0, 4.0),
        wheel_speeds=(5.0, 6.0),
    )
    message = messages.odometry(reading)
    pose, twist = message.pose.pose, message.twist.twist
    assert (message.header.frame_id, message.child_frame_id) == ("odom", "base_footprint")
    assert (pose.position.x, pose.position.y, twist.linear.x, twist.angular.z) == (1.0, 2.0, 0.2, 0.5)
    assert (pose.orientation.z, pose.orientation.w) == pytest.approx((math.sqrt(0.5), math.sqrt(0.5)))
    covariance = np.array(message.pose.covariance).reshape(6, 6)
    assert covariance[np.ix_([0, 1, 5], [0, 1, 5])].tolist() == reading.covariance.tolist()
    assert list(messages.joint_states(reading).position) == [3.0, 4.0]
    transform = messages.base_transform(reading)
    assert (transform.header.frame_id, transform.child_frame_id) == ("odom", "base_footprint")
    assert transform.transform.translation.y == 2.0


def test_ground_truth_is_in_the_map_frame(messages: Messages) -> None:
    reading = GroundTruthReading(
        stamp_ns=0,
        position=(1.0, 2.0, 0.1),
        orientation=(0.0, 0.0, 1.0, 0.0),
        linear=(0.1, 0.0, 0.0),
        angular=(0.0, 0.0, 0.3),
    )
    message = messages.ground_truth(reading)
    assert (message.header.frame_id, message.child_frame_id) == ("map", "base_footprint")
    assert (message.pose.pose.position.z, message.pose.pose.orientation.z) == (0.1, 1.0)
    assert (message.twist.twist.linear.x, message.twist.twist.angular.z) == (0.1, 0.3)


def test_imu_has_covariances(messages: Messages) -> None:
    reading = ImuReading(
        stamp_ns=0,
        orientation=(0.0, 0.0, 0.0, 1.0),
        angular_velocity=(0.1, 0.2, 0.3),
        acceleration=(0.0, 0.0, 9.8),
    )
    message = messages.imu(reading)
    assert message.header.frame_id == "imu_link"
    assert (message.angular_velocity.z, message.linear_acceleration.z) == (0.3, 9.8)
    for covariance in (message.angular_velocity_covariance, message.linear_acceleration_covariance):
        assert min(covariance[0], covariance[4], covariance[8]) > 0.0


def test_scan_covers_a_turn_without_its_last_degree(messages: Messages) -> None:
    ranges = np.linspace(0.2, 3.0, 360, dtype=np.float32)
    ranges[:2] = (np.inf, -np.inf)
    message = messages.scan(LidarReading(stamp_ns=0, ranges=ranges))
    assert message.header.frame_id == "base_scan"
    assert list(message.ranges) == ranges.tolist()
    assert message.angle_max == pytest.approx(2 * math.pi * 359 / 360)
    assert (message.range_min, message.range_max) == pytest.approx((0.12, 3.5))


def test_pictures_carry_their_bytes(messages: Messages) -> None:
    rgb = np.arange(240 * 320 * 3, dtype=np.uint8).reshape(240, 320, 3)
    depth = np.linspace(0.0, 5.0, 240 * 320, dtype=np.float32).reshape(240, 320)
    color, distance, info = messages.pictures(CameraReading(stamp_ns=0, rgb=rgb, depth=depth))
    assert (color.encoding, color.step, bytes(color.data)) == ("rgb8", 960, rgb.tobytes())
    assert (distance.encoding, distance.step, bytes(distance.data)) == ("32FC1", 1280, depth.tobytes())
    assert {color.header.frame_id, distance.header.frame_id, info.header.frame_id} == {"camera_rgb_optical_frame"}


def test_camera_info_is_a_pinhole_of_the_opening_angle() -> None:
    info = camera_info(SimulationConfig())
    assert 2 * math.atan(320 / 2 / info.k[0]) == pytest.approx(1.2)
    assert (info.k[2], info.k[5]) == (159.5, 119.5)
    assert (info.width, info.height, len(info.d)) == (320, 240, 5)
