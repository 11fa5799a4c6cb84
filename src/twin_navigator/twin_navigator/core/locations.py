"""Named places of a world: read from its YAML, put in the order of a route."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from twin_navigator.core.errors import LocationsFileError, UnknownLocationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A pose on the floor: x, y in m, yaw in rad, counter-clockwise from +x (REP-103)."""

    x: float
    y: float
    yaw: float = 0.0

    @property
    def quat_xyzw(self) -> tuple[float, float, float, float]:
        """The yaw as a unit quaternion."""
        return (0.0, 0.0, math.sin(self.yaw / 2.0), math.cos(self.yaw / 2.0))

    @classmethod
    def from_quaternion(cls, x: float, y: float, quat_xyzw: tuple[float, float, float, float]) -> Pose:
        """The pose of a full orientation; roll and pitch are dropped."""
        qx, qy, qz, qw = quat_xyzw
        yaw = math.atan2(2.0 * (qw * qz + qx * qy), 1.0 - 2.0 * (qy * qy + qz * qz))
        return cls(x=x, y=y, yaw=yaw)

    def turned(self, angle: float) -> Pose:
        """The same place, turned by `angle` (rad); yaw stays in (-pi, pi]."""
        yaw = self.yaw + angle
        return Pose(x=self.x, y=self.y, yaw=math.atan2(math.sin(yaw), math.cos(yaw)))

    def as_dict(self) -> dict[str, float]:
        """Rounded to millimetres and milliradians, as event payloads carry it."""
        return {"x": round(self.x, 3), "y": round(self.y, 3), "yaw": round(self.yaw, 3)}

    def __str__(self) -> str:
        return f"({self.x:.2f}, {self.y:.2f}, {math.degrees(self.yaw):.0f}°)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A named pose in the map frame."""

    name: str
    pose: Pose


def load_locations(path: Path) -> tuple[Location, ...]:
    """The entries of `locations:` in file order; the rest of the file is not looked at. Raises LocationsFileError."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LocationsFileError(str(path), f"cannot be read ({error})") from error
    except yaml.YAMLError as error:
        raise LocationsFileError(str(path), f"is not YAML ({error})") from error
    entries = document.get("locations") if isinstance(document, Mapping) else None
    if not isinstance(entries, Mapping) or not entries:
        raise LocationsFileError(str(path), "has no locations")
    return tuple(_location(str(path), str(name), value) for name, value in entries.items())


def choose_route(locations: Sequence[Location], names: Sequence[str], path: str) -> tuple[Location, ...]:
    """The locations called `names`, in that order (a name may come twice); all of them if `names` is empty."""
    by_name = {location.name: location for location in locations}
    for name in names:
        if name not in by_name:
            raise UnknownLocationError(name, path, list(by_name))
    return tuple(by_name[name] for name in names) if names else tuple(locations)


def _location(path: str, name: str, value: object) -> Location:
    if not isinstance(value, Mapping):
        raise LocationsFileError(path, f"location {name!r} is {value!r}, not a mapping")
    numbers: dict[str, float] = {}
    for key, default in (("x", None), ("y", None), ("yaw", 0.0)):
        number = value.get(key, default)
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise LocationsFileError(path, f"location {name!r} has {key} = {number!r}, not a finite number")
        numbers[key] = float(number)
    return Location(name=name, pose=Pose(**numbers))
