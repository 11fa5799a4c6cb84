"""A costmap in Python: cells, costs and coordinates of a nav_msgs/OccupancyGrid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class PyCostmap2D:
    """Costs as uint8, row by row from the origin; a cell is (mx, my), a point of the world (wx, wy) in m."""

    def __init__(self, occupancy_map: Any) -> None:
        info = occupancy_map.info
        self.size_x: int = info.width
        self.size_y: int = info.height
        self.resolution: float = info.resolution
        self.origin_x: float = info.origin.position.x
        self.origin_y: float = info.origin.position.y
        self.global_frame_id: str = occupancy_map.header.frame_id
        self.costmap_timestamp: Any = occupancy_map.header.stamp
        self.costmap: NDArray[np.uint8] = np.array(occupancy_map.data, dtype=np.int8).view(np.uint8)

    def getSizeInCellsX(self) -> int:
        """Width in cells."""
        return self.size_x

    def getSizeInCellsY(self) -> int:
        """Height in cells."""
        return self.size_y

    def getSizeInMetersX(self) -> float:
        """From the origin to the centre of the last column, m."""
        return (self.size_x - 0.5) * self.resolution

    def getSizeInMetersY(self) -> float:
        """From the origin to the centre of the last row, m."""
        return (self.size_y - 0.5) * self.resolution

    def getOriginX(self) -> float:
        """X of the corner of cell (0, 0), m."""
        return self.origin_x

    def getOriginY(self) -> float:
        """Y of the corner of cell (0, 0), m."""
        return self.origin_y

    def getResolution(self) -> float:
        """Length of a cell's side, m."""
        return self.resolution

    def getGlobalFrameID(self) -> str:
        """The frame of world coordinates."""
        return self.global_frame_id

    def getCostmapTimestamp(self) -> Any:
        """When the map held, as builtin_interfaces/Time."""
        return self.costmap_timestamp

    def getCostXY(self, mx: int, my: int) -> np.uint8:
        """The cost of a cell. Raises IndexError beyond the last cell."""
        return self.getCostIdx(self.getIndex(mx, my))

    def getCostIdx(self, index: int) -> np.uint8:
        """Like `getCostXY`, by `getIndex`."""
        cost: np.uint8 = self.costmap[index]
        return cost

    def setCost(self, mx: int, my: int, cost: int | np.uint8) -> None:
        """Give a cell another cost, 0 to 255."""
        self.costmap[self.getIndex(mx, my)] = cost

    def mapToWorld(self, mx: int, my: int) -> tuple[float, float]:
        """The centre of a cell."""
        return self.origin_x + (mx + 0.5) * self.resolution, self.origin_y + (my + 0.5) * self.resolution

    def worldToMapValidated(self, wx: float, wy: float) -> tuple[int, int] | tuple[None, None]:
        """The cell that holds a point; (None, None) outside of the map."""
        mx = int((wx - self.origin_x) // self.resolution)
        my = int((wy - self.origin_y) // self.resolution)
        return (mx, my) if 0 <= mx < self.size_x and 0 <= my < self.size_y else (None, None)

    def getIndex(self, mx: int, my: int) -> int:
        """Where a cell's cost lies in `costmap`."""
        return my * self.size_x + mx
