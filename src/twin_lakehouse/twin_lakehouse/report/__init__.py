"""The report of a job: `build_report` makes one HTML page that needs nothing else, and the trajectory as a picture."""

from __future__ import annotations

from twin_lakehouse.report.build import build_report

__all__ = ["build_report"]
