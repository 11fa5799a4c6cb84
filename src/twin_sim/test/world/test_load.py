"""A mistake in a world file gives one sentence: file, key, value, way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_sim.errors import WorldError
from twin_sim.world import Color, Pose2D, World, load_world, parse_world

GOOD = """
name: hut
walls:
  - {from: [0, 0], to: [4, 0]}
  - {from: [4, 0], to: [4, 3]}
  - {from: [4, 3], to: [0, 3]}
  - {from: [0, 3], to: [0, 0]}
objects:
  - {name: red_block, color: red, at: [3.5, 2.5], size: [0.2, 0.2, 0.3]}
start: {x: 1, y: 1}
locations:
  door: {x: 2, y: 1, yaw: 0.5}
"""
PATH = Path("hut.yaml")


def test_good_world_is_read_as_written() -> None:
    world = parse_world(GOOD, PATH)
    assert (world.name, world.start, dict(world.locations)) == (
        "hut",
        Pose2D(x=1.0, y=1.0, yaw=0.0),
        {"door": Pose2D(x=2.0, y=1.0, yaw=0.5)},
    )
    assert world.objects[0].color is Color.RED
    assert [wall.length for wall in world.walls] == [4.0, 3.0, 4.0, 3.0]


def test_shipped_worlds_have_what_searches_need(shipped_world: World) -> None:
    colors = {thing.color for thing in shipped_world.objects}
    assert {Color.RED, Color.GREEN, Color.BLUE} <= colors
    assert len(shipped_world.locations) >= 4


MISTAKES = [
    ("name: hut", "name: hut\nroof: 1", "roof", "unknown key", "known here"),
    ("start: {x: 1, y: 1}\n", "", "", "'start' is missing", "add it"),
    ("start: {x: 1, y: 1}", "start: {x: 1, why: 1}", "start.why", "unknown key", "x, y, yaw"),
    ("start: {x: 1, y: 1}", "start: {x: left, y: 1}", "start.x", "'left' is not a number", "such as"),
    ("start: {x: 1, y: 1}", "start: {x: .nan, y: 1}", "start.x", "nan is not a number", "such as"),
    ("start: {x: 1, y: 1}", "start: [1, 1]", "start", "[1, 1] is not a mapping", "write"),
    ("to: [4, 0]}", "to: [0, 0]}", "walls[0]", "zero length", "move one end"),
    ("to: [4, 0]}", "to: [4]}", "walls[0].to", "has 1 numbers", "2 are needed"),
    ("to: [4, 0]}", "to: [4, 0], thickness: -1}", "walls[0].thickness", "-1 must be > 0", "(m)"),
    ("name: hut", "name: 7", "name", "7 is not a text", "quotes"),
    ("color: red", "color: pink", "objects[0].color", "'pink' is not a colour", "red, green, blue"),
    ("color: red", "color: red, shape: cone", "objects[0].shape", "'cone' is not a shape", "box, cylinder"),
    ("size: [0.2, 0.2, 0.3]", "size: [0.2, 0, 0.3]", "objects[0].size", "must be > 0", "(m)"),
    ("door: {x: 2, y: 1", "door: {x: 2, y: 3", "locations.door", "(2, 3) is inside 'wall_2'", "move the point"),
    ("door: {x: 2, y: 1", "door: {x: 2, y: 2.8", "locations.door", "0.15 m from 'wall_2'", "needs 0.24 m"),
    ("door: {x: 2, y: 1", "door: {x: 9, y: 1", "locations.door", "(9, 1) is outside of the world", "move it into x"),
    ("start: {x: 1, y: 1}", "start: {x: 3.4, y: 2.4}", "start", "is inside 'red_block'", "move the point"),
    ("start: {x: 1, y: 1}", "start: {x: 9, y: 1}", "start", "outside of the world", "move it into"),
    ("name: red_block", "name: wall_1", "objects[0].name", "'wall_1' is already the name of walls[1]", "rename"),
    ("  door: {x: 2, y: 1, yaw: 0.5}", "  {}", "locations", "no location", "name at least one"),
]


@pytest.mark.parametrize(("old", "new", "key", "problem", "way_out"), MISTAKES, ids=[m[3] for m in MISTAKES])
def test_mistake_is_named_with_file_key_value_and_way_out(
    old: str, new: str, key: str, problem: str, way_out: str
) -> None:
    assert old in GOOD
    with pytest.raises(WorldError) as caught:
        parse_world(GOOD.replace(old, new, 1), PATH)
    text = str(caught.value)
    assert caught.value.key == key
    assert text.startswith(f"hut.yaml: {key}: " if key else "hut.yaml: ")
    assert problem in text
    assert way_out in text
    assert "\n" not in text


def test_oval_cylinder_is_refused() -> None:
    text = GOOD.replace("color: red", "color: red, shape: cylinder").replace("[0.2, 0.2, 0.3]", "[0.2, 0.3, 0.3]")
    with pytest.raises(WorldError, match=r"objects\[0\]\.size: .* a cylinder is round"):
        parse_world(text, PATH)


def test_yaml_syntax_error_names_the_line() -> None:
    with pytest.raises(WorldError, match=r"hut\.yaml: line 5, column \d+: .*fix the YAML"):
        parse_world(GOOD.replace("to: [4, 3]}", "to: [4, 3}"), PATH)


def test_location_that_stands_twice_is_refused() -> None:
    with pytest.raises(WorldError, match=r"line 13.*'door' stands twice; rename or remove one"):
        parse_world(GOOD + "  door: {x: 1, y: 2}\n", PATH)


def test_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "hut.yaml").write_text(GOOD)
    with pytest.raises(WorldError, match=r"no such file; worlds in that folder: hut\.yaml"):
        load_world(tmp_path / "hat.yaml")


def test_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hut.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorldError, match="a world is a UTF-8 text file"):
        load_world(tmp_path / "hut.yaml")


def test_locations_cannot_be_changed() -> None:
    world = parse_world(GOOD, PATH)
    with pytest.raises(TypeError):
        world.locations["attic"] = world.start  # type: ignore[index]


def test_example_in_the_readme_is_a_world() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    world = parse_world(readme.split("```yaml\n")[1].split("```")[0], PATH)
    assert (world.name, len(world.walls), len(world.objects)) == ("hut", 4, 2)
