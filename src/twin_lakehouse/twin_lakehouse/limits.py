"""What an asset can do, physically: the limits that sync checks its records against."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields, replace

from twin_lakehouse.errors import InvalidValueError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Largest values that are believed. Change them in the asset's metadata: {"limits": {"linear_velocity": 1.5}}.

    linear_velocity       m/s    speed of the base; believed up to `margin` times this
    angular_velocity      rad/s  turn rate of the base; believed up to `margin` times this
    margin                -      what controllers overshoot and odometry adds
    linear_acceleration   m/s²   an IMU's reading, gravity included
    angular_rate          rad/s  an IMU's reading
    position_noise        m      distance between two poses that needs no speed: noise, rounding, equal stamps
    orientation_noise     rad    as position_noise, for the angle between two poses
    """

    linear_velocity: float = math.inf
    angular_velocity: float = math.inf
    margin: float = 1.5
    linear_acceleration: float = 80.0
    angular_rate: float = 10.0
    position_noise: float = 0.05
    orientation_noise: float = 0.05

    @property
    def max_linear(self) -> float:
        """The speed above which a snapshot isn't believed, m/s."""
        return self.linear_velocity * self.margin

    @property
    def max_angular(self) -> float:
        """The turn rate above which a snapshot isn't believed, rad/s."""
        return self.angular_velocity * self.margin


# TurtleBot3 Waffle's; other kinds of assets differ too much for a default, so their speed is only checked when given.
ROBOT_LIMITS = Limits(linear_velocity=0.26, angular_velocity=1.82)


def limits_of(asset_type: str, metadata: str) -> Limits:
    """The limits for an asset with this metadata (a JSON object). Raises InvalidValueError."""
    given = json.loads(metadata).get("limits", {})
    if not isinstance(given, dict):
        raise InvalidValueError("metadata.limits", given, allowed='an object such as {"linear_velocity": 0.26}')
    known = [field.name for field in fields(Limits)]
    for name, value in given.items():
        if name not in known:
            raise InvalidValueError("metadata.limits", name, allowed="one of " + ", ".join(known))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
            raise InvalidValueError(f"metadata.limits.{name}", value, allowed="a finite number >= 0")
    return replace(ROBOT_LIMITS if asset_type == "robot" else Limits(), **given)
