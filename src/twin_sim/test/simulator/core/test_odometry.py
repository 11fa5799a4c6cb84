"""Dead reckoning from encoder steps."""

from __future__ import annotations

import math

import numpy as np
import pytest

from twin_sim.simulator.core.config import DriveConfig, NoiseConfig
from twin_sim.simulator.core.odometry import TICKS_PER_TURN, WheelOdometry
from twin_sim.simulator.core.readings import OdometryReading
from twin_sim.world import Pose2D

DRIVE = DriveConfig()
QUIET = NoiseConfig(enabled=False)
START = Pose2D(x=1.0, y=2.0, yaw=math.pi / 2)


def driven(noise: NoiseConfig, left_m: float, right_m: float, seed: int = 0, steps: int = 300) -> OdometryReading:
    """Last reading after both wheels have rolled so far, evenly."""
    odometry = WheelOdometry(DRIVE, noise, np.random.default_rng(seed), START)
    turns = [
        (left_m * i / steps / DRIVE.wheel_radius, right_m * i / steps / DRIVE.wheel_radius) for i in range(steps + 1)
    ]
    return [odometry.update(i * 33_000_000, angles, 0.033) for i, angles in enumerate(turns)][-1]


def test_straight_metre_without_noise_arrives_within_an_encoder_step() -> None:
    reading = driven(QUIET, 1.0, 1.0)
    step_m = 2 * math.pi * DRIVE.wheel_radius / TICKS_PER_TURN
    assert (reading.pose.x, reading.pose.y) == pytest.approx((1.0, 3.0), abs=step_m)
    assert reading.pose.yaw == pytest.approx(math.pi / 2)


def test_quarter_turn_on_the_spot_without_noise() -> None:
    arc = math.pi / 2 * DRIVE.wheel_separation / 2
    reading = driven(QUIET, -arc, arc)
    assert (reading.pose.x, reading.pose.y) == pytest.approx((1.0, 2.0), abs=1e-4)
    assert abs(reading.pose.yaw) == pytest.approx(math.pi, abs=1e-3)


def test_velocity_is_travel_over_time() -> None:
    reading = driven(QUIET, 0.9, 1.1, steps=100)
    assert reading.linear == pytest.approx(0.01 / 0.033, rel=0.02)
    assert reading.angular == pytest.approx(0.002 / DRIVE.wheel_separation / 0.033, rel=0.1)


def test_encoder_tells_whole_steps() -> None:
    steps = np.array(driven(QUIET, 0.123, 0.321).wheel_angles) / (2 * math.pi / TICKS_PER_TURN)
    assert steps == pytest.approx(np.round(steps), abs=1e-9)


def test_claimed_covariance_is_that_of_many_runs() -> None:
    readings = [driven(NoiseConfig(), 2.0, 2.2, seed) for seed in range(400)]
    poses = np.array([(r.pose.x, r.pose.y, math.remainder(r.pose.yaw, math.tau)) for r in readings])
    claimed = np.sqrt(np.diag(readings[0].covariance))
    # The drawn wheel radius errs the same way all along, which a step-by-step covariance cannot know: up to 3 times.
    ratio = poses.std(axis=0) / claimed
    assert np.all(ratio > 0.5)
    assert np.all(ratio < 6.0)


def test_no_noise_claims_no_variance() -> None:
    assert np.array_equal(driven(QUIET, 1.0, 1.0).covariance, np.zeros((3, 3)))
