"""Gazebo world (SDF text) of a world."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from twin_sim.world._xml import add, numbers_text
from twin_sim.world.model import Box, Color, Solid, World

SDF_VERSION = "1.9"
_WALL_RGB = (0.90, 0.89, 0.87)
_PLUGINS = (
    ("gz-sim-physics-system", "gz::sim::systems::Physics"),
    ("gz-sim-user-commands-system", "gz::sim::systems::UserCommands"),
    ("gz-sim-scene-broadcaster-system", "gz::sim::systems::SceneBroadcaster"),
    ("gz-sim-sensors-system", "gz::sim::systems::Sensors"),
    ("gz-sim-imu-system", "gz::sim::systems::Imu"),
    ("gz-sim-contact-system", "gz::sim::systems::Contact"),
)


def gazebo_sdf(world: World) -> str:
    """World for Gazebo Harmonic: physics, sensors, sun, floor, walls and objects; a launch file spawns the robot."""
    root = ET.Element("sdf", version=SDF_VERSION)
    element = add(root, "world", name=world.name)
    _add_physics(element)
    _add_sun(element)
    _add_floor(element, world)
    for solid in world.solids:
        _add_solid(element, solid)
    ET.indent(root)
    return '<?xml version="1.0"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_physics(world: ET.Element) -> None:
    physics = add(world, "physics", name="4ms", type="ignored")
    _text(physics, "max_step_size", "0.004")
    _text(physics, "real_time_factor", "1.0")
    for filename, name in _PLUGINS:
        plugin = add(world, "plugin", filename=filename, name=name)
        if name.endswith("Sensors"):
            _text(plugin, "render_engine", "ogre2")
    _text(world, "gravity", "0 0 -9.81")
    scene = add(world, "scene")
    _text(scene, "ambient", "0.5 0.5 0.5 1")
    _text(scene, "background", "0.85 0.89 0.93 1")


def _add_sun(world: ET.Element) -> None:
    sun = add(world, "light", name="sun", type="directional")
    _text(sun, "cast_shadows", "true")
    _text(sun, "pose", "0 0 10 0 0 0")
    _text(sun, "diffuse", "0.8 0.8 0.8 1")
    _text(sun, "specular", "0.1 0.1 0.1 1")
    _text(sun, "direction", "0.22 0.3 -1")


def _add_floor(world: ET.Element, source: World) -> None:
    low_x, low_y, high_x, high_y = source.bounds
    model = add(world, "model", name="floor")
    _text(model, "static", "true")
    _text(model, "pose", f"{numbers_text((low_x + high_x) / 2, (low_y + high_y) / 2)} 0 0 0 0")
    link = add(model, "link", name="link")
    for role in ("collision", "visual"):
        part = add(link, role, name=role)
        plane = add(add(part, "geometry"), "plane")
        _text(plane, "normal", "0 0 1")
        _text(plane, "size", numbers_text(high_x - low_x + 4.0, high_y - low_y + 4.0))
        if role == "visual":
            _add_material(part, (0.72, 0.71, 0.69))


def _add_solid(world: ET.Element, solid: Solid) -> None:
    foot = solid.footprint
    model = add(world, "model", name=solid.name)
    _text(model, "static", "true")
    yaw = foot.yaw if isinstance(foot, Box) else 0.0
    _text(model, "pose", f"{numbers_text(foot.x, foot.y, solid.height / 2)} 0 0 {numbers_text(yaw)}")
    link = add(model, "link", name="link")
    for role in ("collision", "visual"):
        part = add(link, role, name=role)
        _add_geometry(part, solid)
        if role == "visual":
            _add_material(part, _WALL_RGB if solid.material == "wall" else Color[solid.material.upper()].value)


def _add_geometry(part: ET.Element, solid: Solid) -> None:
    geometry = add(part, "geometry")
    foot = solid.footprint
    if isinstance(foot, Box):
        _text(add(geometry, "box"), "size", numbers_text(*foot.size_xy, solid.height))
    else:
        cylinder = add(geometry, "cylinder")
        _text(cylinder, "radius", numbers_text(foot.radius))
        _text(cylinder, "length", numbers_text(solid.height))


def _add_material(visual: ET.Element, rgb: tuple[float, float, float]) -> None:
    material = add(visual, "material")
    for kind in ("ambient", "diffuse"):
        _text(material, kind, f"{numbers_text(*rgb)} 1")
    _text(material, "specular", "0.1 0.1 0.1 1")


def _text(parent: ET.Element, tag: str, text: str) -> None:
    add(parent, tag).text = text
