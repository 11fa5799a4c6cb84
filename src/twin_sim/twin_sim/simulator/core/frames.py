"""Transforms between the robot's links, from its URDF and the wheel angles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from twin_sim.simulator.core.imu import quaternion
from twin_sim.simulator.core.readings import Quaternion, Vector
from twin_sim.world.urdf import Joint, RobotModel


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTransform:
    """Pose of `child` in `parent`: m, and quaternion x, y, z, w."""

    parent: str
    child: str
    translation: Vector
    rotation: Quaternion


def fixed_transforms(robot: RobotModel) -> list[LinkTransform]:
    """What never changes, for /tf_static."""
    return [_transform(joint, 0.0) for joint in robot.joints if joint.kind == "fixed"]


def moving_transforms(robot: RobotModel, angles: Mapping[str, float]) -> list[LinkTransform]:
    """Driven joints at these angles (rad, by joint name)."""
    return [_transform(joint, angles[joint.name]) for joint in robot.driven]


def _transform(joint: Joint, angle: float) -> LinkTransform:
    turned = _product(quaternion(*joint.origin.rpy), _about(joint.axis, angle))
    return LinkTransform(parent=joint.parent, child=joint.child, translation=joint.origin.xyz, rotation=turned)


def _about(axis: Vector, angle: float) -> Quaternion:
    scale = math.sin(angle / 2.0) / math.hypot(*axis)
    return axis[0] * scale, axis[1] * scale, axis[2] * scale, math.cos(angle / 2.0)


def _product(first: Quaternion, second: Quaternion) -> Quaternion:
    x1, y1, z1, w1 = first
    x2, y2, z2, w2 = second
    return (
        w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
        w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
        w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
    )
