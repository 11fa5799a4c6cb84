"""What a simulation can be told. Defaults are the TurtleBot3 Waffle's."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveConfig:
    """Wheel geometry (m) and limits (m/s, rad/s, m/s², rad/s²); without a command for `watchdog_s` the robot stops."""

    wheel_radius: float = 0.033
    wheel_separation: float = 0.287
    max_linear: float = 0.26
    max_angular: float = 1.82
    max_linear_acceleration: float = 1.0
    max_angular_acceleration: float = 6.0
    watchdog_s: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseConfig:
    """Sensor noise, one standard deviation each unless named otherwise.

    wheel_scale: error of each wheel's assumed radius, drawn once a run (ratio). wheel_slip: random error of a wheel's
    travel after one metre (m). gyro (rad/s), gyro_bias (rad/s, drawn once), accelerometer (m/s²), accelerometer_bias
    (m/s², drawn once), lidar (m), image (of 255), depth: error at one metre, grows with the square (m).
    """

    enabled: bool = True
    wheel_scale: float = 0.002
    wheel_slip: float = 0.004
    gyro: float = 2e-4
    gyro_bias: float = 1e-4
    accelerometer: float = 1.7e-2
    accelerometer_bias: float = 1e-2
    lidar: float = 0.01
    image: float = 1.8
    depth: float = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class RateConfig:
    """Sensor rates in Hz of simulated time."""

    clock: float = 100.0
    odometry: float = 30.0
    ground_truth: float = 30.0
    imu: float = 100.0
    lidar: float = 5.0
    camera: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LidarConfig:
    """A ray every 360°/rays, counter-clockwise from ahead; range in m."""

    rays: int = 360
    range_min: float = 0.12
    range_max: float = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraConfig:
    """Picture in pixels, horizontal opening angle (rad), range of the depth picture (m)."""

    enabled: bool = True
    width: int = 320
    height: int = 240
    hfov: float = 1.2
    depth_min: float = 0.1
    depth_max: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationConfig:
    """Everything a run depends on besides world, robot and commands. `step_s`: length of a physics step."""

    seed: int = 1
    step_s: float = 0.005
    drive: DriveConfig = field(default_factory=DriveConfig)
    noise: NoiseConfig = field(default_factory=NoiseConfig)
    rates: RateConfig = field(default_factory=RateConfig)
    lidar: LidarConfig = field(default_factory=LidarConfig)
    camera: CameraConfig = field(default_factory=CameraConfig)
