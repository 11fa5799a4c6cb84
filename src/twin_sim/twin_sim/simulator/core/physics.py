"""The MuJoCo model and its state: the only module that knows MuJoCo's arrays, besides lidar and camera."""

from __future__ import annotations

import math

import mujoco
import numpy as np
from numpy.typing import NDArray

from twin_sim.errors import RobotModelError
from twin_sim.simulator.core.readings import Quaternion, Vector
from twin_sim.world.model import Pose2D

FLOOR = "floor"
WORLD_PREFIX = "world/"
ROBOT_PREFIX = "robot/"
_WHEEL_JOINTS = ("wheel_left_joint", "wheel_right_joint")


class Physics:
    """One world with one robot. qpos starts with the free joint: x, y, z, then quaternion w, x, y, z."""

    def __init__(self, mjcf: str) -> None:
        try:
            self.model = mujoco.MjModel.from_xml_string(mjcf)
        except ValueError as error:
            raise RobotModelError(f"MuJoCo refuses the model: {error}; check the URDF and the world") from error
        self.data = mujoco.MjData(self.model)
        self._wheels = [int(self.model.jnt_qposadr[self.joint(name)]) for name in _WHEEL_JOINTS]
        self._names = [self.model.geom(i).name for i in range(self.model.ngeom)]
        mujoco.mj_forward(self.model, self.data)

    def joint(self, name: str) -> int:
        """Index of a joint. Raises RobotModelError when the robot lacks it."""
        index = mujoco.mj_name2id(self.model, mujoco.mjtObj.mjOBJ_JOINT, name)
        if index < 0:
            raise RobotModelError(
                f"the robot has no joint {name!r}; the simulator drives {' and '.join(_WHEEL_JOINTS)}"
            )
        return int(index)

    def step(self, wheel_speeds: tuple[float, float]) -> None:
        """One physics step with the wheels' servos set to these speeds (rad/s; left, right)."""
        self.data.ctrl[:] = wheel_speeds
        mujoco.mj_step(self.model, self.data)

    def update_derived(self) -> None:
        """Bring poses and sensors in line with the state after a step; MuJoCo leaves them one step behind."""
        mujoco.mj_forward(self.model, self.data)

    def restart(self, pose: Pose2D) -> None:
        """Put the robot down at rest on all its feet, as if it had never moved: wheel angles are zero."""
        mujoco.mj_resetData(self.model, self.data)
        self.data.qpos[:7] = (pose.x, pose.y, 0.0, math.cos(pose.yaw / 2), 0.0, 0.0, math.sin(pose.yaw / 2))
        mujoco.mj_forward(self.model, self.data)

    def place(self, pose: Pose2D) -> None:
        """Put the robot down at rest. Wheels keep their angles, or the odometry would see the hand that carried it."""
        angles = self.wheel_angles
        self.restart(pose)
        for address, angle in zip(self._wheels, angles, strict=True):
            self.data.qpos[address] = angle
        mujoco.mj_forward(self.model, self.data)

    @property
    def wheel_angles(self) -> tuple[float, float]:
        """Angles (rad; left, right) since the start."""
        return float(self.data.qpos[self._wheels[0]]), float(self.data.qpos[self._wheels[1]])

    @property
    def position(self) -> Vector:
        """base_footprint in the map frame, m."""
        x, y, z = self.data.qpos[:3].tolist()
        return x, y, z

    @property
    def orientation(self) -> Quaternion:
        """base_footprint to map frame, x, y, z, w."""
        w, x, y, z = self.data.qpos[3:7].tolist()
        return x, y, z, w

    @property
    def roll_pitch_yaw(self) -> Vector:
        """Fixed-axis angles of `orientation`, rad."""
        x, y, z, w = self.orientation
        return (
            math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
            math.asin(max(-1.0, min(1.0, 2 * (w * y - z * x)))),
            math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
        )

    @property
    def pose(self) -> Pose2D:
        """True pose on the floor."""
        x, y, _ = self.position
        return Pose2D(x=x, y=y, yaw=self.roll_pitch_yaw[2])

    @property
    def body_velocity(self) -> tuple[Vector, Vector]:
        """Linear (m/s) and angular (rad/s) velocity of base_footprint in its own frame."""
        rotation = np.empty(9)
        mujoco.mju_quat2Mat(rotation, self.data.qpos[3:7])
        vx, vy, vz = (rotation.reshape(3, 3).T @ self.data.qvel[:3]).tolist()
        wx, wy, wz = self.data.qvel[3:6].tolist()  # a free joint's rotation is already in the body frame
        return (vx, vy, vz), (wx, wy, wz)

    @property
    def gyro_accelerometer(self) -> NDArray[np.float64]:
        """True rates (rad/s) and specific force (m/s²) in imu_link, float64 (6,)."""
        return np.array(self.data.sensordata[:6])

    @property
    def touched(self) -> frozenset[str]:
        """Names of walls and objects that the robot touches."""
        pairs = [self.data.contact.geom[i] for i in range(self.data.ncon)]
        names = [(self._names[first], self._names[second]) for first, second in pairs]
        return frozenset(
            name.removeprefix(WORLD_PREFIX) for pair in names for name in pair if name.startswith(WORLD_PREFIX)
        )
