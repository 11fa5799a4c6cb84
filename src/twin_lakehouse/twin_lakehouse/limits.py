"""What an asset can do, physically: the limits that sync checks its records against, and where each comes from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from twin_lakehouse.errors import InvalidValueError

MIN_ROWS = 20
"""Fewer don't tell how often a stream comes."""
MISSED_PERIODS = 20
"""A stream that comes less often than once in `gap` may miss this many of its periods."""


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
    gap                   s      silence of a stream that is none to speak of (nor are MISSED_PERIODS of its periods)
    clock_jump            s      change of the difference between stamps and log times, from one message to the next
    """

    linear_velocity: float = math.inf
    angular_velocity: float = math.inf
    margin: float = 1.5
    linear_acceleration: float = 80.0
    angular_rate: float = 10.0
    position_noise: float = 0.05
    orientation_noise: float = 0.05
    gap: float = 1.0
    clock_jump: float = 1.0

    @property
    def max_linear(self) -> float:
        """The speed above which a snapshot isn't believed, m/s."""
        return self.linear_velocity * self.margin

    @property
    def max_angular(self) -> float:
        """The turn rate above which a snapshot isn't believed, rad/s."""
        return self.angular_velocity * self.margin


NAMES = tuple(field.name for field in fields(Limits))
# TurtleBot3 Waffle's; other kinds of assets differ too much for a default, so their speed is only checked when given.
ROBOT_LIMITS = Limits(linear_velocity=0.26, angular_velocity=1.82)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenLimits:
    """The limits of an asset, and for each where it comes from: "metadata", "model …" or "default"."""

    limits: Limits
    origins: Mapping[str, str]


def chosen_limits(
    asset_type: str, metadata: str, derived: Mapping[str, float] | None = None, model: str = ""
) -> ChosenLimits:
    """The limits for an asset with this metadata (a JSON object), whose model gives the `derived` ones.

    The metadata decides, then the model, then what is usual for the type. Raises InvalidValueError.
    """
    given, derived = _given_limits(metadata), derived or {}
    usual = ROBOT_LIMITS if asset_type == "robot" else Limits()
    origins = {
        name: "metadata" if name in given else f"model {model}" if name in derived else "default" for name in NAMES
    }
    return ChosenLimits(limits=replace(usual, **{**derived, **given}), origins=origins)


def limits_of(asset_type: str, metadata: str) -> Limits:
    """The limits without a model. Raises InvalidValueError."""
    return chosen_limits(asset_type, metadata).limits


def longest_silence(limits: Limits, period_s: float) -> float:
    """How long a stream of this period (s) may be silent, s."""
    return max(limits.gap, MISSED_PERIODS * period_s)


def _given_limits(metadata: str) -> dict[str, float]:
    given = json.loads(metadata).get("limits", {})
    if not isinstance(given, dict):
        raise InvalidValueError("metadata.limits", given, allowed='an object such as {"linear_velocity": 0.26}')
    for name, value in given.items():
        if name not in NAMES:
            raise InvalidValueError("metadata.limits", name, allowed="one of " + ", ".join(NAMES))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
            raise InvalidValueError(f"metadata.limits.{name}", value, allowed="a finite number >= 0")
    return given
