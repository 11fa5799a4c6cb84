"""What happened when: ways as bars, detections as ticks, events as dots, one lane each."""

from __future__ import annotations

from matplotlib.axes import Axes

from twin_lakehouse.report.data import DetectedObject, EventRow, Place, ReportData
from twin_lakehouse.report.style import BLUE, GREEN, VERMILLION, object_colour, outcome_colour, quiet

# Ways say it already; as dots they would only repeat the bars.
_SHOWN_AS_BARS = ("nav.goal_set", "nav.goal_reached", "nav.goal_failed", "nav.goal_canceled")
_BAD = ("failed", "anomaly", "no_go", "emergency_stop", "obstacle_detected", "skipped")
_GOOD = ("succeeded", "synced", "target_seen", ".go")


def draw_timeline(axes: Axes, data: ReportData) -> int:
    """Draws the lanes, top to bottom; returns how many."""
    end = max(data.duration_s, 1e-3)
    lanes: list[str] = []
    if data.places:
        lanes.append("ways and looks")
        for place in data.places:
            _draw_way(axes, place, -len(lanes), end)
    for item in data.objects:
        lanes.append(f"sees {item.name}")
        _draw_detections(axes, item, -len(lanes))
    for prefix, events in _event_lanes(data).items():
        lanes.append(f"{prefix} events")
        for event in events:
            _draw_event(axes, event, -len(lanes))
    if not lanes:
        return 0
    axes.set_xlim(-0.01 * end, 1.01 * end)
    axes.set_ylim(-len(lanes) - 0.6, -0.4)
    axes.set_yticks([-number for number in range(1, len(lanes) + 1)], lanes)
    axes.grid(axis="y", visible=False)
    for number in range(1, len(lanes) + 1):
        axes.axhline(-number, color="#f3f5f8", linewidth=10, zorder=0)
    quiet(axes, x_label="time since start (s)")
    return len(lanes)


def _event_lanes(data: ReportData) -> dict[str, list[EventRow]]:
    """Events by the first word of their type; those outside of the job's time are in the table only."""
    lanes: dict[str, list[EventRow]] = {}
    for event in data.events:
        if event.event_type not in _SHOWN_AS_BARS and event.is_during_job:
            lanes.setdefault(event.event_type.partition(".")[0], []).append(event)
    return lanes


def _draw_way(axes: Axes, place: Place, lane: float, end_s: float) -> None:
    axes.barh(
        lane, place.duration_s, left=place.started_s, height=0.62, color=outcome_colour(place.outcome), alpha=0.88,
        edgecolor="white", linewidth=1.5, zorder=2,
    )  # fmt: skip
    # A name needs room: 1 % of the width a letter; the number is enough otherwise.
    name = f"{place.number} {place.name.replace('_', ' ')}"
    share = place.duration_s / end_s
    text = name if share > 0.009 * len(name) else str(place.number) if share > 0.012 else ""
    axes.annotate(
        text, (place.started_s + place.duration_s / 2.0, lane), ha="center", va="center_baseline", color="white",
        fontsize=9.5, fontweight="bold", zorder=3,
    )  # fmt: skip


def _draw_detections(axes: Axes, item: DetectedObject, lane: float) -> None:
    colour = object_colour(item.name)
    axes.vlines(item.times_s, lane - 0.28, lane + 0.28, color=colour, linewidth=2.0, zorder=2)


def _draw_event(axes: Axes, event: EventRow, lane: float) -> None:
    is_bad = any(word in event.event_type for word in _BAD)
    is_good = any(word in event.event_type for word in _GOOD)
    colour = VERMILLION if is_bad else GREEN if is_good else BLUE
    axes.plot(
        event.time_s, lane, marker="X" if is_bad else "o", markersize=8, color=colour, markeredgecolor="white",
        markeredgewidth=1.0, zorder=3, clip_on=False,
    )  # fmt: skip
