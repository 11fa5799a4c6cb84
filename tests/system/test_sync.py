"""Anomalies put in on purpose reach the lake through the real recorder, and sync leaves exactly those unreconciled."""

from __future__ import annotations

from pathlib import Path

import pytest
from nav_msgs.msg import Odometry

import launch_pytest
from launch import LaunchDescription
from launch_ros.actions import Node as NodeAction
from twin_lakehouse import Lake, create_twin, sync_twin, twin_events

from .probe import Probe, probing

JOB = "anomaly-test"
TWIN = "turtlebot-01"
COUNT = 60
PERIOD_NS = 33_000_000
EPOCH_NS = 1_767_225_600_000_000_000
TELEPORT, BAD_QUATERNION, BACK_IN_TIME = 20, 30, 40


@launch_pytest.fixture
def recorder(own_graph: int, own_lake: Path, tmp_path: Path) -> LaunchDescription:
    """The recorder alone; the test is the robot."""
    with Lake.open() as lake:
        create_twin(lake, TWIN, "robot")
    parameters = {"asset_id": TWIN, "job_id": JOB, "spool": str(tmp_path / "spool")}
    return LaunchDescription([NodeAction(package="twin_recorder", executable="twin_recorder", parameters=[parameters])])


def odometry(index: int) -> Odometry:
    """A robot that drives along x at 0.2 m/s, with three messages that cannot be true."""
    stamp_ns = EPOCH_NS + index * PERIOD_NS
    if index == BACK_IN_TIME:
        stamp_ns -= 10 * PERIOD_NS
    message = Odometry()
    message.header.frame_id, message.child_frame_id = "odom", "base_footprint"
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp_ns, 1_000_000_000)
    message.pose.pose.position.x = 0.2 * index * PERIOD_NS * 1e-9
    message.pose.pose.position.y = 5.0 if index == TELEPORT else 0.0
    message.pose.pose.orientation.w = 2.0 if index == BAD_QUATERNION else 1.0
    message.twist.twist.linear.x = 0.2
    return message


def landed() -> int:
    """How many snapshots of the job are in the lake."""
    with Lake.open(read_only=True) as lake:
        table = lake.query("SELECT count(*) AS n FROM state_snapshots WHERE job_id = ?", (JOB,))
    return int(table["n"][0].as_py())


def publish_all(probe: Probe) -> None:
    """Publish every message and wait until the lake has them."""
    publisher = probe.create_publisher(Odometry, "/odom", COUNT)
    probe.wait_until(lambda: publisher.get_subscription_count() > 0, "the recorder's subscription", deadline_s=60.0)
    for index in range(COUNT):
        publisher.publish(odometry(index))
    probe.wait_until(lambda: landed() == COUNT, f"{COUNT} rows in the lake")


def stamp_us(index: int) -> int:
    """The observation time of a message, in µs."""
    stamp = odometry(index).header.stamp
    return int(stamp.sec) * 1_000_000 + int(stamp.nanosec) // 1000


@pytest.mark.launch(fixture=recorder)
def test_sync_leaves_exactly_the_anomalies_unreconciled() -> None:
    with probing() as probe:
        publish_all(probe)
    with Lake.open() as lake:
        sync_twin(lake, TWIN, JOB)
        unreconciled = lake.query(
            "SELECT epoch_us(timestamp) AS t FROM state_snapshots WHERE job_id = ? AND NOT reconciled ORDER BY t",
            (JOB,),
        )
        anomalies = twin_events(lake, TWIN, job_id=JOB, event_type="twin.anomaly")
    expected = sorted(stamp_us(index) for index in (TELEPORT, BAD_QUATERNION, BACK_IN_TIME))
    assert unreconciled["t"].to_pylist() == expected
    assert len(anomalies) == len(expected)
