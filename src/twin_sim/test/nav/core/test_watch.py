import pytest

from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.progress import ProgressChecker, ProgressConfig
from twin_sim.nav.core.watch import SensorWatch


@pytest.mark.parametrize(
    ("stamp_s", "arrived_s", "missing"),
    [
        (10.0, 10.1, ""),
        (9.6, 10.1, ""),
        (9.4, 9.5, "no scan for 0.7 s (limit 0.5 s)"),
        (9.0, 10.1, "scan comes 1.2 s late (limit 1.0 s)"),
    ],
    ids=["fresh", "late but steady", "silent", "too late"],
)
def test_scan_is_missed_when_silent_or_too_late(stamp_s: float, arrived_s: float, missing: str) -> None:
    watch = SensorWatch(("scan",), 0.5)
    watch.arrive("scan", stamp_s, arrived_s)
    assert watch.missing(10.2) == missing


def test_sensor_that_never_came_is_named() -> None:
    watch = SensorWatch(("odometry", "scan"), 0.5)
    watch.arrive("scan", 10.0, 10.0)
    assert watch.missing(10.1) == "no odometry yet"


def test_robot_that_stands_is_stuck_after_its_allowance() -> None:
    checker = ProgressChecker(ProgressConfig(distance_m=0.1, turn=0.5, allowance_s=10.0))
    assert not checker.is_stuck(Pose2D(), 0.0)
    assert not checker.is_stuck(Pose2D(0.05, 0.0, 0.0), 9.9)
    assert checker.is_stuck(Pose2D(0.05, 0.0, 0.0), 10.1)


@pytest.mark.parametrize("moved", [Pose2D(0.2, 0.0, 0.0), Pose2D(0.0, 0.0, 0.6)], ids=["driven", "turned"])
def test_robot_that_moves_is_not_stuck(moved: Pose2D) -> None:
    checker = ProgressChecker(ProgressConfig(distance_m=0.1, turn=0.5, allowance_s=10.0))
    checker.is_stuck(Pose2D(), 0.0)
    assert not checker.is_stuck(moved, 9.0)
    assert not checker.is_stuck(moved, 18.0)
