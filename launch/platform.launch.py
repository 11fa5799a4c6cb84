"""The workspace's nodes without a simulator: for a robot, Gazebo or a replayed bag that is already running.

`ros2 launch launch/platform.launch.py asset:=turtlebot-01` records; with `target:=red locations:=FILE` it searches.
"""

from __future__ import annotations

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.conditions import IfCondition
from launch.substitutions import (
    LaunchConfiguration,
    NotEqualsSubstitution,
    PathJoinSubstitution,
    ThisLaunchFileDir,
)
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

PARAMETERS = PathJoinSubstitution([ThisLaunchFileDir(), "..", "config", "platform.yaml"])


def arguments() -> list[DeclareLaunchArgument]:
    """Everything a person may set on the command line."""
    return [
        DeclareLaunchArgument("asset", default_value="turtlebot-01", description="asset_id of the robot's twin"),
        DeclareLaunchArgument("job", default_value="", description="job_id of this run; empty: a new one"),
        DeclareLaunchArgument("target", default_value="", description="colour to search for; empty: record only"),
        DeclareLaunchArgument("locations", default_value="", description="YAML file with the named locations"),
        DeclareLaunchArgument(
            "use_sim_time", default_value="false", choices=["true", "false"], description="follow /clock"
        ),
    ]


def common_parameters() -> dict[str, ParameterValue]:
    """What every node of a job is told."""
    return {
        "use_sim_time": ParameterValue(LaunchConfiguration("use_sim_time"), value_type=bool),
        "asset_id": ParameterValue(LaunchConfiguration("asset"), value_type=str),
        "job_id": ParameterValue(LaunchConfiguration("job"), value_type=str),
    }


def recorder() -> Node:
    """The twin's only writer. A crash restarts it, and it gets time to land what is left when the launch ends."""
    return Node(
        package="twin_recorder",
        executable="twin_recorder",
        name="twin_recorder",
        output="screen",
        parameters=[PARAMETERS, common_parameters()],
        respawn=True,
        respawn_delay=2.0,
        respawn_max_retries=3,
        sigterm_timeout="30",
    )


def navigator() -> Node:
    """The behavior tree that searches the named locations for the target."""
    return Node(
        package="twin_navigator",
        executable="twin_navigator",
        name="twin_navigator",
        output="screen",
        condition=IfCondition(NotEqualsSubstitution(LaunchConfiguration("target"), "")),
        parameters=[
            PARAMETERS,
            common_parameters(),
            {
                "target": ParameterValue(LaunchConfiguration("target"), value_type=str),
                "locations_file": ParameterValue(LaunchConfiguration("locations"), value_type=str),
            },
        ],
    )


def generate_launch_description() -> LaunchDescription:
    """Recorder always; navigator where a target is named."""
    return LaunchDescription([*arguments(), recorder(), navigator()])
