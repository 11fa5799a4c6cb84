"""Named places from a world file."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from twin_navigator.core.errors import LocationsFileError, UnknownLocationError
from twin_navigator.core.locations import Location, Pose, choose_route, load_locations

WORLD = """
name: flat
walls: [[anything, goes]]
locations:
  kitchen: {x: 1, y: -2.5, yaw: 1.57}
  office: {x: 0.0, y: 3.0}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "world.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_locations_keep_file_order_and_yaw_defaults_to_zero(tmp_path: Path) -> None:
    assert load_locations(written(tmp_path, WORLD)) == (
        Location(name="kitchen", pose=Pose(x=1.0, y=-2.5, yaw=1.57)),
        Location(name="office", pose=Pose(x=0.0, y=3.0, yaw=0.0)),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no locations"),
        ("walls: []", "has no locations"),
        ("locations: []", "has no locations"),
        ("locations: {}", "has no locations"),
        ("locations: {a: [1, 2]}", "location 'a' is [1, 2], not a mapping"),
        ("locations: {a: {x: 1}}", "location 'a' has y = None, not a finite number"),
        ("locations: {a: {x: one, y: 2}}", "location 'a' has x = 'one', not a finite number"),
        ("locations: {a: {x: .nan, y: 2}}", "location 'a' has x = nan, not a finite number"),
        ("locations: {a: {x: true, y: 2}}", "location 'a' has x = True, not a finite number"),
        ("locations: {a: {x: 1, y: 2", "is not YAML"),
    ],
)
def test_mistake_in_the_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(LocationsFileError) as caught:
        load_locations(written(tmp_path, text))
    assert problem in str(caught.value)
    assert "world.yaml" in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocationsFileError, match=r"nowhere.yaml.*cannot be read"):
        load_locations(tmp_path / "nowhere.yaml")


def test_route_follows_the_names_given(tmp_path: Path) -> None:
    locations = load_locations(written(tmp_path, WORLD))
    names = ("office", "kitchen", "office")
    assert [place.name for place in choose_route(locations, names, "world.yaml")] == list(names)
    assert choose_route(locations, (), "world.yaml") == locations


def test_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    locations = load_locations(written(tmp_path, WORLD))
    with pytest.raises(UnknownLocationError, match=r"'garage'.*kitchen, office"):
        choose_route(locations, ("garage",), "world.yaml")


@pytest.mark.parametrize("yaw", [-3.0, -0.5, 0.0, 1.0, 3.1])
def test_pose_survives_its_quaternion(yaw: float) -> None:
    pose = Pose(x=1.0, y=2.0, yaw=yaw)
    assert Pose.from_quaternion(1.0, 2.0, pose.quat_xyzw).yaw == pytest.approx(yaw)


def test_turning_stays_within_half_a_turn() -> None:
    assert Pose(x=0.0, y=0.0, yaw=3.0).turned(math.pi / 2).yaw == pytest.approx(3.0 + math.pi / 2 - math.tau)
