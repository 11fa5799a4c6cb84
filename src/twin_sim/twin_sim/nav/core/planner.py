"""Global paths: the cheapest way over the costmap, then straightened and smoothed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from twin_sim.nav.core.costmap import Costmap
from twin_sim.nav.core.errors import ErrorCode, PlanError
from twin_sim.nav.core.geometry import Points, Pose2D, arc_lengths, resample

_SPACING_M = 0.05
_SMOOTHING_STEPS = 40
# A robot that stands nearer to a wall than planned (a slip, a poor match) may still drive out of there.
_ESCAPE_RADIUS_M = 0.4
_ESCAPE_COST = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerConfig:
    """`clearance_m`: the path's least distance to obstacles.

    A cell at distance d costs 1 + weight * exp(-decay * (d - clearance)).
    `start_clearance_m`: nearer to an obstacle than this the start itself counts as occupied.
    """

    clearance_m: float = 0.20
    start_clearance_m: float = 0.08
    cost_weight: float = 12.0
    cost_decay_per_m: float = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Points (n >= 2, 2) about 0.05 m apart, the heading at each (n,; the last: the goal's), the way along (n,)."""

    points: Points
    headings: NDArray[np.float64]
    along_m: NDArray[np.float64]

    @classmethod
    def through(cls, points: Points, goal_yaw: float) -> Path:
        """A path along points (n, 2)."""
        delta = np.gradient(points, axis=0)
        headings = np.arctan2(delta[:, 1], delta[:, 0])
        headings[-1] = goal_yaw
        return cls(points, headings, arc_lengths(points))

    @property
    def length_m(self) -> float:
        """From the first point to the last."""
        return float(self.along_m[-1])

    @property
    def goal(self) -> Pose2D:
        """The last point, with the goal's heading."""
        return Pose2D(float(self.points[-1, 0]), float(self.points[-1, 1]), float(self.headings[-1]))

    def nearest(self, pose: Pose2D, first: int = 0, last: int | None = None) -> int:
        """Index of the point nearest to the pose, searched between `first` and `last`."""
        part = self.points[first:last]
        return first + int(np.argmin(np.hypot(part[:, 0] - pose.x, part[:, 1] - pose.y)))

    def distance_to(self, pose: Pose2D) -> float:
        """From the pose to the nearest point of the path, m."""
        return float(np.hypot(*(self.points[self.nearest(pose)] - np.array([pose.x, pose.y]))))

    def remaining_m(self, pose: Pose2D) -> float:
        """Length still to drive, from the point nearest to the pose."""
        return self.length_m - float(self.along_m[self.nearest(pose)])


class Planner:
    """Plans over a costmap. Errors carry Nav2's code and the nearest point that would do."""

    def __init__(self, costmap: Costmap, config: PlannerConfig | None = None) -> None:
        self._costmap = costmap
        self._config = config or PlannerConfig()

    def plan(self, start: Pose2D, goal: Pose2D, *, static_only: bool = False) -> Path:
        """The path from start to goal (map); `static_only` leaves the live obstacles out. Raises PlanError."""
        distance = self._costmap.static_distance_m if static_only else self._costmap.distance_m
        self._check_start(start, distance)
        self.check_goal(goal, distance)
        costs = self._costs(start, distance)
        cells = self._search(start, goal, costs)
        points = self._costmap.grid.centres(cells[:, 0], cells[:, 1])
        points = np.vstack(([start.x, start.y], points[1:-1], [goal.x, goal.y]))
        return Path.through(self._smooth(self._shortcut(points, costs), distance), goal.yaw)

    def check_goal(self, goal: Pose2D, distance_m: NDArray[np.float64] | None = None) -> None:
        """Whether the robot could stand there: on the static map unless other distances are given. Raises PlanError."""
        field = self._costmap.static_distance_m if distance_m is None else distance_m
        self._check_inside("goal", goal, ErrorCode.GOAL_OUTSIDE_MAP)
        self._check_clear("goal", goal, field, self._config.clearance_m, ErrorCode.GOAL_OCCUPIED)

    def is_clear(self, path: Path, pose: Pose2D, ahead_m: float = math.inf) -> bool:
        """Whether the rest of the path (at most `ahead_m` of it) is still free of obstacles."""
        first = path.nearest(pose)
        rest = (path.along_m >= path.along_m[first]) & (path.along_m <= path.along_m[first] + ahead_m)
        # One cell of slack: marks move by a cell from scan to scan, and replanning at each would make the robot dither.
        needed = self._config.clearance_m - self._costmap.grid.resolution_m
        near_start = np.hypot(*(path.points - path.points[0]).T) < _ESCAPE_RADIUS_M
        return not bool(np.any(rest & ~near_start & (self._costmap.clearance(path.points) < needed)))

    def _check_start(self, start: Pose2D, distance: NDArray[np.float64]) -> None:
        self._check_inside("start", start, ErrorCode.START_OUTSIDE_MAP)
        self._check_clear("start", start, distance, self._config.start_clearance_m, ErrorCode.START_OCCUPIED)

    def _check_inside(self, what: str, pose: Pose2D, code: ErrorCode) -> None:
        if not (pose.is_finite() and self._costmap.grid.contains(pose.x, pose.y)):
            raise PlanError(
                code,
                f"{what} ({pose.x:.2f}, {pose.y:.2f}) map: outside of what it covers, {self._costmap.grid.describe()}",
            )

    def _check_clear(
        self, what: str, pose: Pose2D, distance: NDArray[np.float64], needed_m: float, code: ErrorCode
    ) -> None:
        row, col = self._costmap.grid.cell_of(pose.x, pose.y)
        found = float(distance[row, col])
        if found >= needed_m:
            return
        advice = "no free point on the map"
        near = self._nearest_free(pose, distance)
        if near is not None:
            advice = f"nearest free point ({near[0]:.2f}, {near[1]:.2f})"
        raise PlanError(
            code,
            f"{what} ({pose.x:.2f}, {pose.y:.2f}) map: {found:.2f} m from an obstacle, "
            f"needs {needed_m:.2f} m; {advice}",
        )

    def _nearest_free(self, pose: Pose2D, distance: NDArray[np.float64]) -> tuple[float, float] | None:
        rows, cols = np.nonzero(distance >= self._config.clearance_m)
        if not len(rows):
            return None
        centres = self._costmap.grid.centres(rows, cols)
        best = centres[np.argmin(np.hypot(centres[:, 0] - pose.x, centres[:, 1] - pose.y))]
        return float(best[0]), float(best[1])

    def _costs(self, start: Pose2D, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        config = self._config
        costs = 1.0 + config.cost_weight * np.exp(-config.cost_decay_per_m * (distance - config.clearance_m))
        costs[distance < config.clearance_m] = -1.0
        row, col = self._costmap.grid.cell_of(start.x, start.y)
        if distance[row, col] < config.clearance_m:
            reach = math.ceil(_ESCAPE_RADIUS_M / self._costmap.grid.resolution_m)
            window = np.s_[max(0, row - reach) : row + reach + 1, max(0, col - reach) : col + reach + 1]
            # Only cells no nearer to the obstacle than the robot already is.
            escape = (costs[window] < 0.0) & (distance[window] >= min(distance[row, col], config.start_clearance_m))
            costs[window] = np.where(escape, _ESCAPE_COST, costs[window])
        return costs

    def _search(self, start: Pose2D, goal: Pose2D, costs: NDArray[np.float64]) -> NDArray[np.intp]:
        grid = self._costmap.grid
        first, last = grid.cell_of(start.x, start.y), grid.cell_of(goal.x, goal.y)
        search = MCP_Geometric(costs)
        total, _ = search.find_costs([first], [last])
        if not np.isfinite(total[last]):
            raise PlanError(
                ErrorCode.NO_VALID_PATH,
                f"no path from ({start.x:.2f}, {start.y:.2f}) to ({goal.x:.2f}, {goal.y:.2f}) map that keeps "
                f"{self._config.clearance_m:.2f} m from obstacles; it is enclosed or the way is blocked: open it, or "
                "choose a goal on the robot's side",
            )
        cells = np.asarray(search.traceback(last), dtype=np.intp)
        return cells if len(cells) > 1 else np.vstack((cells, cells))

    def _shortcut(self, points: Points, costs: NDArray[np.float64]) -> Points:
        """Leave out points wherever the straight line costs no more than the way over the cells."""
        stops = np.unique(np.append(np.arange(0, len(points), 3), len(points) - 1))
        weights = self._cost_at(points, costs)
        steps = np.hypot(*np.diff(points, axis=0).T) * (weights[1:] + weights[:-1]) / 2.0
        spent = np.concatenate(([0.0], np.cumsum(steps)))
        kept, anchor = [0], 0
        for before, index in pairwise(stops.tolist()):
            budget = 1.01 * (spent[index] - spent[anchor]) + 1e-9
            if before != anchor and self._line_cost(points[anchor], points[index], costs) > budget:
                kept.append(before)
                anchor = before
        kept.append(len(points) - 1)
        return np.asarray(points[kept])

    def _cost_at(self, points: Points, costs: NDArray[np.float64]) -> NDArray[np.float64]:
        rows, cols, _ = self._costmap.grid.cells_of(points)
        return np.asarray(np.where(costs[rows, cols] < 0.0, np.inf, costs[rows, cols]))

    def _line_cost(self, first: Points, last: Points, costs: NDArray[np.float64]) -> float:
        length = float(np.hypot(*(last - first)))
        count = max(2, math.ceil(2.0 * length / self._costmap.grid.resolution_m))
        line = first + np.linspace(0.0, 1.0, count)[:, None] * (last - first)
        return length * float(np.mean(self._cost_at(line, costs)))

    def _smooth(self, points: Points, distance: NDArray[np.float64]) -> Points:
        """Round the corners without ever losing clearance that matters."""
        path = resample(points, _SPACING_M)
        grid = self._costmap.grid
        rows, cols, _ = grid.cells_of(path)
        # Beyond twice the needed clearance, a corner may be cut freely.
        floor = np.minimum(distance[rows, cols], 2.0 * self._config.clearance_m)
        for _ in range(_SMOOTHING_STEPS):
            wanted = path.copy()
            wanted[1:-1] += 0.4 * ((path[:-2] + path[2:]) / 2.0 - path[1:-1]) * 2.0
            rows, cols, _ = grid.cells_of(wanted)
            ok = distance[rows, cols] >= floor
            path[ok] = wanted[ok]
        return resample(path, _SPACING_M)
