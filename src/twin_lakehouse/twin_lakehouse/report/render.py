"""The collected data and its figures as one HTML page: every value is escaped, every asset is inside."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from twin_lakehouse.report.data import ReportData
from twin_lakehouse.report.figures import Figures
from twin_lakehouse.report.style import object_colour

NO_VALUE = "–"  # noqa: RUF001  an en dash is what a table shows for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A number with its unit and what it is."""

    label: str
    value: str
    unit: str = ""


def render(data: ReportData, figures: Figures) -> str:
    """The page as HTML text."""
    # Only our own drawings are markup; whatever the lake holds is text.
    drawings = {name: Markup(getattr(figures, name)) for name in ("floor", "motion", "timeline")}  # noqa: S704
    return _template().render(
        data=data, figures=drawings, headline=headline(data), verdict=verdict(data), key_figures=key_figures(data)
    )


def headline(data: ReportData) -> str:
    """The result in one sentence."""
    mission = data.mission
    if mission is None:
        return "A recording without a mission" if not data.goals else "The mission has no recorded end"
    target = mission.target or "target"
    if not mission.succeeded:
        return f"No {target} object found"
    near = f" near {mission.found_near.replace('_', ' ')}" if mission.found_near else ""
    return f"{target.capitalize()} object found{near}"


def verdict(data: ReportData) -> str:
    """CSS class of the result: good, bad or none."""
    if data.mission is None:
        return "none"
    return "good" if data.mission.succeeded else "bad"


def key_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """The numbers at the top of the page; those that the job has."""
    figures = [duration_figure(data.duration_s)]
    way = data.trajectory
    if way is not None:
        metres = float(way.distance[-1])
        figures.append(KeyFigure(label="Distance", value=f"{metres:.1f}", unit="m"))
        if data.duration_s > 0:
            figures.append(KeyFigure(label="Mean speed", value=f"{metres / data.duration_s:.2f}", unit="m/s"))
        fast = [speed for speed in way.speed.tolist() if math.isfinite(speed)]
        if fast:
            figures.append(KeyFigure(label="Top speed", value=f"{max(fast):.2f}", unit="m/s"))
    if data.places:
        reached = sum(place.outcome == "succeeded" for place in data.places)
        figures.append(KeyFigure(label="Places reached", value=f"{reached}", unit=f"of {len(data.places)}"))
    if data.objects:
        figures.append(KeyFigure(label="Detections", value=count(sum(item.count for item in data.objects))))
    figures.append(KeyFigure(label="Rows landed", value=count(data.rows)))
    return tuple(figures)


def duration_figure(seconds: float) -> KeyFigure:
    """Seconds below a minute, 3:07 min below an hour, 1:03:07 h from there."""
    if seconds < 60.0:
        return KeyFigure(label="Duration", value=f"{seconds:.1f}", unit="s")
    hours, rest = divmod(round(seconds), 3600)
    if not hours:
        return KeyFigure(label="Duration", value=f"{rest // 60}:{rest % 60:02d}", unit="min")
    return KeyFigure(label="Duration", value=f"{hours}:{rest // 60:02d}:{rest % 60:02d}", unit="h")


def count(number: int) -> str:
    """An integer with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u202f")


def number(value: float, digits: int) -> str:
    """A decimal number, or a dash where there is none."""
    return f"{value:.{digits}f}" if math.isfinite(value) else NO_VALUE


def size(size_bytes: int) -> str:
    """Bytes in the unit that fits."""
    value, unit = float(size_bytes), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000.0 or unit == "GB":
            break
        value /= 1000.0
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def utc(moment: datetime | None) -> str:
    """A date and time as people read it."""
    return f"{moment:%d %B %Y, %H:%M:%S} UTC" if moment else NO_VALUE


def data_uri(jpeg: bytes) -> str:
    """A picture inside the page."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("twin_lakehouse.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (count, number, size, utc, data_uri, object_colour):
        environment.filters[function.__name__] = function
    return environment.get_template("template.html.j2")
