"""The node as a process: what is published is in the lake within 2 s, and nothing is left behind at its end."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from nav_msgs.msg import Odometry

import rclpy
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from twin_lakehouse import Lake, LakeSettings
from twin_node import testing
from twin_node.testing import END_S, NodeProcess, ros_arguments

JOB = "node-test"
FRESH_S = 10.0  # 1 s on an idle machine; the wide margin is for a busy one
COUNT = 200
LATCHED = QoSProfile(depth=100, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)
_DOMAINS = itertools.count(151 + os.getpid() % 40)


@pytest.fixture
def environment(settings: LakeSettings, prefixes: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch) -> LakeSettings:
    """A graph, a lake and the interface packages, for this process and the node's."""
    monkeypatch.setenv("ROS_DOMAIN_ID", str(next(_DOMAINS)))
    monkeypatch.setenv("TWIN_CATALOG", settings.catalog)
    monkeypatch.setenv("TWIN_STORAGE", settings.storage)
    monkeypatch.setenv("AMENT_PREFIX_PATH", os.pathsep.join(map(str, prefixes)))
    Lake.open(settings).close()
    return settings


@pytest.fixture
def robot(environment: LakeSettings) -> Iterator[Node]:
    """The node that publishes."""
    rclpy.init()
    node = rclpy.create_node("robot")
    yield node
    node.destroy_node()
    rclpy.shutdown()


def start(folder: Path, **parameters: object) -> NodeProcess:
    options = ros_arguments({"spool": folder / "spool", "job_id": JOB, **parameters})
    return NodeProcess(folder / "log", "twin_recorder.main", *options)


@contextmanager
def recording(folder: Path, **parameters: object) -> Iterator[NodeProcess]:
    """The recorder as a process of its own, ended by SIGINT; it must end by itself and well."""
    with start(folder, **parameters) as node:
        node.wait_for("recording asset=")
        yield node
        node.end()


def wait_until(node: Node, is_true: Callable[[], object], what: str) -> None:
    """Spin until it is true. Raises TimeoutError."""

    def look() -> object:
        rclpy.spin_once(node, timeout_sec=0.05)
        return is_true()

    testing.wait_until(look, what, 90.0)


def odometry(i: int) -> Odometry:
    message = Odometry()
    message.header.frame_id, message.child_frame_id = "odom", "base_footprint"
    message.header.stamp.sec, message.header.stamp.nanosec = 1_700_000_000 + i // 30, i % 30 * 33_333_333
    message.pose.pose.position.x = 0.01 * i
    message.pose.pose.orientation.z, message.pose.pose.orientation.w = math.sin(0.01 * i), math.cos(0.01 * i)
    message.twist.twist.linear.x = 0.2
    return message


def row_of(message: Odometry) -> tuple[Any, ...]:
    stamp, pose = message.header.stamp, message.pose.pose
    stamp_us = stamp.sec * 1_000_000 + stamp.nanosec // 1000
    return stamp_us, pose.position.x, pose.orientation.z, pose.orientation.w, message.twist.twist.linear.x


def rows(settings: LakeSettings, sql: str) -> list[tuple[Any, ...]]:
    """A query's rows."""
    with Lake.open(settings, read_only=True) as lake:
        return [tuple(row.values()) for row in lake.query(sql).to_pylist()]


SNAPSHOTS = (
    "SELECT epoch_us(timestamp), position_x, orientation_qz, orientation_qw, linear_velocity"
    " FROM state_snapshots WHERE job_id = 'node-test' ORDER BY timestamp"
)


def test_published_odometry_is_in_the_lake_soon_message_for_message(
    tmp_path: Path, environment: LakeSettings, robot: Node
) -> None:
    publisher = robot.create_publisher(Odometry, "/odom", COUNT)
    with recording(tmp_path):
        wait_until(robot, publisher.get_subscription_count, "the recorder's subscription")
        publisher.publish(odometry(0))
        wait_until(robot, lambda: rows(environment, SNAPSHOTS), "the first row")
        sent = [odometry(i) for i in range(1, COUNT)]
        for message in sent:
            publisher.publish(message)
        published_s = time.monotonic()
        with Lake.open(environment, read_only=True) as lake:
            wait_until(robot, lambda: lake.query(SNAPSHOTS).num_rows >= COUNT, f"{COUNT} rows")
        age_s = time.monotonic() - published_s
        assert rows(environment, SNAPSHOTS) == [row_of(odometry(i)) for i in range(COUNT)]
        assert age_s < FRESH_S


def test_end_commits_what_came_last(tmp_path: Path, environment: LakeSettings, robot: Node) -> None:
    publisher = robot.create_publisher(Odometry, "/odom", COUNT)
    with recording(tmp_path, **{"roll.max_age": 3600.0}):
        wait_until(robot, publisher.get_subscription_count, "the recorder's subscription")
        for i in range(5):
            publisher.publish(odometry(i))
    assert rows(environment, SNAPSHOTS) == [row_of(odometry(i)) for i in range(5)]
    assert {path.name for path in (tmp_path / "spool" / "turtlebot-01").iterdir()} == {".lake.json", ".lock"}


@pytest.mark.usefixtures("environment")
def test_interrupt_ends_the_process_also_twice(tmp_path: Path) -> None:
    with start(tmp_path) as node:
        node.wait_for("recording asset=")
        assert node.end(times=2) < END_S


@pytest.mark.usefixtures("environment")
def test_interrupt_while_starting_ends_the_process(tmp_path: Path) -> None:
    with start(tmp_path) as node:
        node.wait_for_start()
        assert node.end() < END_S


def test_event_published_before_the_recorder_came_is_recorded_once(
    tmp_path: Path, environment: LakeSettings, robot: Node
) -> None:
    from twin_interfaces.msg import TwinEvent

    publisher = robot.create_publisher(TwinEvent, "/twin/events", LATCHED)
    event = TwinEvent(event_id="00000000-0000-0000-0000-000000000007", event_type="nav.goal_set", actor="test")
    publisher.publish(event)
    query = "SELECT event_type, asset_id, job_id FROM events WHERE event_type LIKE 'nav.%'"
    for _ in range(2):  # as after a restart: the latched event arrives again
        with recording(tmp_path):
            wait_until(robot, lambda: rows(environment, query), "the event's row")
            wait_until(robot, publisher.get_subscription_count, "the recorder's subscription")
    assert rows(environment, query) == [("nav.goal_set", "turtlebot-01", JOB)]


def test_diagnostics_count_messages_a_topic(tmp_path: Path, robot: Node) -> None:
    publisher = robot.create_publisher(Odometry, "/odom", COUNT)
    heard: list[dict[str, str]] = []

    def on_diagnostics(array: DiagnosticArray) -> None:
        heard.extend({value.key: value.value for value in status.values} for status in array.status)

    robot.create_subscription(DiagnosticArray, "/diagnostics", on_diagnostics, 10)
    with recording(tmp_path):
        wait_until(robot, publisher.get_subscription_count, "the recorder's subscription")
        for i in range(3):
            publisher.publish(odometry(i))
        wait_until(robot, lambda: heard and "/odom" in heard[-1], "diagnostics of /odom")
    assert heard[-1]["job_id"] == JOB
    assert heard[-1]["/odom"].startswith("messages=3 lost=0 dropped=0 skipped=0 max_gap_ms=")


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["-p", "topics_file:=/none.yaml"],
            "topic table /none.yaml: No such file or directory; set parameter topics_file",
        ),
        (["-p", "roll.max_age:=0.0"], "parameter roll.max_age"),
        (["-p", "environment:=moon"], "parameter environment: 'moon' is unknown; give ros.dev.gpu or torch.dev.gpu"),
        (["-p", "asset_id:=a/b"], "asset_id 'a/b' is not valid"),
        (["-p", "catalog:=mysql://x"], "TWIN_CATALOG='mysql://x' is no catalog"),
        (["-p", "spool:=/dev/null/spool"], "spool /dev/null/spool/turtlebot-01 can't be made or opened"),
    ],
)
def test_wrong_parameter_is_one_sentence_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    command = [sys.executable, "-m", "twin_recorder.main", "--ros-args", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 2, finished.stderr
    assert sentence in finished.stderr
    assert "Traceback" not in finished.stderr
