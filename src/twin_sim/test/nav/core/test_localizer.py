import math
from collections.abc import Callable

import numpy as np
import pytest

from twin_sim.nav.core.geometry import Pose2D, wrap
from twin_sim.nav.core.grid import Grid
from twin_sim.nav.core.localizer import Localizer
from twin_sim.nav.core.matcher import ScanMatcher
from twin_sim.nav.core.odometry import OdometrySample
from twin_sim.nav.core.scan import Scan

_TRUE = Pose2D(1.5, 1.2, 0.4)
_SMALL = np.diag([0.1**2, 0.1**2, 0.1**2])


@pytest.fixture
def scan_at(drive: Callable[..., object]) -> Callable[..., Scan]:
    def make(pose: Pose2D, stamp_s: float = 1.0) -> Scan:
        robot = drive(pose).robot  # type: ignore[attr-defined]
        robot.time_s = stamp_s
        scan: Scan = robot._scan()
        return scan

    return make


@pytest.mark.parametrize("off", [(0.0, 0.0, 0.0), (0.15, -0.1, 0.1), (-0.2, 0.1, -0.15)])
def test_match_finds_the_pose_again(house: Grid, scan_at: Callable[..., Scan], off: tuple[float, float, float]) -> None:
    guess = Pose2D(_TRUE.x + off[0], _TRUE.y + off[1], _TRUE.yaw + off[2])
    match = ScanMatcher(house).match(scan_at(_TRUE).points_base(), guess, _SMALL * 4.0)
    assert match.refused == ""
    assert match.pose.distance_to(_TRUE) < 0.02
    assert abs(wrap(match.pose.yaw - _TRUE.yaw)) < 0.01
    assert match.inliers > 0.95


def test_covariance_shrinks_with_a_match(house: Grid, scan_at: Callable[..., Scan]) -> None:
    match = ScanMatcher(house).match(scan_at(_TRUE).points_base(), _TRUE, _SMALL)
    assert np.all(np.diag(match.covariance) < np.diag(_SMALL))
    assert np.all(np.linalg.eigvalsh(match.covariance) > 0.0)


def test_along_a_corridor_odometry_decides() -> None:
    cells = np.zeros((40, 400), dtype=np.int8)
    cells[:2], cells[-2:] = 100, 100
    x = np.linspace(-3.0, 3.0, 90)
    walls = np.concatenate([np.column_stack((x, np.full(90, y))) for y in (0.9, -0.9)])
    match = ScanMatcher(Grid(cells, 0.05, (0.0, 0.0))).match(walls, Pose2D(10.0, 1.05, 0.02), _SMALL)
    assert match.pose.x == pytest.approx(10.0, abs=0.02)
    assert match.pose.y == pytest.approx(1.0, abs=0.01)
    assert match.covariance[0, 0] > 20.0 * match.covariance[1, 1]


def test_people_around_the_robot_dont_pull_it(house: Grid, scan_at: Callable[..., Scan]) -> None:
    points = scan_at(_TRUE).points_base()
    points[:90] *= 0.5
    match = ScanMatcher(house).match(points, _TRUE, _SMALL)
    assert match.refused == ""
    assert match.pose.distance_to(_TRUE) < 0.03


def test_scan_that_fits_nowhere_is_refused(house: Grid) -> None:
    angle = np.linspace(0.0, 2.0 * math.pi, 180)
    nonsense = 0.4 * np.column_stack((np.cos(angle), np.sin(angle)))
    assert "needs 70%" in ScanMatcher(house).match(nonsense, _TRUE, _SMALL).refused
    assert "0 rays hit something, needs 20" in ScanMatcher(house).match(np.empty((0, 2)), _TRUE, _SMALL).refused


def _localizer(house: Grid, initial: Pose2D) -> Localizer:
    return Localizer(ScanMatcher(house), initial)


def _odometry(localizer: Localizer, *stamps_s: float, pose: Pose2D | None = None) -> None:
    for stamp_s in stamps_s:
        localizer.add_odometry(OdometrySample(stamp_s, pose or Pose2D()))


def test_scan_waits_for_odometry_of_its_time(house: Grid, scan_at: Callable[..., Scan]) -> None:
    localizer = _localizer(house, _TRUE)
    _odometry(localizer, 0.9, 0.99)
    scan = scan_at(_TRUE, 1.0)
    taken = [localizer.add_scan(scan), localizer.add_odometry(OdometrySample(1.02, Pose2D()))]
    assert taken == [[], [scan]]
    assert localizer.is_ready
    assert localizer.pose_at(1.0).distance_to(_TRUE) < 0.02


def test_lost_match_keeps_the_last_correction(house: Grid, scan_at: Callable[..., Scan]) -> None:
    localizer = _localizer(house, _TRUE)
    _odometry(localizer, 0.9, 1.1)
    localizer.add_scan(scan_at(_TRUE, 1.0))
    before = localizer.map_odom
    _odometry(localizer, 1.3)
    localizer.add_scan(scan_at(Pose2D(4.5, 1.2, 2.0), 1.2))
    assert localizer.refusals == 1
    assert localizer.map_odom == before
    assert localizer.match_stamp_s == 1.0


def test_robot_set_down_nearby_is_found_again(house: Grid, scan_at: Callable[..., Scan]) -> None:
    localizer = _localizer(house, Pose2D(_TRUE.x + 0.6, _TRUE.y - 0.5, _TRUE.yaw + 0.4))
    _odometry(localizer, 0.9)
    for index in range(12):
        _odometry(localizer, 1.1 + index)
        localizer.add_scan(scan_at(_TRUE, 1.05 + index))
    assert localizer.refusals == 0
    assert localizer.pose_at(12.1).distance_to(_TRUE) < 0.03


def test_initial_pose_places_the_robot(house: Grid) -> None:
    localizer = _localizer(house, _TRUE)
    _odometry(localizer, 1.0, pose=Pose2D(7.0, 8.0, 1.0))
    assert localizer.pose_at(1.0).distance_to(_TRUE) < 1e-9
    localizer.set_pose(Pose2D(3.5, 4.0, 2.0))
    assert localizer.pose_at(1.0).distance_to(Pose2D(3.5, 4.0, 2.0)) < 1e-9


def test_reset_odometry_brings_the_robot_back_to_its_start(house: Grid) -> None:
    localizer = _localizer(house, _TRUE)
    _odometry(localizer, 1.0)
    _odometry(localizer, 1.1, pose=Pose2D(0.02, 0.0, 0.0))
    _odometry(localizer, 1.2, pose=Pose2D(4.0, 3.0, 0.0))
    assert localizer.pose_at(1.2).distance_to(_TRUE) < 1e-9


def test_robot_that_drove_off_before_the_start_is_taken_where_odometry_has_it(
    house: Grid, scan_at: Callable[..., Scan]
) -> None:
    localizer = Localizer(ScanMatcher(house), Pose2D(4.5, 1.2, 1.57), may_be_elsewhere=True)
    _odometry(localizer, 0.9, 1.1, pose=Pose2D(_TRUE.x + 0.1, _TRUE.y, _TRUE.yaw + 0.05))
    localizer.add_scan(scan_at(_TRUE, 1.0))
    assert localizer.pose_at(1.0).distance_to(_TRUE) < 0.03
