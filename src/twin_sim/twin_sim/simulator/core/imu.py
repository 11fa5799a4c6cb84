"""Gyro and accelerometer with noise and bias, and the heading that a robot's IMU integrates from them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from twin_sim.simulator.core.config import NoiseConfig
from twin_sim.simulator.core.readings import ImuReading, Quaternion, Vector


class Imu:
    """Roll and pitch are true (gravity shows them); yaw starts true and is integrated from the gyro, so it drifts."""

    def __init__(self, noise: NoiseConfig, random: np.random.Generator, yaw: float) -> None:
        on = 1.0 if noise.enabled else 0.0
        self._random = random
        self._yaw = yaw
        self._sigmas = on * np.array([noise.gyro] * 3 + [noise.accelerometer] * 3)
        self._biases = on * random.standard_normal(6) * ([noise.gyro_bias] * 3 + [noise.accelerometer_bias] * 3)

    def update(
        self, stamp_ns: int, truth: Vector, gyro_accelerometer: NDArray[np.float64], elapsed_s: float
    ) -> ImuReading:
        """`truth`: roll, pitch, yaw (rad); `gyro_accelerometer` (6,): rad/s, m/s² in imu_link."""
        noise = self._sigmas * self._random.standard_normal(6) + self._biases
        values = [float(value) for value in gyro_accelerometer + noise]
        self._yaw += values[2] * elapsed_s
        return ImuReading(
            stamp_ns=stamp_ns,
            orientation=quaternion(truth[0], truth[1], self._yaw),
            angular_velocity=(values[0], values[1], values[2]),
            acceleration=(values[3], values[4], values[5]),
        )


def quaternion(roll: float, pitch: float, yaw: float) -> Quaternion:
    """Quaternion x, y, z, w of fixed-axis roll, pitch, yaw (rad)."""
    cr, sr = math.cos(roll / 2), math.sin(roll / 2)
    cp, sp = math.cos(pitch / 2), math.sin(pitch / 2)
    cy, sy = math.cos(yaw / 2), math.sin(yaw / 2)
    return (
        sr * cp * cy - cr * sp * sy,
        cr * sp * cy + sr * cp * sy,
        cr * cp * sy - sr * sp * cy,
        cr * cp * cy + sr * sp * sy,
    )
