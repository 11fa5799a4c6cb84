"""The report's figures, each a function from the collected data to an SVG text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from twin_lakehouse.report.data import ReportData, Trajectory
from twin_lakehouse.report.floor import draw_floor
from twin_lakehouse.report.style import BLUE, FAINT, MUTED, RC, quiet, to_png, to_svg
from twin_lakehouse.report.timeline import draw_timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """SVG texts, "" where there is nothing to draw; `picture_png` is the map once more as a picture file."""

    floor: str
    motion: str
    timeline: str
    picture_png: bytes


def draw(data: ReportData) -> Figures:
    """Draws everything that the data has."""
    with rc_context(RC):
        return Figures(
            floor=to_svg(_floor_figure(data), title="Map with the driven trajectory") if _has_floor(data) else "",
            motion=_motion(data.trajectory, data) if data.trajectory else "",
            timeline=_timeline(data),
            picture_png=to_png(_picture_figure(data), dpi=160),
        )


def _has_floor(data: ReportData) -> bool:
    return data.trajectory is not None or data.view.map is not None or data.view.ground_truth is not None


def _floor_figure(data: ReportData) -> Figure:
    figure = Figure(figsize=(6.9, 6.3))
    draw_floor(figure.add_subplot(), data)
    return figure


def _picture_figure(data: ReportData) -> Figure:
    figure = _floor_figure(data)
    subject = data.subject
    figure.axes[0].set_title(f"{subject.display_name}, job {subject.job_id}", pad=12)
    return figure


def _motion(trajectory: Trajectory, data: ReportData) -> str:
    """Speed and distance over time, one above the other on the same time axis."""
    figure = Figure(figsize=(6.2, 5.4))
    above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"hspace": 0.14})
    above.plot(trajectory.time_s, trajectory.speed, color=BLUE, linewidth=1.1)
    above.set_ylim(0.0, max(above.get_ylim()[1], 0.1))
    quiet(above, y_label="speed (m/s)")
    below.plot(trajectory.time_s, trajectory.distance, color=BLUE, linewidth=2.0)
    below.fill_between(trajectory.time_s, 0.0, trajectory.distance, color=BLUE, alpha=0.08, linewidth=0)
    below.set_ylim(0.0, max(below.get_ylim()[1], 0.1))
    quiet(below, x_label="time since start (s)", y_label="distance driven (m)")
    end = max(float(trajectory.time_s[-1]), 1e-3)
    for axes in (above, below):
        axes.set_xlim(0.0, end)
        axes.margins(x=0.0)
        _mark_places(axes, data, with_numbers=axes is above)
    return to_svg(figure, title="Speed and distance over time")


def _mark_places(axes: Axes, data: ReportData, *, with_numbers: bool) -> None:
    """A thin line where the robot set out for each place; its number, as on the map, above the upper chart."""
    last_s = -math.inf
    for place in data.places:
        axes.axvline(place.started_s, color=FAINT, linewidth=1.2, zorder=0.5)
        # Numbers need room: one that would touch its neighbour is left out.
        if with_numbers and place.started_s - last_s > 0.025 * data.duration_s:
            last_s = place.started_s
            axes.annotate(
                str(place.number),
                (place.started_s, 1.0),
                (0, 3),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center",
                color=MUTED,
                fontsize=10,
                fontweight="bold",
            )


def _timeline(data: ReportData) -> str:
    figure = Figure(figsize=(12.6, 3.0))
    lanes = draw_timeline(figure.add_subplot(), data)
    if not lanes:
        return ""
    figure.set_figheight(0.9 + 0.42 * lanes)
    return to_svg(figure, title="Goals, detections and events over time")
