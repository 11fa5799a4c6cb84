"""Scan matching: the pose at which a scan lies on the walls of the map.

An iterated Kalman update (Gauss-Newton with a prior). The measurement of a ray is the signed distance from its end to
the nearest wall of the static map, which should be zero; Geman-McClure weights keep people and boxes from pulling.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from twin_sim.nav.core.geometry import Points, Pose2D, wrap
from twin_sim.nav.core.grid import OCCUPIED, Grid

Matrix = NDArray[np.float64]
_ITERATIONS = 12
_MAX_POINTS = 180
_FIELD_LIMIT_M = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchConfig:
    """`ray_sigma_m` is far above a ray's noise since neighbouring rays err together (map cells, one wall, one pose).

    A match is refused with fewer than `min_rays` hits, with less than `min_inliers` of them within `inlier_m` of a
    wall, or where it moves the robot by more than `max_shift_m` or `max_turn` from where odometry has it.
    """

    ray_sigma_m: float = 0.12
    robust_m: float = 0.12
    inlier_m: float = 0.12
    min_rays: int = 20
    min_inliers: float = 0.7
    max_shift_m: float = 0.4
    max_turn: float = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """The pose found, its covariance (3, 3; x, y, yaw), the share of rays on walls, and why it was refused, if so."""

    pose: Pose2D
    covariance: Matrix
    inliers: float
    refused: str = ""


class WallField:
    """Signed distance (m) to the nearest wall's surface, negative inside, with its gradient; bilinear between cells."""

    def __init__(self, grid: Grid) -> None:
        walls = grid.cells == OCCUPIED
        self._origin = np.array(grid.origin_xy)
        self._resolution = grid.resolution_m
        field = np.full(walls.shape, _FIELD_LIMIT_M)
        if walls.any() and not walls.all():
            outside = np.maximum(distance_transform_edt(~walls) - 0.5, 0.0)
            inside = np.maximum(distance_transform_edt(walls) - 0.5, 0.0)
            field = np.clip((outside - inside) * grid.resolution_m, -_FIELD_LIMIT_M, _FIELD_LIMIT_M)
        # One cell of border: ray ends just outside of the map still get a sensible value.
        self._field = np.pad(field, 1, mode="edge")

    def sample(self, points: Points) -> tuple[NDArray[np.float64], Points]:
        """Values (n,) and gradients (n, 2) at points (n, 2)."""
        at = (points - self._origin) / self._resolution + 0.5
        rows_limit, cols_limit = self._field.shape[0] - 2, self._field.shape[1] - 2
        at = np.clip(at, 0.0, np.array([cols_limit + 0.999, rows_limit + 0.999]))
        col, row = at[:, 0].astype(np.intp), at[:, 1].astype(np.intp)
        fx, fy = at[:, 0] - col, at[:, 1] - row
        a, b = self._field[row, col], self._field[row, col + 1]
        c, d = self._field[row + 1, col], self._field[row + 1, col + 1]
        low, high = a + fx * (b - a), c + fx * (d - c)
        gradient = np.column_stack(((b - a) * (1.0 - fy) + (d - c) * fy, high - low)) / self._resolution
        return low + fy * (high - low), gradient


class ScanMatcher:
    """Matches scans against one static map."""

    def __init__(self, grid: Grid, config: MatchConfig | None = None) -> None:
        self._field = WallField(grid)
        self._config = config or MatchConfig()

    def match(self, points_base: Points, predicted: Pose2D, covariance: Matrix) -> Match:
        """Correct the predicted pose (map) and its covariance with the scan's hits (n, 2) in the robot's base frame."""
        points = _thin(points_base)
        if len(points) < self._config.min_rays:
            text = f"{len(points)} rays hit something, needs {self._config.min_rays}"
            return Match(predicted, covariance, 0.0, text)
        information = _inverse(covariance)
        pose, hessian = self._descend(points, predicted, information)
        inliers = self.inliers(points, pose)
        return Match(pose, _inverse(hessian), inliers, self._judge(predicted, pose, inliers))

    def inliers(self, points_base: Points, pose: Pose2D) -> float:
        """Share of the hits that lie on a wall of the map when the robot stands at `pose`."""
        values, _ = self._field.sample(pose.apply(points_base))
        return float(np.mean(np.abs(values) < self._config.inlier_m))

    def search(self, points_base: Points, around: Pose2D, reach_m: float, turn: float) -> Pose2D:
        """The best fitting pose of a coarse raster around a pose: a lost robot's second chance."""
        points = _thin(points_base)[::3]
        if not len(points):
            return around
        shifts = np.arange(-reach_m, reach_m + 1e-9, 0.1)
        best, best_score = around, -1.0
        for yaw in np.arange(-turn, turn + 1e-9, 0.1):
            turned = Pose2D(around.x, around.y, around.yaw + float(yaw)).apply(points)
            for dx in shifts:
                moved = turned[None, :, :] + np.column_stack((np.full(len(shifts), dx), shifts))[:, None, :]
                values, _ = self._field.sample(moved.reshape(-1, 2))
                # Nearest wall within a cell or two counts most; the small loss for shift breaks ties towards staying.
                fit = np.exp(-((values.reshape(len(shifts), -1) / 0.1) ** 2)).mean(axis=1)
                score = fit - 0.02 * np.hypot(dx, shifts) - 0.02 * abs(yaw)
                at = int(np.argmax(score))
                if score[at] > best_score:
                    best_score = float(score[at])
                    best = Pose2D(around.x + float(dx), around.y + float(shifts[at]), wrap(around.yaw + float(yaw)))
        return best

    def _descend(self, points: Points, predicted: Pose2D, information: Matrix) -> tuple[Pose2D, Matrix]:
        pose, hessian = predicted, information
        for _ in range(_ITERATIONS):
            jacobian, values = self._linearise(points, pose)
            robust = self._config.robust_m**2
            weights = (robust / (robust + values**2)) ** 2 / self._config.ray_sigma_m**2
            weighted = jacobian * weights[:, None]
            hessian = information + weighted.T @ jacobian
            prior = np.array([pose.x - predicted.x, pose.y - predicted.y, wrap(pose.yaw - predicted.yaw)])
            step = np.linalg.solve(hessian, weighted.T @ values + information @ prior)
            dx, dy, turn = (float(value) for value in step)
            pose = Pose2D(pose.x - dx, pose.y - dy, wrap(pose.yaw - turn))
            if abs(dx) + abs(dy) < 5e-4 and abs(turn) < 5e-4:
                break
        return pose, hessian

    def _linearise(self, points: Points, pose: Pose2D) -> tuple[Matrix, NDArray[np.float64]]:
        ends = pose.apply(points)
        values, gradient = self._field.sample(ends)
        arm_x, arm_y = ends[:, 0] - pose.x, ends[:, 1] - pose.y
        turning = gradient[:, 1] * arm_x - gradient[:, 0] * arm_y
        return np.column_stack((gradient, turning)), values

    def _judge(self, predicted: Pose2D, found: Pose2D, inliers: float) -> str:
        config = self._config
        if inliers < config.min_inliers:
            return f"{inliers:.0%} of the rays end at walls of the map, needs {config.min_inliers:.0%}"
        shift, turn = predicted.distance_to(found), abs(wrap(found.yaw - predicted.yaw))
        if shift > config.max_shift_m or turn > config.max_turn or not math.isfinite(shift + turn):
            return (
                f"the scan fits {shift:.2f} m and {turn:.2f} rad away from the prediction, "
                f"at most {config.max_shift_m:.2f} m and {config.max_turn:.2f} rad are believed"
            )
        return ""


def _inverse(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _thin(points: Points) -> Points:
    return points[:: max(1, math.ceil(len(points) / _MAX_POINTS))]
