"""Collect, draw, render, write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twin_lakehouse.durable import write_file
from twin_lakehouse.report.collect import collect
from twin_lakehouse.report.figures import draw
from twin_lakehouse.report.render import render

if TYPE_CHECKING:
    from twin_lakehouse.lake import Lake

REPORT_NAME, PICTURE_NAME = "report.html", "trajectory.png"


def build_report(lake: Lake, twin_id: str, job_id: str, out_dir: Path) -> Path:
    """Writes `out_dir`/report.html and trajectory.png; returns the page's path.

    What the job did not record leaves a section that says so. Raises UnknownTwinError, UnknownJobError, OSError.
    """
    data = collect(lake, twin_id, job_id)
    figures = draw(data)
    out_dir = Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    write_file(out_dir / PICTURE_NAME, figures.picture_png)
    page = out_dir / REPORT_NAME
    write_file(page, render(data, figures).encode())
    return page
