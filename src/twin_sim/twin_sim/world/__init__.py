"""The one description of a world, and what is made from it: occupancy map, MuJoCo model, Gazebo world."""

from twin_sim.world.load import load_world, parse_world
from twin_sim.world.map import OccupancyMap, occupancy_map
from twin_sim.world.model import Box, Color, Disc, Pose2D, Solid, Wall, World, WorldObject

__all__ = [
    "Box",
    "Color",
    "Disc",
    "OccupancyMap",
    "Pose2D",
    "Solid",
    "Wall",
    "World",
    "WorldObject",
    "load_world",
    "occupancy_map",
    "parse_world",
]
