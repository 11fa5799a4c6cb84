"""A spinning lidar, cast as rays through the physics model."""

from __future__ import annotations

import math

import mujoco
import numpy as np
from numpy.typing import NDArray

from twin_sim.simulator.core.config import LidarConfig, NoiseConfig
from twin_sim.simulator.core.physics import Physics
from twin_sim.simulator.core.readings import LidarReading
from twin_sim.world.mjcf import WORLD_GROUP


class Lidar:
    """All rays are cast at one instant; a real one needs 0.2 s a turn, in which the Waffle moves 5 cm at most."""

    def __init__(self, physics: Physics, config: LidarConfig, noise: NoiseConfig, random: np.random.Generator) -> None:
        self._physics = physics
        self._config = config
        self._sigma = noise.lidar if noise.enabled else 0.0
        self._random = random
        self._site = physics.data.site("base_scan")
        angles = 2.0 * math.pi * np.arange(config.rays) / config.rays
        self._directions = np.stack([np.cos(angles), np.sin(angles), np.zeros(config.rays)], axis=1)
        self._geom = np.empty(config.rays, dtype=np.int32)
        self._distance = np.empty(config.rays)
        self._groups = np.zeros(6, dtype=np.uint8)
        self._groups[WORLD_GROUP] = 1  # the robot's own parts are in other groups

    def scan(self, stamp_ns: int) -> LidarReading:
        """Ranges from where base_scan is now."""
        distances = self._cast()
        noisy = distances + self._sigma * self._random.standard_normal(self._config.rays)
        ranges = np.where(noisy < self._config.range_min, -np.inf, noisy)
        ranges[(distances > self._config.range_max) | (noisy > self._config.range_max)] = np.inf
        return LidarReading(stamp_ns=stamp_ns, ranges=ranges.astype(np.float32))

    def _cast(self) -> NDArray[np.float64]:
        """True distances (m), `inf` where a ray hits nothing."""
        rotation = self._site.xmat.reshape(3, 3)
        rays = (self._directions @ rotation.T).ravel()
        cutoff = self._config.range_max + 1.0
        mujoco.mj_multiRay(
            self._physics.model, self._physics.data, self._site.xpos, rays, self._groups, True, -1,
            self._geom, self._distance, None, self._config.rays, cutoff,
        )  # fmt: skip
        return np.where(self._distance < 0.0, np.inf, self._distance)
