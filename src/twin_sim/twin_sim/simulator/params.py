"""Every parameter of mujoco_sim, checked once and made into a frozen configuration."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from twin_node.errors import ParameterError
from twin_node.parameters import Parameter, Value, Values, number, switch, text
from twin_sim.simulator.core.config import SimulationConfig


def _config(name: str, unit: str, low: float, high: float, description: str) -> Parameter:
    """A parameter that is a field of SimulationConfig: its dotted name leads there, and so to its default."""
    default = attrgetter(name)(SimulationConfig())
    if isinstance(default, bool):
        return switch(name, default, description)
    return number(name, default, unit, low, high, description)


OWN_PARAMETERS = (
    text("world", "", "world file, such as config/worlds/maze.yaml"),
    text("urdf", "", "robot description, such as urdf/turtlebot3_waffle.urdf"),
    number("real_time_factor", 1.0, "", 0.0, 1000.0, "simulated over wall time to keep; 0: as fast as possible"),
    number("start_time", -1.0, "s", -1.0, 2e9, "Unix time at which /clock starts; -1: the wall clock's"),
    switch("publish_robot_state", True, "link transforms; false beside a robot_state_publisher"),
)
CONFIG_PARAMETERS = (
    _config("seed", "", 0, 2**31 - 1, "seed of all sensor noise"),
    _config("step_s", "s", 0.001, 0.01, "length of a physics step"),
    _config("drive.wheel_radius", "m", 0.005, 0.5, "wheel radius that commands and odometry assume"),
    _config("drive.wheel_separation", "m", 0.02, 2.0, "distance of the wheels that commands and odometry assume"),
    _config("drive.max_linear", "m/s", 0.0, 2.0, "highest speed"),
    _config("drive.max_angular", "rad/s", 0.0, 10.0, "highest turn rate"),
    _config("drive.max_linear_acceleration", "m/s²", 0.01, 20.0, "steepest ramp of the speed"),
    _config("drive.max_angular_acceleration", "rad/s²", 0.01, 100.0, "steepest ramp of the turn rate"),
    _config("drive.watchdog_s", "s", 0.05, 10.0, "without a command on /cmd_vel for so long, the robot stops"),
    _config("noise.enabled", "", 0, 1, "sensor noise as a whole"),
    _config("noise.wheel_scale", "", 0.0, 0.2, "error of each wheel's assumed radius, drawn once a run (ratio)"),
    _config("noise.wheel_slip", "m", 0.0, 0.5, "random error of a wheel's travel after one metre"),
    _config("noise.gyro", "rad/s", 0.0, 1.0, "noise of a turn rate"),
    _config("noise.gyro_bias", "rad/s", 0.0, 1.0, "gyro bias, drawn once a run"),
    _config("noise.accelerometer", "m/s²", 0.0, 10.0, "noise of an acceleration"),
    _config("noise.accelerometer_bias", "m/s²", 0.0, 10.0, "accelerometer bias, drawn once a run"),
    _config("noise.lidar", "m", 0.0, 1.0, "range noise"),
    _config("noise.image", "of 255", 0.0, 100.0, "noise of a colour value"),
    _config("noise.depth", "m", 0.0, 1.0, "depth noise at one metre; it grows with the square"),
    _config("rates.clock", "Hz", 1.0, 200.0, "rate of /clock, in simulated time like all rates"),
    _config("rates.odometry", "Hz", 0.0, 200.0, "rate of /odom, /tf and /joint_states; 0: off, like all below"),
    _config("rates.ground_truth", "Hz", 0.0, 200.0, "rate of /ground_truth/odom"),
    _config("rates.imu", "Hz", 0.0, 200.0, "rate of /imu"),
    _config("rates.lidar", "Hz", 0.0, 50.0, "rate of /scan"),
    _config("rates.camera", "Hz", 0.0, 60.0, "rate of the colour and depth pictures"),
    _config("lidar.rays", "", 8, 4096, "rays a scan"),
    _config("lidar.range_min", "m", 0.0, 10.0, "nearer than this is too close"),
    _config("lidar.range_max", "m", 0.1, 100.0, "farther than this is out of range"),
    _config("camera.enabled", "", 0, 1, "whether pictures are rendered; false where there is no OpenGL"),
    _config("camera.width", "px", 16, 1280, "width of a picture"),
    _config("camera.height", "px", 16, 960, "height of a picture"),
    _config("camera.hfov", "rad", 0.2, 2.6, "horizontal opening angle"),
    _config("camera.depth_min", "m", 0.02, 5.0, "nearer than this is too close"),
    _config("camera.depth_max", "m", 0.1, 40.0, "farther than this is out of range"),
)
PARAMETERS = OWN_PARAMETERS + CONFIG_PARAMETERS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorParams:
    """What the node needs to know. `start_time_s`: Unix time (s), -1 = the wall clock's."""

    world: Path
    urdf: Path
    real_time_factor: float
    start_time_s: float
    publish_robot_state: bool
    simulation: SimulationConfig


def parse(given: Mapping[str, object]) -> SimulatorParams:
    """Check and group values; a name that is missing has its default. Raises ParameterError."""
    values = Values(PARAMETERS, given)
    config = SimulationConfig()
    for parameter in CONFIG_PARAMETERS:
        config = _with(config, parameter.name, values[parameter.name])
    _check_order(config.lidar.range_min, config.lidar.range_max, "lidar.range_min", "lidar.range_max")
    _check_order(config.camera.depth_min, config.camera.depth_max, "camera.depth_min", "camera.depth_max")
    return SimulatorParams(
        world=_path(values, "world"),
        urdf=_path(values, "urdf"),
        real_time_factor=values.number("real_time_factor"),
        start_time_s=values.number("start_time"),
        publish_robot_state=values.flag("publish_robot_state"),
        simulation=config,
    )


def _with(config: Any, name: str, value: Value) -> Any:  # noqa: ANN401  (any of the config classes)
    first, _, rest = name.partition(".")
    return dataclasses.replace(config, **{first: _with(getattr(config, first), rest, value) if rest else value})


def _path(values: Values, name: str) -> Path:
    if not values.text(name):
        description = next(parameter.description for parameter in OWN_PARAMETERS if parameter.name == name)
        raise ParameterError(name, f"not set; give the path of a file: {description}")
    return Path(values.text(name))


def _check_order(low: float, high: float, low_name: str, high_name: str) -> None:
    if low >= high:
        raise ParameterError(low_name, f"{low:g} must be below {high_name}, {high:g}; change one of them")
