"""The map with what was planned, driven and seen on it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from twin_lakehouse.report.data import MAX_STEP_M, DetectedObject, MapGrid, ReportData, Trajectory
from twin_lakehouse.report.style import (
    BLUE,
    FREE,
    INK,
    MUTED,
    ORANGE,
    UNKNOWN,
    VERMILLION,
    WALL,
    object_colour,
    outcome_colour,
    quiet,
)

# How far a sight line reaches where no wall ends it (m).
_SIGHT_M = 1.2
_MAX_SIGHT_M = 6.0
_OCCUPIED = 65
_LABEL_BOX: Final = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.0}


def draw_floor(axes: Axes, data: ReportData) -> None:
    """Draws the floor to scale; the legend names only what is there."""
    legend: list[Line2D] = []
    if data.view.map is not None:
        _draw_map(axes, data.view.map)
    legend += _draw_lines(axes, data)
    if data.trajectory is not None:
        legend += _draw_trajectory(axes, data.trajectory)
    for item in data.objects:
        _draw_sight(axes, item, data.view.map)
    _draw_places(axes, data)
    axes.set_aspect("equal", adjustable="box")
    quiet(axes, x_label="x (m)", y_label="y (m)")
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=data.view.map is None)
    if data.view.map is None:
        axes.margins(0.12)
        _square(axes)
    if legend:
        axes.legend(
            handles=legend, loc="upper center", bbox_to_anchor=(0.5, -0.095), ncols=3, handlelength=1.8,
            columnspacing=1.6,
        )  # fmt: skip


def _square(axes: Axes) -> None:
    """A square of at least a metre: the jitter of a robot that stands still must not look like a way."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    half = max(right - left, top - bottom, 1.0) / 2.0
    axes.set_xlim((left + right) / 2.0 - half, (left + right) / 2.0 + half)
    axes.set_ylim((bottom + top) / 2.0 - half, (bottom + top) / 2.0 + half)


def _draw_map(axes: Axes, grid: MapGrid) -> None:
    known = np.argwhere(grid.cells >= 0)
    picture: npt.NDArray[np.uint8] = np.empty((*grid.cells.shape, 3), dtype=np.uint8)
    picture[:] = UNKNOWN
    picture[(grid.cells >= 0) & (grid.cells < _OCCUPIED)] = FREE
    picture[grid.cells >= _OCCUPIED] = WALL
    axes.imshow(picture, extent=grid.extent, origin="lower", interpolation="nearest", zorder=0)
    if not known.size:
        return
    # The unknown frame around a map says nothing: show what is known, and a little around it.
    (low_row, low_column), (high_row, high_column) = known.min(axis=0), known.max(axis=0) + 1
    border = 0.15
    axes.set_xlim(
        grid.origin_x + low_column * grid.resolution_m - border,
        grid.origin_x + high_column * grid.resolution_m + border,
    )
    axes.set_ylim(
        grid.origin_y + low_row * grid.resolution_m - border, grid.origin_y + high_row * grid.resolution_m + border
    )


def _draw_lines(axes: Axes, data: ReportData) -> list[Line2D]:
    handles = []
    for plan in data.view.plans:
        (line,) = axes.plot(plan.x, plan.y, color=ORANGE, linewidth=4.5, alpha=0.45, zorder=2, label="planned")
        handles = [line]
    odometry = data.view.odometry
    if odometry is not None:
        handles += axes.plot(
            odometry.x, odometry.y, color=MUTED, linewidth=0.9, alpha=0.55, zorder=2.5, label="odometry"
        )
    truth = data.view.ground_truth
    if truth is not None:
        handles += axes.plot(
            truth.x, truth.y, color=INK, linewidth=1.1, linestyle=(0, (1, 2)), zorder=3.5, label="ground truth"
        )
    return handles


def _draw_trajectory(axes: Axes, trajectory: Trajectory) -> list[Line2D]:
    # No line where the robot did not drive: it breaks at a teleport.
    jumps = np.flatnonzero(np.hypot(np.diff(trajectory.x), np.diff(trajectory.y)) > MAX_STEP_M) + 1
    x, y = (np.insert(values, jumps, np.nan) for values in (trajectory.x, trajectory.y))
    handles = axes.plot(x, y, color=BLUE, linewidth=2.0, zorder=3, label="driven")
    odd = ~trajectory.is_reconciled
    if odd.any() and not odd.all():
        handles += axes.plot(
            trajectory.x[odd], trajectory.y[odd], linestyle="none", marker="x", color=VERMILLION, zorder=4,
            label="anomaly",
        )  # fmt: skip
    handles += axes.plot(
        trajectory.x[:1], trajectory.y[:1], linestyle="none", marker="o", markersize=9, markerfacecolor="white",
        markeredgecolor=BLUE, markeredgewidth=2.2, zorder=6, label="start",
    )  # fmt: skip
    # A halo, since the end is often under the disc of the last place.
    end = (trajectory.x[-1], trajectory.y[-1])
    axes.plot(*end, marker="o", markersize=25, color=BLUE, alpha=0.25, markeredgewidth=0, zorder=5)
    handles += axes.plot(
        trajectory.x[-1:], trajectory.y[-1:], linestyle="none", marker="o", markersize=9, markerfacecolor=BLUE,
        markeredgecolor="white", markeredgewidth=1.5, zorder=6, label="end",
    )  # fmt: skip
    return handles


def _draw_places(axes: Axes, data: ReportData) -> None:
    """Numbered discs with the place's name; a place visited twice keeps one disc."""
    numbers: dict[tuple[float, float], list[int]] = {}
    for place in data.places:
        numbers.setdefault((place.x, place.y), []).append(place.number)
    for place in data.places:
        here = numbers.get((place.x, place.y), [])
        if not here or here[0] != place.number:
            continue
        colour = outcome_colour(place.outcome)
        label = ",".join(str(number) for number in here)
        axes.plot(
            place.x, place.y, marker="o", markersize=15, markerfacecolor="white", markeredgecolor=colour,
            markeredgewidth=1.8, zorder=7,
        )  # fmt: skip
        axes.annotate(
            label, (place.x, place.y), ha="center", va="center_baseline", fontsize=9.5, fontweight="bold", zorder=8
        )
        axes.annotate(
            place.name.replace("_", " "), (place.x, place.y), (0, -19), textcoords="offset points", ha="center",
            fontsize=10, color=MUTED, zorder=8, bbox=_LABEL_BOX,
        )  # fmt: skip


def _draw_sight(axes: Axes, item: DetectedObject, grid: MapGrid | None) -> None:
    """From where the robot stood towards the object, up to the first occupied cell of the map."""
    if item.seen_from is None or item.bearing is None:
        return
    length = _sight_length(item.seen_from, item.bearing, grid)
    x, y = item.seen_from
    end = (x + length * math.cos(item.bearing), y + length * math.sin(item.bearing))
    colour = object_colour(item.name)
    axes.plot((x, end[0]), (y, end[1]), color=colour, linewidth=1.2, linestyle=(0, (4, 2)), zorder=4)
    axes.plot(*end, marker="s", markersize=11, color=colour, markeredgecolor="white", markeredgewidth=1.5, zorder=6.5)
    axes.annotate(
        item.name, end, (0, 10), textcoords="offset points", ha="center", fontsize=10, fontweight="bold", zorder=8,
        bbox=_LABEL_BOX,
    )  # fmt: skip


def _sight_length(start: tuple[float, float], bearing: float, grid: MapGrid | None) -> float:
    if grid is None:
        return _SIGHT_M
    distance = np.arange(grid.resolution_m, _MAX_SIGHT_M, grid.resolution_m / 2.0)
    columns = np.floor((start[0] + distance * math.cos(bearing) - grid.origin_x) / grid.resolution_m).astype(int)
    rows = np.floor((start[1] + distance * math.sin(bearing) - grid.origin_y) / grid.resolution_m).astype(int)
    inside = (rows >= 0) & (rows < grid.cells.shape[0]) & (columns >= 0) & (columns < grid.cells.shape[1])
    hit = np.flatnonzero(inside & (grid.cells[rows * inside, columns * inside] >= _OCCUPIED))
    return float(distance[hit[0]]) if hit.size else _SIGHT_M
