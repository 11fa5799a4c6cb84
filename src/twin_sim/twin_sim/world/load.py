"""World files: from YAML to a checked World."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from twin_sim.errors import WorldError
from twin_sim.world._reader import Node, read_yaml
from twin_sim.world.check import check_world
from twin_sim.world.model import Color, Pose2D, Shape, Wall, World, WorldObject

DEFAULT_WALL_HEIGHT = 0.5
DEFAULT_WALL_THICKNESS = 0.1


def load_world(path: str | Path) -> World:
    """Read and check a world file. Raises WorldError: one sentence with file, key, value and way out."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        nearby = ", ".join(sorted(other.name for other in file.parent.glob("*.yaml"))) or "none"
        raise WorldError(file, "", f"no such file; worlds in that folder: {nearby}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(file, "", f"cannot be read ({error}); a world is a UTF-8 text file") from error
    return parse_world(text, file)


def parse_world(text: str, path: Path) -> World:
    """Like `load_world`, from text; `path` only names the file in errors."""
    root = read_yaml(text, path)
    entries = root.mapping(
        required=("name", "walls", "start", "locations"), optional=("description", "wall", "objects")
    )
    world = World(
        name=entries["name"].text(),
        description=entries["description"].text() if "description" in entries else "",
        walls=_walls(entries["walls"], entries.get("wall")),
        objects=_objects(entries["objects"]) if "objects" in entries else (),
        start=_pose(entries["start"]),
        locations=_locations(entries["locations"]),
    )
    check_world(world, path)
    return world


def _walls(node: Node, defaults: Node | None) -> tuple[Wall, ...]:
    common = defaults.mapping(required=(), optional=("height", "thickness")) if defaults else {}
    walls = tuple(_wall(item, index, common) for index, item in enumerate(node.items()))
    if not walls:
        node.fail("the list is empty; a world needs walls around it")
    return walls


def _wall(node: Node, index: int, common: Mapping[str, Node]) -> Wall:
    entries = node.mapping(required=("from", "to"), optional=("name", "height", "thickness"))
    sizes = {**common, **entries}
    x0, y0 = entries["from"].numbers(2, "x, y")
    x1, y1 = entries["to"].numbers(2, "x, y")
    if (x0, y0) == (x1, y1):
        node.fail(f"wall from ({x0:g}, {y0:g}) to the same point has zero length; move one end or remove it")
    return Wall(
        name=entries["name"].text() if "name" in entries else f"wall_{index}",
        start_xy=(x0, y0),
        end_xy=(x1, y1),
        thickness=sizes["thickness"].positive() if "thickness" in sizes else DEFAULT_WALL_THICKNESS,
        height=sizes["height"].positive() if "height" in sizes else DEFAULT_WALL_HEIGHT,
    )


def _objects(node: Node) -> tuple[WorldObject, ...]:
    return tuple(_object(item) for item in node.items())


def _object(node: Node) -> WorldObject:
    entries = node.mapping(required=("name", "color", "at", "size"), optional=("shape", "yaw"))
    x, y = entries["at"].numbers(2, "x, y")
    shape = _shape(entries["shape"]) if "shape" in entries else "box"
    return WorldObject(
        name=entries["name"].text(),
        shape=shape,
        color=_color(entries["color"]),
        x=x,
        y=y,
        yaw=entries["yaw"].number() if "yaw" in entries else 0.0,
        size_xyz=_size(entries["size"], shape),
    )


def _shape(node: Node) -> Shape:
    if node.value == "box":
        return "box"
    if node.value == "cylinder":
        return "cylinder"
    return node.fail(f"{node.value!r} is not a shape; shapes: {', '.join(get_args(Shape))}")


def _color(node: Node) -> Color:
    names = {color.name.lower(): color for color in Color}
    if not isinstance(node.value, str) or node.value not in names:
        node.fail(f"{node.value!r} is not a colour of worlds; colours: {', '.join(names)}")
    return names[node.value]


def _size(node: Node, shape: Shape) -> tuple[float, float, float]:
    length, width, height = node.numbers(3, "length, width, height")
    if min(length, width, height) <= 0.0:
        node.fail(f"{node.value!r}: length, width and height must be > 0 (m)")
    if shape == "cylinder" and length != width:
        node.fail(f"{node.value!r}: a cylinder is round; write [diameter, diameter, height]")
    return length, width, height


def _locations(node: Node) -> Mapping[str, Pose2D]:
    locations = {name: _pose(entry) for name, entry in node.names().items()}
    if not locations:
        node.fail("no location; name at least one place where the robot can look around")
    return MappingProxyType(locations)


def _pose(node: Node) -> Pose2D:
    entries = node.mapping(required=("x", "y"), optional=("yaw",))
    return Pose2D(
        x=entries["x"].number(),
        y=entries["y"].number(),
        yaw=entries["yaw"].number() if "yaw" in entries else 0.0,
    )
