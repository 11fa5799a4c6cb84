"""Which poses can be true, on trajectories made for the case."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin_lakehouse.anomalies import Finding
from twin_lakehouse.limits import ROBOT_LIMITS, Limits, limits_of
from twin_lakehouse.physics import EXCURSION_ROWS, MOST_WRONG_STEPS, Motion, Trajectory, judge_rows

ROWS = 200
# A busy machine is no failure; the same examples each time.
UNHURRIED = settings(deadline=None, derandomize=True)


def driving(rows: int = ROWS, *, period_us: int = 33_333, speed: float = 0.2, turn: float = 0.5) -> Trajectory:
    """A circle at `speed` m/s and `turn` rad/s."""
    time_us = np.arange(rows, dtype=np.int64) * period_us
    yaw = turn * time_us * 1e-6
    radius = speed / turn
    zeros = np.zeros(rows)
    return Trajectory(
        row_id=np.arange(rows, dtype=np.int64),
        time_us=time_us,
        position=np.column_stack([radius * np.sin(yaw), radius * (1 - np.cos(yaw)), zeros]),
        quat_xyzw=np.column_stack([zeros, zeros, np.sin(yaw / 2), np.cos(yaw / 2)]),
        linear_velocity=np.full(rows, speed),
        angular_velocity=np.full(rows, turn),
    )


def judged(trajectory: Trajectory, limits: Limits = ROBOT_LIMITS, *, batch: int = ROWS) -> list[Finding]:
    """What is wrong with the rows by themselves, and with their steps where they come in batches."""
    findings, is_usable = judge_rows(trajectory, limits)
    usable, motion = trajectory.take(is_usable), Motion(limits)
    for first in range(0, len(usable), batch):
        findings += motion.judge(usable.take(slice(first, first + batch)))
    return findings + motion.finish()


def found(trajectory: Trajectory, limits: Limits = ROBOT_LIMITS, *, batch: int = ROWS) -> list[tuple[int, str]]:
    findings = judged(trajectory, limits, batch=batch)
    return sorted((row, finding.kind) for finding in findings for row in finding.row_ids.tolist())


def moved(rows: slice, metres: float) -> Trajectory:
    trajectory = driving()
    trajectory.position[rows, 1] += metres
    return trajectory


def test_driving_within_the_limits_is_valid() -> None:
    assert found(driving()) == []
    assert found(driving(speed=0.26, turn=1.82)) == []


@pytest.mark.parametrize("rows", [0, 1])
def test_trajectory_without_a_step_is_valid(rows: int) -> None:
    assert found(driving(rows)) == []


def test_noise_of_wheels_and_rounding_is_valid() -> None:
    trajectory = driving(3000)
    noise = np.random.default_rng(1)
    trajectory.position[:, :2] += noise.normal(0.0, 0.005, (3000, 2))
    trajectory.time_us[:] += noise.integers(-3000, 3000, 3000)
    assert found(trajectory) == []


@pytest.mark.parametrize("at", [1, 50, ROWS - 1])
def test_teleport_and_back_makes_one_row_invalid(at: int) -> None:
    assert found(moved(slice(at, at + 1), 3.0)) == [(at, "position_jump")]


def test_short_excursion_is_invalid_from_end_to_end() -> None:
    assert found(moved(slice(50, 55), 3.0)) == [(row, "position_jump") for row in range(50, 55)]


@pytest.mark.parametrize("metres", [0.12, 0.5, 30.0])
def test_after_a_relocation_only_the_first_row_is_in_doubt(metres: float) -> None:
    assert found(moved(slice(50, None), metres)) == [(50, "position_jump")]


def test_return_after_a_long_time_is_a_second_relocation() -> None:
    end = 60 + EXCURSION_ROWS
    assert found(moved(slice(50, end), 3.0)) == [(50, "position_jump"), (end, "position_jump")]


def test_jump_says_how_far_and_how_far_was_possible() -> None:
    (finding,) = judged(moved(slice(50, 51), 3.0))
    assert finding.values.tolist() == [pytest.approx(3.0, abs=0.01)]
    assert finding.limits.tolist() == [pytest.approx(0.26 * 1.5 * 0.033333 + 0.05)]
    assert finding.unit == "m"


def test_turn_that_is_too_fast_is_invalid() -> None:
    trajectory = driving()
    trajectory.quat_xyzw[50] = (0.0, 0.0, 1.0, 0.0)
    assert found(trajectory) == [(50, "orientation_jump")]


def test_quaternion_and_its_negative_are_one_rotation() -> None:
    trajectory = driving()
    trajectory.quat_xyzw[::2] *= -1
    assert found(trajectory) == []


def test_single_row_from_the_past_is_invalid() -> None:
    trajectory = driving()
    trajectory.time_us[50] -= 3_000_000
    (finding,) = judged(trajectory)
    assert (finding.kind, finding.row_ids.tolist(), finding.limits.tolist()) == ("time_backwards", [50], [0.0])
    assert finding.values.tolist() == [pytest.approx(-2.966667)]


def test_rows_from_the_past_are_all_invalid() -> None:
    trajectory = driving()
    trajectory.time_us[50:55] -= 1_000_000
    assert found(trajectory) == [(row, "time_backwards") for row in range(50, 55)]


def test_after_a_clock_was_set_back_only_the_first_row_is_in_doubt() -> None:
    trajectory = driving()
    trajectory.time_us[50:] -= 3_600_000_000
    assert found(trajectory) == [(50, "time_backwards")]


def test_equal_stamps_are_valid_where_the_pose_is_the_same() -> None:
    trajectory = driving()
    trajectory.time_us[50] = trajectory.time_us[49]
    assert found(trajectory) == []
    trajectory.position[50, 0] += 1.0
    assert found(trajectory) == [(50, "position_jump")]


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda t: t.position.__setitem__((50, 0), math.nan), "not_finite"),
        (lambda t: t.position.__setitem__((50, 2), -math.inf), "not_finite"),
        (lambda t: t.quat_xyzw.__setitem__((50, 3), math.nan), "not_finite"),
        (lambda t: t.linear_velocity.__setitem__(50, math.inf), "not_finite"),
        (lambda t: t.quat_xyzw.__setitem__(50, (0.0, 0.0, 0.0, 0.0)), "quaternion_norm"),
        (lambda t: t.quat_xyzw.__setitem__(50, (0.0, 0.0, 0.0, 1.002)), "quaternion_norm"),
        (lambda t: t.quat_xyzw.__setitem__(50, (1e200, 0.0, 0.0, 1e200)), "quaternion_norm"),
        (lambda t: t.linear_velocity.__setitem__(50, -0.5), "linear_velocity"),
        (lambda t: t.angular_velocity.__setitem__(50, 3.0), "angular_velocity"),
    ],
)
def test_wrong_row_is_found_and_the_rows_around_it_are_valid(spoil: Callable[[Trajectory], None], kind: str) -> None:
    trajectory = driving()
    spoil(trajectory)
    assert found(trajectory) == [(50, kind)]


def test_row_without_speeds_is_valid() -> None:
    trajectory = driving()
    trajectory.linear_velocity[:] = math.nan
    trajectory.angular_velocity[:] = math.nan
    assert found(trajectory) == []


def test_quaternion_within_the_tolerance_is_valid() -> None:
    trajectory = driving()
    trajectory.quat_xyzw[:] *= 1.0009
    assert found(trajectory) == []


@UNHURRIED
@given(st.lists(st.sampled_from(range(1, ROWS)), max_size=12), st.integers(0, 2**32 - 1))
def test_whatever_jumps_the_first_row_stays_and_each_wrong_row_is_found_once(rows: list[int], seed: int) -> None:
    trajectory = driving()
    noise = np.random.default_rng(seed)
    for row in rows:
        trajectory.position[row] += noise.uniform(-5, 5, 3)
    findings = found(trajectory)
    assert len(findings) == len({row for row, _ in findings})
    assert 0 not in {row for row, _ in findings}
    valid = np.setdiff1d(np.arange(ROWS), [row for row, _ in findings])
    assert found(trajectory.take(valid[: min([*rows, ROWS])])) == []


@UNHURRIED
@given(st.lists(st.sampled_from(range(1, ROWS)), max_size=12), st.integers(1, ROWS), st.integers(0, 2**32 - 1))
def test_rows_are_judged_alike_however_they_are_cut_into_batches(rows: list[int], batch: int, seed: int) -> None:
    trajectory = driving()
    noise = np.random.default_rng(seed)
    for row in rows:
        trajectory.position[row] += noise.uniform(-5, 5, 3)
        trajectory.time_us[row] += noise.integers(-2_000_000, 2_000_000)
    assert found(trajectory, batch=batch) == found(trajectory)


def test_job_of_nothing_but_jumps_is_judged_without_a_search_for_each() -> None:
    trajectory = driving(10 * MOST_WRONG_STEPS)
    trajectory.position[::2, 0] += 10.0
    assert len(found(trajectory)) >= len(trajectory) // 2 - 1


def test_limits_come_from_the_metadata() -> None:
    assert limits_of("robot", "{}") == ROBOT_LIMITS
    assert limits_of("robot", '{"limits": {"linear_velocity": 2.0}}').linear_velocity == 2.0
    assert found(driving(speed=5.0), limits_of("drone", "{}")) == []
    assert found(driving(speed=0.3), limits_of("robot", '{"limits": {"margin": 1.0}}'))
