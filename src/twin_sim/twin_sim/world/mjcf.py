"""MuJoCo model (MJCF text) of a world with a robot in it. Nothing here touches a file."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from twin_sim.world._mjcf_robot import add_robot
from twin_sim.world._xml import add, numbers_text
from twin_sim.world.model import Box, Color, Footprint, Solid, World
from twin_sim.world.urdf import RobotModel

# Geoms of the world and of the robot are told apart by group: the lidar sees the first, pictures leave out the last.
WORLD_GROUP = 0
DECORATION_GROUP = 1
ROBOT_VISUAL_GROUP = 2
ROBOT_COLLISION_GROUP = 3

CAMERA_NAME = "camera"

# The camera sees from here to there.
_NEAR_M, _FAR_M = 0.02, 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MjcfOptions:
    """`step_s`: length of a physics step. Camera picture in pixels; `hfov_rad`: horizontal opening angle."""

    step_s: float = 0.005
    camera_width: int = 320
    camera_height: int = 240
    camera_hfov_rad: float = 1.2

    @property
    def camera_vfov_rad(self) -> float:
        """Vertical opening angle that belongs to square pixels."""
        return 2.0 * math.atan(math.tan(self.camera_hfov_rad / 2.0) * self.camera_height / self.camera_width)


def simulation_mjcf(world: World, robot: RobotModel, options: MjcfOptions) -> str:
    """The whole model: floor, light, walls, objects, and the robot at the world's start pose."""
    root = ET.Element("mujoco", model=world.name)
    _add_settings(root, world, options)
    _add_assets(root)
    worldbody = add(root, "worldbody")
    _add_floor_and_light(worldbody, world)
    for solid in world.solids:
        _add_solid(worldbody, solid)
        _add_base(worldbody, solid)
    add_robot(root, worldbody, robot, start=world.start, camera_vfov_rad=options.camera_vfov_rad)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def _add_settings(root: ET.Element, world: World, options: MjcfOptions) -> None:
    # Upper-case XYZ: angles about fixed axes, as in URDF.
    add(root, "compiler", angle="radian", eulerseq="XYZ", autolimits="true")
    # implicitfast keeps the stiff wheel servos stable at this step length; Euler would need a quarter of it.
    add(root, "option", timestep=numbers_text(options.step_s), integrator="implicitfast", cone="pyramidal")
    # The unit of the clipping planes.
    low_x, low_y, high_x, high_y = world.bounds
    extent = math.dist((low_x, low_y), (high_x, high_y)) / 2
    center = numbers_text((low_x + high_x) / 2, (low_y + high_y) / 2, 0.3)
    add(root, "statistic", extent=numbers_text(extent), center=center)
    visual = add(root, "visual")
    width, height = max(options.camera_width, 1280), max(options.camera_height, 960)
    add(visual, "global", offwidth=str(width), offheight=str(height))
    add(visual, "headlight", ambient="0.42 0.42 0.42", diffuse="0.25 0.25 0.25", specular="0 0 0")
    add(visual, "quality", offsamples="4")
    add(visual, "map", znear=numbers_text(_NEAR_M / extent), zfar=numbers_text(_FAR_M / extent))


def _add_assets(root: ET.Element) -> None:
    asset = add(root, "asset")
    add(
        asset, "texture", type="skybox", builtin="gradient", rgb1="0.93 0.95 0.97", rgb2="0.72 0.79 0.86",
        width="256", height="256",
    )  # fmt: skip
    _add_textured(asset, "floor", kind="2d", rgb=(0.72, 0.71, 0.69), edge=(0.55, 0.54, 0.52), per_metre=2)
    _add_textured(asset, "wall", kind="cube", rgb=(0.90, 0.89, 0.87), edge=(0.90, 0.89, 0.87))
    add(asset, "material", name="skirting", rgba="0.36 0.37 0.39 1", specular="0", shininess="0")
    for color in Color:
        red, green, blue = color.value
        edge = (0.6 * red, 0.6 * green, 0.6 * blue)
        _add_textured(asset, color.name.lower(), kind="cube", rgb=color.value, edge=edge)


def _add_textured(
    asset: ET.Element,
    name: str,
    *,
    kind: str,
    rgb: tuple[float, float, float],
    edge: tuple[float, float, float],
    per_metre: int = 0,
) -> None:
    """Material in one colour with lines of another: around each face, or `per_metre` times a metre."""
    mark = {"mark": "edge", "markrgb": numbers_text(*edge)}
    color = {"rgb1": numbers_text(*rgb), "rgb2": numbers_text(*rgb)}
    size = {"width": "128", "height": "128" if kind == "2d" else "768"}  # a cube's six faces lie one below the other
    add(asset, "texture", name=name, type=kind, builtin="flat", **color, **size, **mark)
    repeat = {"texrepeat": f"{per_metre} {per_metre}", "texuniform": "true"} if per_metre else {}
    add(asset, "material", name=name, texture=name, specular="0.15", shininess="0.3", **repeat)


def _add_floor_and_light(worldbody: ET.Element, world: World) -> None:
    low_x, low_y, high_x, high_y = world.bounds
    center_x, center_y = (low_x + high_x) / 2, (low_y + high_y) / 2
    half = max(high_x - low_x, high_y - low_y)
    add(
        worldbody, "geom", name="floor", type="plane", material="floor", group=str(WORLD_GROUP),
        pos=numbers_text(center_x, center_y, 0.0), size=numbers_text(half, half, 0.5),
    )  # fmt: skip
    # No cast shadows: the software renderer needs twice the time for them and sprinkles the floor with specks.
    add(
        worldbody, "light", name="sun", type="directional", pos=numbers_text(center_x, center_y, 6.0),
        dir="0.22 0.30 -1", diffuse="0.50 0.49 0.47", specular="0.1 0.1 0.1", castshadow="false",
    )  # fmt: skip


def _add_solid(worldbody: ET.Element, solid: Solid) -> None:
    add(
        worldbody, "geom", name=f"world/{solid.name}", material=solid.material, group=str(WORLD_GROUP),
        **_standing(solid.footprint, solid.height),
    )  # fmt: skip


def _add_base(worldbody: ET.Element, solid: Solid) -> None:
    """For the eye only, it tells a body from the floor: skirting along a wall, a soft shadow around an object."""
    is_wall = solid.material == "wall"
    look = {"material": "skirting"} if is_wall else {"rgba": "0.1 0.1 0.1 0.35"}
    height, wider_m = (0.05, 0.008) if is_wall else (0.002, 0.05)
    add(
        worldbody, "geom", group=str(DECORATION_GROUP), contype="0", conaffinity="0", **look,
        **_standing(solid.footprint, height, wider_m),
    )  # fmt: skip


def _standing(footprint: Footprint, height: float, wider_m: float = 0.0) -> dict[str, str]:
    """Attributes of a geom on the floor, its footprint `wider_m` larger in each direction."""
    position = numbers_text(footprint.x, footprint.y, height / 2)
    if isinstance(footprint, Box):
        half_sizes = [(size + wider_m) / 2 for size in footprint.size_xy]
        size = numbers_text(*half_sizes, height / 2)
        return {"type": "box", "pos": position, "euler": numbers_text(0.0, 0.0, footprint.yaw), "size": size}
    return {"type": "cylinder", "pos": position, "size": numbers_text(footprint.radius + wider_m / 2, height / 2)}
