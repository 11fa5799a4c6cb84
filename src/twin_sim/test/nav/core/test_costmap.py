import math

import numpy as np
import pytest

from twin_sim.nav.core.costmap import Costmap, LiveLayerConfig
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.grid import Grid
from twin_sim.nav.core.scan import Scan

_HERE = Pose2D(2.0, 2.0, 0.0)


@pytest.fixture
def costmap() -> Costmap:
    cells = np.zeros((80, 80), dtype=np.int8)
    cells[:, 70] = 100
    return Costmap(Grid(cells, 0.05, (0.0, 0.0)), LiveLayerConfig(mark_range_m=2.5, expire_s=20.0))


def _scan(stamp_s: float, ahead_m: float, around_m: float = math.inf) -> Scan:
    ranges = np.full(360, around_m)
    ranges[:4] = ranges[-3:] = ahead_m  # something a hand wide
    return Scan.checked(
        stamp_s=stamp_s, angle_min=0.0, angle_step=math.radians(1.0), ranges=ranges,
        range_limits_m=(0.12, 3.5), mount=Pose2D(),
    )  # fmt: skip


def _clearance(costmap: Costmap, x: float) -> float:
    return float(costmap.clearance(np.array([[x, 2.01]]))[0])


def test_hit_in_free_space_becomes_an_obstacle(costmap: Costmap) -> None:
    costmap.observe(_scan(1.0, 1.02), _HERE)
    assert _clearance(costmap, 3.01) == 0.0
    assert _clearance(costmap, 2.76) == pytest.approx(0.225, abs=0.03)


def test_hit_on_a_mapped_wall_is_no_news(costmap: Costmap) -> None:
    costmap.observe(_scan(1.0, 1.48), _HERE)
    assert not costmap.has_live


def test_obstacle_is_cleared_when_the_scan_sees_through_it(costmap: Costmap) -> None:
    costmap.observe(_scan(1.0, 1.0), _HERE)
    costmap.observe(_scan(1.2, 1.5), _HERE)
    assert not costmap.has_live


def test_obstacle_behind_another_stays(costmap: Costmap) -> None:
    costmap.observe(_scan(1.0, 1.0), _HERE)
    costmap.observe(_scan(1.2, 0.5), _HERE)
    assert _clearance(costmap, 3.01) == 0.0
    assert _clearance(costmap, 2.51) == 0.0


def test_unusable_ray_clears_nothing(costmap: Costmap) -> None:
    costmap.observe(_scan(1.0, 1.0), _HERE)
    costmap.observe(_scan(1.2, math.nan), _HERE)
    assert costmap.has_live


@pytest.mark.parametrize(("after_s", "stays"), [(19.0, True), (21.0, False)])
def test_obstacle_out_of_sight_is_forgotten_in_time(costmap: Costmap, after_s: float, *, stays: bool) -> None:
    costmap.observe(_scan(1.0, 1.0), _HERE)
    costmap.observe(_scan(1.0 + after_s, 0.5), _HERE)
    assert (_clearance(costmap, 3.01) == 0.0) is stays


def test_cleared_costmap_is_the_static_map_again(costmap: Costmap) -> None:
    costmap.observe(_scan(1.0, 1.0), _HERE)
    costmap.clear_live()
    assert np.array_equal(costmap.distance_m, costmap.static_distance_m)


def test_outside_of_the_map_there_is_no_clearance(costmap: Costmap) -> None:
    assert _clearance(costmap, -1.0) == 0.0
