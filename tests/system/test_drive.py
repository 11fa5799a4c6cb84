"""A goal on the real nodes: the robot arrives, and what it published is in the lake, message for message."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from action_msgs.msg import GoalStatus
from nav2_msgs.action import NavigateToPose
from nav_msgs.msg import Odometry

import launch_pytest
from launch import LaunchDescription
from launch_ros.actions import Node as NodeAction
from rclpy.action import ActionClient
from twin_lakehouse import Lake

from .conftest import ROOM, ROOT
from .probe import Probe, probing

JOB = "drive-test"
GOAL_XY = (1.0, 1.0)
XY_TOLERANCE_M = 0.25  # the server's own tolerance, and what localisation may be off
FRESH_S = 10.0  # 1 s on an idle machine; the wide margin is for a busy one


@launch_pytest.fixture
def recorded_robot(own_graph: int, own_lake: Path, tmp_path: Path) -> LaunchDescription:
    """Simulator, navigation server and recorder in an empty room."""
    configuration = str(ROOT / "config" / "simulation.yaml")
    simulated = {"world": str(ROOM), "use_sim_time": True}
    robot = {
        "urdf": str(ROOT / "urdf" / "turtlebot3_waffle.urdf"),
        "real_time_factor": 2.0,
        "use_sim_time": False,
    }
    recorder = {
        "asset_id": "turtlebot-01",
        "job_id": JOB,
        "spool": str(tmp_path / "spool"),
        "pose.rule": "odom",  # the trajectory is compared with /odom itself
        "use_sim_time": True,
    }
    return LaunchDescription(
        [
            NodeAction(
                package="twin_sim",
                executable="mujoco_sim",
                parameters=[configuration, simulated, robot],
            ),
            NodeAction(package="twin_sim", executable="nav_server", parameters=[configuration, simulated]),
            NodeAction(
                package="twin_recorder", executable="twin_recorder", parameters=[recorder], sigterm_timeout="30"
            ),
        ]
    )


def drive(probe: Probe, goal_xy: tuple[float, float]) -> Any:
    """Send one goal and return the action's wrapped result."""
    client = ActionClient(probe, NavigateToPose, "navigate_to_pose")
    probe.wait_until(client.server_is_ready, "the navigation server")
    goal = NavigateToPose.Goal()
    goal.pose.header.frame_id = "map"
    goal.pose.pose.position.x, goal.pose.pose.position.y = goal_xy
    handle = probe.result_of(client.send_goal_async(goal), "the goal's acceptance")
    assert handle.accepted
    return probe.result_of(handle.get_result_async(), "the goal's result", deadline_s=90.0)


def row_of(message: Odometry) -> tuple[int, float, float, float, float]:
    """What the lake must hold of an odometry message: stamp in µs, position, orientation about z."""
    stamp, pose = message.header.stamp, message.pose.pose
    stamp_us = stamp.sec * 1_000_000 + stamp.nanosec // 1000
    return stamp_us, pose.position.x, pose.position.y, pose.orientation.z, pose.orientation.w


def rows_since(first_us: int) -> list[tuple[int, float, float, float, float]]:
    """The lake's snapshots of the job from an instant on, in order."""
    with Lake.open(read_only=True) as lake:
        table = lake.query(
            "SELECT epoch_us(timestamp), position_x, position_y, orientation_qz, orientation_qw FROM state_snapshots"
            " WHERE job_id = ? AND epoch_us(timestamp) >= ? ORDER BY timestamp",
            (JOB, first_us),
        )
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.mark.launch(fixture=recorded_robot)
def test_robot_reaches_goal_and_trajectory_in_lake_equals_odom() -> None:
    with probing() as probe:
        odometry = probe.collect(Odometry, "/odom", 1000)
        truth = probe.collect(Odometry, "/ground_truth/odom", 10)
        probe.wait_until(lambda: bool(odometry and truth), "the robot's odometry", deadline_s=60.0)
        result = drive(probe, GOAL_XY)
        arrived = truth[-1].pose.pose.position
        published = [row_of(message) for message in odometry]
        assert result.status == GoalStatus.STATUS_SUCCEEDED
        assert math.dist((arrived.x, arrived.y), GOAL_XY) < XY_TOLERANCE_M
        # While the robot still runs, not only at the recorder's end.
        probe.wait_until(lambda: len(rows_since(published[0][0])) >= len(published), "the rows", deadline_s=FRESH_S)
        assert rows_since(published[0][0])[: len(published)] == published
