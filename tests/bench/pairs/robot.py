"""A robot that publishes at fixed rates: `python -m tests.bench.pairs.robot SECONDS TOPIC…`; says in JSON how it went.

Messages are made beforehand (a drive in a circle, noise on every sensor) and stamped as they go, so that the robot
costs little beside what it is measured with. One line when everybody listens, one at the end.
"""

from __future__ import annotations

import argparse
import json
import math
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from nav_msgs.msg import Odometry
from sensor_msgs.msg import Image, Imu, LaserScan

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.serialization import serialize_message

Message: TypeAlias = Odometry | Imu | LaserScan | Image

_WAIT_S = 30.0
_STEP_S = 0.001
_STAMP = struct.Struct("<iI")
_RNG = np.random.default_rng(5)


def odometry(i: int) -> Odometry:
    """A circle of 2 m, once in 10 s at 2,000 Hz."""
    angle = 2 * math.pi * i / 20_000
    message = Odometry(child_frame_id="base_footprint")
    message.header.frame_id = "odom"
    pose, twist = message.pose.pose, message.twist.twist
    pose.position.x, pose.position.y = 2 * math.cos(angle), 2 * math.sin(angle)
    pose.orientation.z, pose.orientation.w = math.sin(angle / 2), math.cos(angle / 2)
    twist.linear.x, twist.angular.z = 1.2566 + float(_RNG.normal(0, 0.01)), 0.6283 + float(_RNG.normal(0, 0.01))
    for index in (0, 7, 35):
        message.pose.covariance[index] = message.twist.covariance[index] = 1e-3 * (1 + index)
    return message


def imu(i: int) -> Imu:
    """A robot on its wheels, with the noise of a small IMU."""
    angle = 2 * math.pi * i / 2_000
    message = Imu()
    message.header.frame_id = "imu_link"
    message.orientation.z, message.orientation.w = math.sin(angle / 2), math.cos(angle / 2)
    rate, acceleration = _RNG.normal(0, 0.002, 3), _RNG.normal(0, 0.02, 3)
    message.angular_velocity.x, message.angular_velocity.y, message.angular_velocity.z = map(float, rate)
    message.linear_acceleration.x, message.linear_acceleration.y = float(acceleration[0]), float(acceleration[1])
    message.linear_acceleration.z = 9.81 + float(acceleration[2])
    return message


def scan(_: int) -> LaserScan:
    """A room of 4 m by 3 m."""
    angles = np.arange(360) * math.pi / 180
    walls = np.minimum(2 / np.maximum(abs(np.cos(angles)), 1e-6), 1.5 / np.maximum(abs(np.sin(angles)), 1e-6))
    message = LaserScan(angle_max=6.2657, angle_increment=math.pi / 180, range_min=0.12, range_max=3.5)
    message.header.frame_id = "base_scan"
    message.ranges = (walls + _RNG.normal(0, 0.005, 360)).astype(np.float32).tolist()
    return message


def image(i: int) -> Image:
    """Slopes, a ball that moves, and a camera's noise."""
    y, x = np.mgrid[0:480, 0:640]
    pixels = np.stack([x / 3, y / 2, (x + y) / 5], axis=-1)
    pixels[(x - 320 - 8 * i) ** 2 + (y - 240) ** 2 < 60**2] = (200, 40, 40)
    pixels += _RNG.normal(0, 4, pixels.shape)
    message = Image(width=640, height=480, encoding="rgb8", step=1920)
    message.header.frame_id = "camera_rgb_optical_frame"
    message.data = np.clip(pixels, 0, 255).astype(np.uint8).tobytes()
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A topic's messages: rate (Hz), and how many different ones there are."""

    rate_hz: float
    different: int
    make: Callable[[int], Message]


SOURCES = {
    "/odom": Source(rate_hz=2_000, different=4_000, make=odometry),
    "/imu": Source(rate_hz=200, different=400, make=imu),
    "/scan": Source(rate_hz=10, different=20, make=scan),
    "/camera/color/image_raw": Source(rate_hz=15, different=15, make=image),
}


class Topic:
    """One topic's publisher and what it sends, in a round."""

    def __init__(self, node: Node, name: str, source: Source) -> None:
        made = [source.make(i) for i in range(source.different)]
        qos = QoSProfile(depth=2_000, reliability=ReliabilityPolicy.RELIABLE)
        self.name = name
        self.publisher: Publisher = node.create_publisher(type(made[0]), name, qos)
        self._messages = [bytearray(serialize_message(message)) for message in made]
        self._rate_hz = source.rate_hz
        self.sent = 0
        self.latest_s = 0.0

    def send_until(self, now_s: float) -> None:
        """What is due at a time since the start; at most 20 at once, so that no topic waits for another one."""
        due = min(int(now_s * self._rate_hz), self.sent + 20)
        while self.sent < due:
            self.latest_s = max(self.latest_s, now_s - (self.sent + 1) / self._rate_hz)
            message = self._messages[self.sent % len(self._messages)]
            _STAMP.pack_into(message, 4, *divmod(time.time_ns(), 1_000_000_000))
            self.publisher.publish(bytes(message))
            self.sent += 1


def drive(node: Node, topics: list[Topic], seconds: float) -> None:
    """Wait until every topic has a listener, then publish."""
    deadline = time.monotonic() + _WAIT_S
    while not all(node.count_subscribers(topic.name) for topic in topics):
        if time.monotonic() > deadline:
            sys.exit(f"nobody listens to {', '.join(topic.name for topic in topics)} after {_WAIT_S:g} s")
        time.sleep(0.05)
    time.sleep(1.0)  # the graph knows of the subscription a moment before messages reach it
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    while (now_s := time.monotonic() - began) < seconds:
        for topic in topics:
            topic.send_until(now_s)
        time.sleep(_STEP_S)
    for topic in topics:
        topic.send_until(seconds)


def _spin(node: Node) -> None:
    with suppress(ExternalShutdownException):
        rclpy.spin(node)


def main() -> None:
    """Publish, and say what was sent and how late the latest was."""
    parser = argparse.ArgumentParser()
    parser.add_argument("seconds", type=float)
    parser.add_argument("topics", nargs="+", choices=list(SOURCES))
    arguments = parser.parse_args()
    rclpy.init()
    node = rclpy.create_node("robot")
    topics = [Topic(node, name, SOURCES[name]) for name in arguments.topics]
    threading.Thread(target=_spin, args=(node,), daemon=True).start()
    drive(node, topics, arguments.seconds)
    sent = {topic.name: topic.sent for topic in topics}
    latest_s = max(topic.latest_s for topic in topics)
    print(json.dumps({"sent": sent, "latest_s": latest_s, "cpu_s": time.process_time()}), flush=True)
    sys.stdin.readline()  # a publisher that leaves takes along what is still on the way
    rclpy.try_shutdown()


if __name__ == "__main__":
    main()
