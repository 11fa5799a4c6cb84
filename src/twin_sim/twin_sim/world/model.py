"""World values: walls, objects, poses. SI units, radians, map frame (x, y on the floor, z up; REP-103)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Shape = Literal["box", "cylinder"]


class Color(Enum):
    """Colours that a world may use; the value is RGB in 0..1.

    Grey, white and black are for furniture: they have no hue, so a colour detector never takes them for a block.
    """

    RED = (0.80, 0.06, 0.06)
    GREEN = (0.06, 0.58, 0.14)
    BLUE = (0.07, 0.22, 0.80)
    YELLOW = (0.92, 0.76, 0.05)
    GREY = (0.50, 0.51, 0.52)
    WHITE = (0.86, 0.86, 0.86)
    BLACK = (0.13, 0.13, 0.14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose2D:
    """Position (m) and heading (rad, 0 = +x, counter-clockwise) on the floor."""

    x: float
    y: float
    yaw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Oriented rectangle on the floor; `size_xy` are its full edge lengths (m)."""

    x: float
    y: float
    yaw: float
    size_xy: tuple[float, float]

    def distance_m(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Distance (m) of points to the rectangle, 0 inside."""
        cos, sin = math.cos(self.yaw), math.sin(self.yaw)
        dx, dy = x - self.x, y - self.y
        over_x = np.maximum(np.abs(cos * dx + sin * dy) - self.size_xy[0] / 2, 0.0)
        over_y = np.maximum(np.abs(cos * dy - sin * dx) - self.size_xy[1] / 2, 0.0)
        return np.hypot(over_x, over_y)

    def extent_xy(self) -> tuple[float, float]:
        """Half edge lengths (m) of the axis-aligned rectangle around it."""
        cos, sin = abs(math.cos(self.yaw)), abs(math.sin(self.yaw))
        length, width = self.size_xy
        return (cos * length + sin * width) / 2, (sin * length + cos * width) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """Circle on the floor."""

    x: float
    y: float
    radius: float

    def distance_m(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Distance (m) of points to the circle, 0 inside."""
        return np.maximum(np.hypot(x - self.x, y - self.y) - self.radius, 0.0)

    def extent_xy(self) -> tuple[float, float]:
        """Half edge lengths (m) of the axis-aligned rectangle around it."""
        return self.radius, self.radius


Footprint = Box | Disc


@dataclass(frozen=True, slots=True, kw_only=True)
class Solid:
    """A static body standing on the floor; `material` names a colour (lower case) or "wall"."""

    name: str
    footprint: Footprint
    height: float
    material: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Straight wall along its centre line; half the thickness is added at both ends, so that corners close."""

    name: str
    start_xy: tuple[float, float]
    end_xy: tuple[float, float]
    thickness: float
    height: float

    @property
    def length(self) -> float:
        """Length of the centre line, m."""
        return math.dist(self.start_xy, self.end_xy)

    @property
    def solid(self) -> Solid:
        """The wall as a body."""
        (x0, y0), (x1, y1) = self.start_xy, self.end_xy
        box = Box(
            x=(x0 + x1) / 2,
            y=(y0 + y1) / 2,
            yaw=math.atan2(y1 - y0, x1 - x0),
            size_xy=(self.length + self.thickness, self.thickness),
        )
        return Solid(name=self.name, footprint=box, height=self.height, material="wall")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldObject:
    """A thing standing on the floor. `size_xyz`: full edge lengths; of a cylinder (diameter, diameter, height)."""

    name: str
    shape: Shape
    color: Color
    x: float
    y: float
    yaw: float
    size_xyz: tuple[float, float, float]

    @property
    def solid(self) -> Solid:
        """The object as a body."""
        length, width, height = self.size_xyz
        footprint: Footprint
        if self.shape == "cylinder":
            footprint = Disc(x=self.x, y=self.y, radius=length / 2)
        else:
            footprint = Box(x=self.x, y=self.y, yaw=self.yaw, size_xy=(length, width))
        return Solid(name=self.name, footprint=footprint, height=height, material=self.color.name.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A whole world; the map frame is its origin. `locations` keeps the order of the file and is read-only."""

    name: str
    description: str
    walls: tuple[Wall, ...]
    objects: tuple[WorldObject, ...]
    start: Pose2D
    locations: Mapping[str, Pose2D]

    @property
    def solids(self) -> tuple[Solid, ...]:
        """Walls, then objects, as bodies."""
        return (*(wall.solid for wall in self.walls), *(thing.solid for thing in self.objects))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(min x, min y, max x, max y) of everything that stands in the world, m."""
        feet = [solid.footprint for solid in self.solids]
        extents = [foot.extent_xy() for foot in feet]
        lows = [(foot.x - dx, foot.y - dy) for foot, (dx, dy) in zip(feet, extents, strict=True)]
        highs = [(foot.x + dx, foot.y + dy) for foot, (dx, dy) in zip(feet, extents, strict=True)]
        return min(x for x, _ in lows), min(y for _, y in lows), max(x for x, _ in highs), max(y for _, y in highs)

    def nearest(self, x: float, y: float) -> tuple[float, Solid]:
        """Distance (m) to, and the body nearest to a point; 0 inside of it."""
        px, py = np.array([x]), np.array([y])
        distances = [float(solid.footprint.distance_m(px, py)[0]) for solid in self.solids]
        index = int(np.argmin(distances))
        return distances[index], self.solids[index]
