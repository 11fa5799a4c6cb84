"""Transforms between links."""

from __future__ import annotations

import math

import pytest

from twin_sim.simulator.core.frames import fixed_transforms, moving_transforms
from twin_sim.world.urdf import RobotModel


def test_each_fixed_link_has_one_transform(robot: RobotModel) -> None:
    children = [transform.child for transform in fixed_transforms(robot)]
    assert sorted(children) == sorted(set(robot.links) - {"base_footprint", "wheel_left_link", "wheel_right_link"})


def test_optical_frame_looks_forward_with_x_to_the_right(robot: RobotModel) -> None:
    rotation = next(t.rotation for t in fixed_transforms(robot) if t.child == "camera_rgb_optical_frame")
    assert rotation == pytest.approx((-0.5, 0.5, -0.5, 0.5), abs=1e-6)


def test_wheel_turns_about_its_axle(robot: RobotModel) -> None:
    angles = {"wheel_left_joint": math.pi / 2, "wheel_right_joint": 0.0}
    left, right = moving_transforms(robot, angles)
    assert left.rotation == pytest.approx((0.0, math.sqrt(0.5), 0.0, math.sqrt(0.5)))
    assert right.rotation == (0.0, 0.0, 0.0, 1.0)
    assert left.translation == (0.0, 0.1435, 0.023)
