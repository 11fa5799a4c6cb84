"""Limits, ramps and the watchdog of the base."""

from __future__ import annotations

import math

import pytest

from twin_sim.simulator.core.config import DriveConfig
from twin_sim.simulator.core.drive import Drive

CONFIG = DriveConfig()


def settled(linear: float, angular: float) -> tuple[float, float]:
    """Velocity (m/s, rad/s) that the wheels are told once the ramps are over."""
    drive = Drive(CONFIG)
    left = right = 0.0
    for step in range(400):
        drive.command(linear, angular, step * 0.005)
        left, right = drive.wheel_speeds(step * 0.005, 0.005)
    radius = CONFIG.wheel_radius
    return (left + right) * radius / 2, (right - left) * radius / CONFIG.wheel_separation


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ((0.1, 0.5), (0.1, 0.5)),
        ((5.0, 0.0), (0.26, 0.0)),
        ((-5.0, 0.0), (-0.26, 0.0)),
        ((0.0, 9.0), (0.0, 1.82)),
        ((0.0, -9.0), (0.0, -1.82)),
        ((math.nan, 1.0), (0.0, 1.0)),
        ((0.1, math.inf), (0.1, 0.0)),
    ],
)
def test_command_is_cut_to_the_limits(command: tuple[float, float], expected: tuple[float, float]) -> None:
    assert settled(*command) == pytest.approx(expected)


def test_speed_rises_no_faster_than_the_ramp() -> None:
    drive = Drive(CONFIG)
    drive.command(0.26, 0.0, 0.0)
    speeds = [drive.wheel_speeds(0.0, 0.005)[0] * CONFIG.wheel_radius for _ in range(60)]
    steps = [after - before for before, after in zip([0.0, *speeds], speeds, strict=False)]
    assert max(steps) == pytest.approx(CONFIG.max_linear_acceleration * 0.005)
    assert speeds[-1] == pytest.approx(0.26)


@pytest.mark.parametrize(("silence_s", "is_driven"), [(0.499, True), (0.5, False)])
def test_silence_for_the_watchdog_time_lets_the_target_fall_to_zero(silence_s: float, is_driven: bool) -> None:
    drive = Drive(CONFIG)
    drive.command(0.2, 0.0, 1.0)
    for _ in range(100):
        before = drive.wheel_speeds(1.0, 0.005)
    after = drive.wheel_speeds(1.0 + silence_s, 0.005)
    assert (after == before) is is_driven


def test_stop_forgets_speed_and_command() -> None:
    drive = Drive(CONFIG)
    drive.command(0.2, 1.0, 0.0)
    drive.wheel_speeds(0.0, 0.1)
    drive.stop()
    assert drive.wheel_speeds(0.0, 0.005) == (0.0, 0.0)
