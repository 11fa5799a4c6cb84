import numpy as np
import pytest

from twin_sim.nav.core.controller import STOP, Command
from twin_sim.nav.core.guard import Footprint, Guard, GuardConfig

_AHEAD = Command(0.26, 0.0)


@pytest.fixture
def guard() -> Guard:
    return Guard(Footprint(), GuardConfig(margin_m=0.02, horizon_s=1.0))


def test_distance_is_negative_inside_and_counts_the_wheels() -> None:
    points = np.array([[0.175, 0.0], [-0.1, 0.0], [0.0, 0.255], [-0.1, 0.235], [-0.5, 0.0]])
    assert Footprint().distance(points) == pytest.approx([0.1, -0.1, 0.1, 0.1, 0.3])


@pytest.mark.parametrize(
    ("point", "command", "is_safe"),
    [
        ((0.30, 0.0), _AHEAD, False),
        ((0.50, 0.0), _AHEAD, True),
        ((0.30, 0.25), _AHEAD, True),
        ((-0.30, 0.0), _AHEAD, True),
        ((-0.30, 0.0), Command(-0.1, 0.0), False),
        ((-0.19, 0.16), Command(0.0, 0.8), True),
        ((-0.19, 0.16), Command(0.0, -0.8), False),
        ((0.30, 0.0), STOP, True),
    ],
)
def test_only_what_the_outline_will_touch_counts(
    guard: Guard, point: tuple[float, float], command: Command, *, is_safe: bool
) -> None:
    assert guard.is_safe(np.array([point]), command) is is_safe


def test_robot_may_leave_an_obstacle_that_already_touches(guard: Guard) -> None:
    touching = np.array([[0.08, 0.0]])
    assert guard.is_safe(touching, Command(-0.1, 0.0))
    assert not guard.is_safe(touching, Command(0.1, 0.0))


def test_command_is_slowed_before_it_is_refused(guard: Guard) -> None:
    slower = guard.limited(np.array([[0.28, 0.0]]), _AHEAD)
    assert slower is not None
    assert 0.0 < slower.linear < _AHEAD.linear
    assert guard.limited(np.array([[0.11, 0.0]]), _AHEAD) is None


def test_slowed_command_keeps_its_arc(guard: Guard) -> None:
    slower = guard.limited(np.array([[0.27, 0.02]]), Command(0.26, 0.13))
    assert slower is not None
    assert slower.angular / slower.linear == pytest.approx(0.5)


def test_nothing_seen_is_nothing_in_the_way(guard: Guard) -> None:
    assert guard.limited(np.empty((0, 2)), _AHEAD) == _AHEAD
