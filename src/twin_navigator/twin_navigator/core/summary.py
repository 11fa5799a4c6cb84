"""The block of lines with which a mission ends on the terminal."""

from __future__ import annotations

from twin_navigator.core.mission import Summary


def summary_lines(summary: Summary) -> tuple[str, ...]:
    """What happened, one fact a line."""
    verdict = f"{summary.target} FOUND" if summary.found else f"{summary.target} NOT FOUND"
    rows = [
        ("result", verdict),
        ("why", summary.reason),
        ("robot at", f"{summary.found_at} near {summary.found_near}" if summary.found_at else summary.found_near),
        ("visited", ", ".join(summary.visited)),
        ("skipped", ", ".join(summary.skipped)),
        ("goals", str(summary.goals)),
        ("duration", f"{summary.duration_s:.1f} s"),
        ("distance", f"{summary.distance_m:.2f} m"),
    ]
    body = [f"  {name:<9} {value}" for name, value in rows if value]
    return ("── mission summary " + "─" * 40, *body, "─" * 59)
