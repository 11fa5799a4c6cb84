"""Configurations that cannot work are refused with name and value."""

from __future__ import annotations

import pytest

from twin_navigator.core.config import SearchConfig
from twin_navigator.core.detector import DetectorConfig
from twin_navigator.core.errors import ConfigError
from twin_navigator.core.sightings import SightingPolicy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"target": "purple"}, "parameter target = 'purple': the detector knows red, yellow, green, blue"),
        ({"locations_file": ""}, "parameter locations_file = ''"),
        ({"asset_id": ""}, "parameter asset_id = ''"),
        ({"job_id": "a/b"}, "parameter job_id = 'a/b'"),
        ({"job_id": "x" * 65}, "parameter job_id"),
        ({"tick_rate_hz": 0.0}, "parameter tick_rate = 0.0: needs a value > 0"),
        ({"mission_timeout_s": -1.0}, "parameter mission.timeout = -1.0"),
        ({"look_headings": 0}, "parameter look.headings = 0"),
    ],
)
def test_wrong_value_is_named(change: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SearchConfig(**{"locations_file": "world.yaml", **change})  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_defaults_are_valid() -> None:
    assert SearchConfig(locations_file="world.yaml").target == "red"


@pytest.mark.parametrize(
    "change", [{"min_area_px": 0}, {"min_saturation": 1.5}, {"min_value": -0.1}, {"min_fill": 2.0}]
)
def test_detector_limits_are_checked(change: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=f"detector.{next(iter(change)).removesuffix('_px')}"):
        DetectorConfig(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"needed": 4, "window": 3}, {"needed": 0}, {"min_score": 1.1}])
def test_sighting_policy_is_checked(change: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="sighting"):
        SightingPolicy(**change)  # type: ignore[arg-type]
