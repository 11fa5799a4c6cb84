"""One look for all figures: the page's palette, thin axes, no boxes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

from matplotlib import RcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's colours, which colour-blind readers can tell apart; the same as in template.html.j2.
INK: Final = "#1b2430"
MUTED: Final = "#5d6875"
FAINT: Final = "#d9dee5"
GRID: Final = "#eceff3"
BLUE: Final = "#0072b2"
ORANGE: Final = "#e08a00"
GREEN: Final = "#009e73"
VERMILLION: Final = "#c8500a"
WALL: Final = (58, 68, 82)
FREE: Final = (255, 255, 255)
UNKNOWN: Final = (236, 239, 243)

OUTCOME_COLOURS: Final[Mapping[str, str]] = {
    "succeeded": GREEN,
    "aborted": VERMILLION,
    "rejected": VERMILLION,
    "canceled": "#8a94a1",
}
# The object's own colour where its class is one.
OBJECT_COLOURS: Final[Mapping[str, str]] = {
    "red": "#d1352b",
    "green": "#2f9e44",
    "blue": "#1f6fd1",
    "yellow": "#f2c200",
}

RC: Final = RcParams(
    {
        "font.family": "sans-serif",
        "font.size": 11,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": MUTED,
        "axes.labelsize": 11,
        "axes.linewidth": 1.0,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.titlesize": 11.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlecolor": INK,
        "grid.color": GRID,
        "grid.linewidth": 1.0,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "text.color": INK,
        "lines.solid_capstyle": "round",
        "lines.solid_joinstyle": "round",
        "legend.frameon": False,
        "legend.fontsize": 10,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "path.simplify": True,
        "path.simplify_threshold": 0.3,
        # Text stays text: the page's font, selectable, and read aloud by screen readers.
        "svg.fonttype": "none",
    }
)


def object_colour(name: str) -> str:
    """The colour in which a class is drawn."""
    return OBJECT_COLOURS.get(name.lower(), MUTED)


def outcome_colour(outcome: str) -> str:
    """The colour in which a goal's end is drawn."""
    return OUTCOME_COLOURS.get(outcome, MUTED)


def quiet(axes: Axes, *, x_label: str = "", y_label: str = "") -> None:
    """No lines but the grid and the floor; labels with their units."""
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)


def to_svg(figure: Figure, *, title: str) -> str:
    """The figure as an <svg> element that scales with the page, without XML prologue or metadata."""
    buffer = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=metadata, bbox_inches="tight", pad_inches=0.04)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)


def to_png(figure: Figure, *, dpi: int) -> bytes:
    """The figure as a PNG picture."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, bbox_inches="tight", pad_inches=0.1)
    return buffer.getvalue()
