"""Speed limits that a URDF implies: those of its driven wheels, where the model says how fast they turn.

Only what follows from the model: two or more wheels (joints of type continuous about a horizontal axis, with a
`<limit velocity="…">`, whose link touches with a cylinder or a sphere) give the base's speed, wheel speed * radius; two
of them on one axle, left and right, give its turn rate, 2 * speed / distance. Anything else gives nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from twin_lakehouse.errors import MissingFileError

_HORIZONTAL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wheel:
    """A driven wheel: how fast its rim moves (m/s), and where its joint is left of the base's middle (m)."""

    speed: float
    left_m: float


def model_limits(path: Path) -> dict[str, float]:
    """`linear_velocity` (m/s) and `angular_velocity` (rad/s) as far as the URDF implies them; {} where it doesn't.

    Raises MissingFileError where the file can't be read as XML.
    """
    try:
        # expat limits what entities may grow to, and reads none from outside.
        robot = ET.parse(path).getroot()  # noqa: S314
    except (OSError, ET.ParseError) as error:
        raise MissingFileError(
            str(path), problem=f"can't be read as URDF ({error})", remedy="register a new version of the model"
        ) from error
    wheels = list(_wheels(robot))
    if len(wheels) < 2:
        return {}
    # The slowest wheel is the one that limits a straight drive.
    limits = {"linear_velocity": min(wheel.speed for wheel in wheels)}
    track_m = max(wheel.left_m for wheel in wheels) - min(wheel.left_m for wheel in wheels)
    if len(wheels) == 2 and track_m > 0:
        limits["angular_velocity"] = 2 * limits["linear_velocity"] / track_m
    return limits


def _wheels(robot: ET.Element) -> Iterator[_Wheel]:
    links = {link.get("name"): link for link in robot.findall("link")}
    for joint in robot.findall("joint"):
        limit, child = joint.find("limit"), joint.find("child")
        if joint.get("type") != "continuous" or limit is None or child is None or not _is_axle(joint):
            continue
        radius, speed = _radius(links.get(child.get("link"))), _numbers(limit.get("velocity", ""))
        if radius and len(speed) == 1 and speed[0] > 0:
            origin = joint.find("origin")
            place = _numbers(origin.get("xyz", "")) if origin is not None else []
            yield _Wheel(speed=speed[0] * radius, left_m=place[1] if len(place) == 3 else 0.0)


def _is_axle(joint: ET.Element) -> bool:
    """Whether the joint turns about the base's y: its axis, as the joint's own orientation leaves it."""
    axis, origin = joint.find("axis"), joint.find("origin")
    x, y, z = _numbers(axis.get("xyz", "")) if axis is not None else (1.0, 0.0, 0.0)
    rpy = _numbers(origin.get("rpy", "")) if origin is not None else []
    roll, pitch, yaw = rpy if len(rpy) == 3 else (0.0, 0.0, 0.0)
    y, z = y * math.cos(roll) - z * math.sin(roll), y * math.sin(roll) + z * math.cos(roll)
    x, z = x * math.cos(pitch) + z * math.sin(pitch), z * math.cos(pitch) - x * math.sin(pitch)
    x, y = x * math.cos(yaw) - y * math.sin(yaw), x * math.sin(yaw) + y * math.cos(yaw)
    return math.hypot(x, z) < _HORIZONTAL * abs(y)


def _radius(link: ET.Element | None) -> float | None:
    """Of the link's first collision cylinder or sphere (else the visual one), m."""
    for part in ("collision", "visual"):
        for shape in link.findall(f"{part}/geometry/*") if link is not None else []:
            radius = _numbers(shape.get("radius", ""))
            if shape.tag in ("cylinder", "sphere") and len(radius) == 1 and radius[0] > 0:
                return radius[0]
    return None


def _numbers(text: str) -> list[float]:
    """Finite numbers with spaces between them; [] for anything else."""
    try:
        numbers = [float(part) for part in text.split()]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []
