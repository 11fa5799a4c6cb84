"""Costs, cells and footprints."""

import math
import subprocess
import sys

import pytest
from geometry_msgs.msg import Point32, Polygon
from nav_msgs.msg import OccupancyGrid

from nav2_simple_commander.costmap_2d import PyCostmap2D
from nav2_simple_commander.footprint_collision_checker import LETHAL_OBSTACLE, FootprintCollisionChecker
from nav2_simple_commander.line_iterator import LineIterator
from nav2_simple_commander.utils import find_os_processes, kill_os_processes


@pytest.fixture
def costmap() -> PyCostmap2D:
    """10 by 8 cells of 0.5 m, from (-1, -2); cell (4, 4) costs 100, cell (6, 4) is unknown."""
    grid = OccupancyGrid()
    grid.header.frame_id = "map"
    grid.info.width, grid.info.height, grid.info.resolution = 10, 8, 0.5
    grid.info.origin.position.x, grid.info.origin.position.y = -1.0, -2.0
    grid.data = [0] * 80
    grid.data[44], grid.data[46] = 100, -1
    return PyCostmap2D(grid)


def square(side: float) -> Polygon:
    half = side / 2
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    return Polygon(points=[Point32(x=x, y=y) for x, y in corners])


def test_cells_and_points_match(costmap: PyCostmap2D) -> None:
    assert costmap.mapToWorld(4, 4) == (1.25, 0.25)
    assert costmap.worldToMapValidated(1.25, 0.25) == (4, 4)
    assert costmap.worldToMapValidated(-1.01, 0.0) == (None, None)
    assert costmap.worldToMapValidated(0.0, 2.0) == (None, None)


def test_an_unknown_cell_costs_255(costmap: PyCostmap2D) -> None:
    assert [costmap.getCostXY(4, 4), costmap.getCostXY(6, 4), costmap.getCostIdx(0)] == [100, 255, 0]
    costmap.setCost(0, 0, 7)
    assert costmap.getCostXY(0, 0) == 7


def test_a_footprint_costs_what_its_outline_touches(costmap: PyCostmap2D) -> None:
    checker = FootprintCollisionChecker()
    checker.setCostmap(costmap)
    assert checker.footprintCostAtPose(0.25, -0.75, 0.0, square(1.0)) == 0.0
    assert checker.footprintCostAtPose(0.75, 0.25, math.pi / 2, square(1.0)) == 100.0
    assert checker.footprintCostAtPose(-1.0, 0.0, 0.0, square(1.0)) == LETHAL_OBSTACLE
    costmap.setCost(4, 4, LETHAL_OBSTACLE)
    assert checker.footprintCostAtPose(0.75, 0.25, 0.0, square(1.0)) == LETHAL_OBSTACLE


def test_a_checker_without_a_costmap_says_so() -> None:
    with pytest.raises(ValueError, match="use setCostmap"):
        FootprintCollisionChecker().pointCost(0, 0)


@pytest.mark.parametrize(
    ("line", "points"),
    [
        ((0, 0, 1, 2, 0.5), [(0, 0), (0.5, 1.0), (1, 2)]),
        ((2, 1, 0, 1, 1.5), [(2, 1), (0.5, 1.0), (0, 1)]),
        ((3, 0, 3, -2, 1), [(3, 0), (3, -1), (3, -2)]),
    ],
)
def test_a_line_is_walked_to_its_very_end(
    line: tuple[float, float, float, float, float], points: list[tuple[float, float]]
) -> None:
    iterator = LineIterator(*line)
    walked = []
    while iterator.isValid():
        walked.append((iterator.getX(), iterator.getY()))
        iterator.advance()
    assert walked == points


def test_processes_are_found_and_ended_by_the_start_of_their_command() -> None:
    name = f"{sys.executable} -c import time; time.sleep(100) # as if a simulator"
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100) # as if a simulator"])
    assert (str(process.pid), name) in find_os_processes(name)
    kill_os_processes(name)
    assert process.wait(timeout=20) == -9
