import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin_sim.nav.core.geometry import Pose2D, interpolate, resample, wrap, yaw_of_quaternion

_M = st.floats(-50.0, 50.0)
_RAD = st.floats(-3.1, 3.1)
_POSES = st.builds(Pose2D, _M, _M, _RAD)
# A busy machine is no failure; the same examples each time.
UNHURRIED = settings(deadline=None, derandomize=True)


@UNHURRIED
@given(_POSES, _POSES)
def test_relative_undoes_compose(parent: Pose2D, child: Pose2D) -> None:
    found = parent.relative(parent.compose(child))
    assert found.distance_to(child) < 1e-9
    assert abs(wrap(found.yaw - child.yaw)) < 1e-9


@UNHURRIED
@given(_POSES, _POSES)
def test_points_move_as_poses_do(parent: Pose2D, child: Pose2D) -> None:
    moved = parent.apply(np.array([[child.x, child.y]]))[0]
    expected = parent.compose(child)
    assert moved == pytest.approx([expected.x, expected.y], abs=1e-9)


def test_quarter_circle_ends_where_geometry_says() -> None:
    end = Pose2D().moved(math.pi / 2.0, math.pi / 2.0, 1.0)
    assert (end.x, end.y, end.yaw) == pytest.approx((1.0, 1.0, math.pi / 2.0))


@UNHURRIED
@given(_POSES, st.floats(-1.0, 1.0), st.floats(-2.0, 2.0))
def test_two_half_drives_are_one_drive(start: Pose2D, linear: float, angular: float) -> None:
    halves = start.moved(linear, angular, 0.5).moved(linear, angular, 0.5)
    whole = start.moved(linear, angular, 1.0)
    assert halves.distance_to(whole) < 1e-9


def test_interpolation_turns_the_short_way() -> None:
    middle = interpolate(Pose2D(0.0, 0.0, 3.0), Pose2D(2.0, 0.0, -3.0), 0.5)
    assert middle.x == pytest.approx(1.0)
    assert abs(middle.yaw) == pytest.approx(math.pi)


@pytest.mark.parametrize("angle", [math.pi, -math.pi, 3.0 * math.pi])
def test_half_a_turn_wraps_to_plus_pi(angle: float) -> None:
    assert wrap(angle) == pytest.approx(math.pi)


@UNHURRIED
@given(_RAD, st.floats(0.1, 10.0))
def test_quaternion_needs_no_unit_length(yaw: float, scale: float) -> None:
    assert yaw_of_quaternion(0.0, 0.0, scale * math.sin(yaw / 2), scale * math.cos(yaw / 2)) == pytest.approx(yaw)


def test_resampling_keeps_ends_and_length() -> None:
    corner = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    fine = resample(corner, 0.05)
    assert fine[0].tolist() == [0.0, 0.0]
    assert fine[-1].tolist() == [1.0, 1.0]
    assert np.hypot(*np.diff(fine, axis=0).T).max() <= 0.05 + 1e-9
