"""World, robot, physics and sensors as one thing that steps."""

from __future__ import annotations

import logging

import numpy as np

from twin_sim.errors import CameraUnavailableError, PlacementError
from twin_sim.simulator.core.camera import Camera
from twin_sim.simulator.core.config import SimulationConfig
from twin_sim.simulator.core.drive import Drive
from twin_sim.simulator.core.imu import Imu
from twin_sim.simulator.core.lidar import Lidar
from twin_sim.simulator.core.odometry import WheelOdometry
from twin_sim.simulator.core.physics import Physics
from twin_sim.simulator.core.readings import ClockReading, GroundTruthReading, Reading
from twin_sim.simulator.core.schedule import Schedule
from twin_sim.world.check import ROBOT_RADIUS_M
from twin_sim.world.mjcf import MjcfOptions, simulation_mjcf
from twin_sim.world.model import Pose2D, World
from twin_sim.world.urdf import RobotModel

_log = logging.getLogger(__name__)


class Simulation:
    """Same world, robot, config and commands (in simulated time): the same readings, bit by bit."""

    def __init__(self, world: World, robot: RobotModel, config: SimulationConfig) -> None:
        self.world = world
        self.config = config
        self.camera_problem: str | None = None
        self._step_ns = round(config.step_s * 1e9)
        camera = config.camera
        options = MjcfOptions(
            step_s=config.step_s,
            camera_width=camera.width,
            camera_height=camera.height,
            camera_hfov_rad=camera.hfov,
        )
        self.physics = Physics(simulation_mjcf(world, robot, options))
        self.drive = Drive(config.drive)
        self._camera: Camera | None = None
        self._camera_enabled = camera.enabled and config.rates.camera > 0.0
        self.time_ns = 0
        self.reset()

    def reset(self) -> None:
        """Robot back at the start, odometry and noise as at the first moment. Time goes on: a clock never runs back."""
        config, start = self.config, self.world.start
        # One stream of random numbers a sensor: switching the camera off must not change what the lidar sees.
        wheels, imu, lidar, camera = (
            np.random.default_rng(seed) for seed in np.random.SeedSequence(config.seed).spawn(4)
        )
        self.drive.stop()
        self.physics.restart(start)
        self._odometry = WheelOdometry(config.drive, config.noise, wheels, start)
        self._imu = Imu(config.noise, imu, start.yaw)
        self._lidar = Lidar(self.physics, config.lidar, config.noise, lidar)
        self._camera_random = camera
        if self._camera is not None:
            self._camera.use_random(camera)
        self._make_schedules()

    def command(self, linear: float, angular: float) -> None:
        """Velocity wish (m/s, rad/s) from now on, until the watchdog ends it."""
        self.drive.command(linear, angular, self.time_ns / 1e9)

    def set_pose(self, pose: Pose2D) -> None:
        """Carry the robot to a pose. Odometry and IMU notice nothing, as in reality. Raises PlacementError."""
        distance, solid = self.world.nearest(pose.x, pose.y)
        low_x, low_y, high_x, high_y = self.world.bounds
        where = f"pose ({pose.x:.2f}, {pose.y:.2f})"
        if not (low_x < pose.x < high_x and low_y < pose.y < high_y):
            raise PlacementError(f"{where} is outside of world {self.world.name!r}; choose a point inside of its walls")
        if distance < ROBOT_RADIUS_M:
            raise PlacementError(
                f"{where} is {distance:.2f} m from {solid.name!r}; the robot needs {ROBOT_RADIUS_M} m, choose another"
            )
        self.drive.stop()
        self.physics.place(pose)

    def step(self) -> list[Reading]:
        """One physics step; the readings that fall due at its end, clock first."""
        self.physics.step(self.drive.wheel_speeds(self.time_ns / 1e9, self.config.step_s))
        self.time_ns += self._step_ns
        return self.due_readings()

    def due_readings(self) -> list[Reading]:
        """Readings due now. Called by `step`; alone, it gives those of the first moment."""
        now = self.time_ns
        due = {name for name, schedule in self._schedules.items() if schedule.is_due(now)}
        if not due:
            return []
        self.physics.update_derived()
        readings: list[Reading] = []
        if "clock" in due:
            readings.append(ClockReading(stamp_ns=now))
        if "odometry" in due:
            elapsed_s = self._schedules["odometry"].elapsed_s(now)
            readings.append(self._odometry.update(now, self.physics.wheel_angles, elapsed_s))
        if "ground_truth" in due:
            readings.append(self._ground_truth(now))
        if "imu" in due:
            elapsed_s = self._schedules["imu"].elapsed_s(now)
            truth = self.physics.roll_pitch_yaw
            readings.append(self._imu.update(now, truth, self.physics.gyro_accelerometer, elapsed_s))
        if "lidar" in due:
            readings.append(self._lidar.scan(now))
        if "camera" in due and (camera := self.camera()) is not None:
            readings.append(camera.take(now))
        return readings

    def camera(self) -> Camera | None:
        """The camera, opened at its first use; None when switched off or when the machine cannot render."""
        if self._camera is None and self._camera_enabled:
            config = self.config
            try:
                self._camera = Camera(self.physics, config.camera, config.noise, self._camera_random)
            except CameraUnavailableError as error:
                self._camera_enabled = False
                self.camera_problem = str(error)
                _log.error("%s; the simulation goes on without pictures", error)
        return self._camera

    def close(self) -> None:
        """Free what the camera holds; in the thread that stepped."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def _make_schedules(self) -> None:
        rates, now = self.config.rates, self.time_ns
        self._schedules = {
            "clock": Schedule(rates.clock, now),
            "odometry": Schedule(rates.odometry, now),
            "ground_truth": Schedule(rates.ground_truth, now),
            "imu": Schedule(rates.imu, now),
            "lidar": Schedule(rates.lidar, now),
            "camera": Schedule(rates.camera, now),
        }

    def _ground_truth(self, now: int) -> GroundTruthReading:
        linear, angular = self.physics.body_velocity
        return GroundTruthReading(
            stamp_ns=now,
            position=self.physics.position,
            orientation=self.physics.orientation,
            linear=linear,
            angular=angular,
        )
