"""The main job: a TurtleBot searches a simulated world, and its twin lands in the lakehouse while it drives.

`ros2 launch launch/maze.launch.py world:=warehouse target:=green`; the launch ends when the mission does.
"""

from __future__ import annotations

from pathlib import Path

from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from launch.actions import (
    DeclareLaunchArgument,
    IncludeLaunchDescription,
    OpaqueFunction,
    RegisterEventHandler,
    Shutdown,
)
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

ROOT = Path(__file__).resolve().parent.parent
WORLDS = ROOT / "config" / "worlds"


def arguments() -> list[DeclareLaunchArgument]:
    """Everything a person may set on the command line."""
    return [
        DeclareLaunchArgument(
            "world", default_value="maze", description="name in config/worlds, or path of a YAML file"
        ),
        DeclareLaunchArgument("target", default_value="red", description="colour of the object to search for"),
        DeclareLaunchArgument("asset", default_value="turtlebot-01", description="asset_id of the robot's twin"),
        DeclareLaunchArgument("job", default_value="", description="job_id of this run; empty: a new one"),
        DeclareLaunchArgument("seed", default_value="1", description="seed of the simulation's noise"),
        DeclareLaunchArgument("real_time_factor", default_value="3.0", description="simulated s a second; 0: no limit"),
    ]


def world_file(name_or_path: str) -> Path:
    """The world's YAML file. Raises FileNotFoundError that lists the worlds there are."""
    for candidate in (Path(name_or_path), WORLDS / f"{name_or_path}.yaml"):
        if candidate.is_file():
            return candidate.resolve()
    names = ", ".join(sorted(path.stem for path in WORLDS.glob("*.yaml")))
    raise FileNotFoundError(f"world {name_or_path!r} is neither a file nor one of config/worlds: {names}")


def simulation(world: Path) -> list[Node]:
    """The robot under physics, and the navigation server that drives it."""
    parameters = [
        str(ROOT / "config" / "simulation.yaml"),
        {"world": str(world), "use_sim_time": True},
    ]
    simulated = {
        "urdf": str(ROOT / "urdf" / "turtlebot3_waffle.urdf"),
        "seed": ParameterValue(LaunchConfiguration("seed"), value_type=int),
        "real_time_factor": ParameterValue(LaunchConfiguration("real_time_factor"), value_type=float),
        "use_sim_time": False,  # it is where /clock comes from
    }
    return [
        Node(
            package="twin_sim",
            executable="mujoco_sim",
            name="mujoco_sim",
            output="screen",
            parameters=[*parameters, simulated],
        ),
        Node(package="twin_sim", executable="nav_server", name="nav_server", output="screen", parameters=parameters),
    ]


def platform(world: Path) -> IncludeLaunchDescription:
    """Recorder and navigator, on simulated time."""
    return IncludeLaunchDescription(
        PythonLaunchDescriptionSource(str(ROOT / "launch" / "platform.launch.py")),
        launch_arguments=[
            ("asset", LaunchConfiguration("asset")),
            ("job", LaunchConfiguration("job")),
            ("target", LaunchConfiguration("target")),
            ("locations", str(world)),
            ("use_sim_time", "true"),
        ],
    )


def end_with_the_mission(event: ProcessExited, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
    """Shut the launch down when the mission is over, or can't go on.

    The recorder is not among the reasons: losing it never stops a running robot.
    """
    if context.is_shutdown or event.process_name.startswith("twin_recorder"):
        return None
    return [Shutdown(reason=f"{event.process_name} ended with exit code {event.returncode}")]


def describe(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """The whole job, once the arguments are known."""
    world = world_file(context.launch_configurations["world"])
    return [
        RegisterEventHandler(OnProcessExit(on_exit=end_with_the_mission)),
        *simulation(world),
        platform(world),
    ]


def generate_launch_description() -> LaunchDescription:
    """Arguments first; the rest needs their values."""
    return LaunchDescription([*arguments(), OpaqueFunction(function=describe)])
