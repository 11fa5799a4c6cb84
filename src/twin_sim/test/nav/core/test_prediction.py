import pytest

from twin_sim.nav.core.controller import Command
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.prediction import DelayModel


def test_commands_under_way_are_driven() -> None:
    model = DelayModel(0.2)
    model.give(Command(1.0, 0.0), 10.0)
    model.give(Command(0.5, 0.0), 10.1)
    # Odometry of 10.1; the first command acts from 10.2 on, the second from 10.3 on; a new one would act at 10.4.
    assert model.ahead(Pose2D(), 10.1, 10.2).x == pytest.approx(0.1 + 0.05)


def test_robot_that_was_told_nothing_stays() -> None:
    assert DelayModel(0.3).ahead(Pose2D(1.0, 2.0, 3.0), 10.0, 10.5) == Pose2D(1.0, 2.0, 3.0)


def test_late_odometry_raises_the_delay() -> None:
    model = DelayModel(0.05)
    for _ in range(100):
        model.observe_age(0.3)
    assert model.delay_s == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(("age_s", "delay_s"), [(-1.0, 0.05), (0.0, 0.05), (30.0, 0.6)])
def test_delay_stays_within_reason(age_s: float, delay_s: float) -> None:
    model = DelayModel(0.05)
    for _ in range(200):
        model.observe_age(age_s)
    assert model.delay_s == pytest.approx(delay_s, abs=1e-3)


def test_clock_set_back_forgets_the_future() -> None:
    model = DelayModel(0.1)
    model.give(Command(1.0, 0.0), 100.0)
    model.give(Command(0.0, 0.0), 5.0)
    assert model.ahead(Pose2D(), 5.0, 5.1) == Pose2D()
