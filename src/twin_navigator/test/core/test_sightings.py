"""From frames to certainty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from twin_navigator.core.sightings import SightingPolicy, Sightings

from .conftest import RED

BLUE = replace(RED, colour="blue")
FAINT = replace(RED, score=0.3)


@pytest.mark.parametrize(
    ("frames", "is_confirmed"),
    [
        ("..........", False),
        ("R", False),
        ("R..R..R", False),
        ("RR", True),
        ("R.R", True),
        (".R.R.", True),
        ("BBBB", False),
        ("FFFF", False),
    ],
)
def test_two_of_three_frames_confirm(frames: str, is_confirmed: bool) -> None:
    sightings = Sightings("red", SightingPolicy(needed=2, window=3, min_score=0.5))
    for number, letter in enumerate(frames):
        sightings.on_frame(number, {"R": (RED,), "B": (BLUE,), "F": (FAINT,), ".": ()}[letter])
    assert (sightings.confirmed is not None) is is_confirmed
    assert sightings.frames == len(frames)


def test_confirmed_sighting_keeps_the_best_view_and_stays() -> None:
    best = replace(RED, score=0.95)
    sightings = Sightings("red", SightingPolicy())
    sightings.on_frame(1, (RED, best))
    sightings.on_frame(2, (RED, BLUE))
    sightings.on_frame(3, ())
    assert sightings.confirmed is not None
    assert (sightings.confirmed.detection, sightings.confirmed.stamp_ns, sightings.confirmed.frames) == (best, 2, 2)
