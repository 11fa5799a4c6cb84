"""What a robot's footprint costs at a place of a costmap."""

from __future__ import annotations

from math import cos, sin
from typing import Any, Final

import numpy as np
from geometry_msgs.msg import Point32, Polygon

from nav2_simple_commander.costmap_2d import PyCostmap2D
from nav2_simple_commander.line_iterator import LineIterator

NO_INFORMATION: Final = 255
LETHAL_OBSTACLE: Final = 254
INSCRIBED_INFLATED_OBSTACLE: Final = 253
MAX_NON_OBSTACLE: Final = 252
FREE_SPACE: Final = 0


class FootprintCollisionChecker:
    """Costs along the outline of a footprint. A costmap has to be set first: ValueError without."""

    def __init__(self) -> None:
        self.costmap_: PyCostmap2D | None = None

    def setCostmap(self, costmap: PyCostmap2D) -> None:
        """The map that every method looks at."""
        self.costmap_ = costmap

    def footprintCost(self, footprint: Any) -> float:
        """The highest cost along a geometry_msgs/Polygon in the map's frame; LETHAL_OBSTACLE if it leaves the map."""
        corners = [self.worldToMapValidated(point.x, point.y) for point in footprint.points]
        highest = 0.0
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
            if x0 is None or y0 is None or x1 is None or y1 is None:
                return LETHAL_OBSTACLE
            highest = max(highest, float(self.lineCost(x0, x1, y0, y1)))
            if highest == LETHAL_OBSTACLE:
                break
        return highest

    def lineCost(self, x0: int, x1: int, y0: int, y1: int, step_size: float = 0.5) -> float:
        """The highest cost of the cells between two; the search ends at a LETHAL_OBSTACLE."""
        highest = 0.0
        line = LineIterator(x0, y0, x1, y1, step_size)
        while line.isValid():
            cost = float(self.pointCost(int(line.getX()), int(line.getY())))
            if cost == LETHAL_OBSTACLE:
                return cost
            highest = max(highest, cost)
            line.advance()
        return highest

    def worldToMapValidated(self, wx: float, wy: float) -> tuple[int, int] | tuple[None, None]:
        """The cell that holds a point; (None, None) outside of the map."""
        return self._costmap().worldToMapValidated(wx, wy)

    def pointCost(self, x: int, y: int) -> np.uint8:
        """The cost of a cell."""
        return self._costmap().getCostXY(x, y)

    def footprintCostAtPose(self, x: float, y: float, theta: float, footprint: Any) -> float:
        """`footprintCost` of a footprint that is moved to (x, y) m and turned by `theta` rad."""
        cosine, sine = cos(theta), sin(theta)
        placed = Polygon()
        for point in footprint.points:
            turned = point.x * cosine - point.y * sine, point.x * sine + point.y * cosine
            placed.points.append(Point32(x=x + turned[0], y=y + turned[1]))
        return self.footprintCost(placed)

    def _costmap(self) -> PyCostmap2D:
        if self.costmap_ is None:
            raise ValueError("Costmap not specified, use setCostmap to specify the costmap first")
        return self.costmap_
