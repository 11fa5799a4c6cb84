"""The pose rule: where a snapshot's pose in the world comes from, and what one segment tells the next about it.

A snapshot's pose is that of the base in the map frame. Rules:

- `auto`: an odometry message's pose, composed with the transform from the map to the odometry's frame at its stamp; its
  own pose while there is no such transform; `/amcl_pose` as long as no odometry has come.
- `tf`: the transform from the map to the base, at each odometry message's stamp; no snapshot where there is none.
- `odom`: an odometry message's own pose, whatever its frame is.
- `amcl_pose`: the poses of `/amcl_pose`.

Only what was recorded before a message counts for it, so that the rows don't depend on where a recording was cut.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from .errors import ConfigError, SegmentError

RULES: Final = ("auto", "tf", "odom", "amcl_pose")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseRule:
    """Which rule, and the names of the world's and the robot's frame. Raises ConfigError for what can't be one."""

    rule: str = "auto"
    map_frame: str = "map"
    base_frame: str = "base_footprint"

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ConfigError(f"pose.rule {self.rule!r} is not one of {', '.join(RULES)}")
        for name in ("map_frame", "base_frame"):
            if not getattr(self, name).strip("/"):
                raise ConfigError(f"pose.{name} is empty; give a frame's name, such as map or base_footprint")

    def to_json(self) -> str:
        """The rule as a JSON object: `rule`, `map_frame`, `base_frame`."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PoseRule:
        """Inverse of `to_json`. Raises ConfigError."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError, AttributeError) as error:
            raise ConfigError(f"the pose rule {text!r} can't be read: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """A child frame's pose in its parent: metres and unit quaternion. log_ns: when it was recorded; stamp_ns: when it
    holds, None for a static one, which always does.
    """

    parent: str
    child: str
    log_ns: int
    stamp_ns: int | None
    translation: tuple[float, float, float]
    quat_xyzw: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseState:
    """What a segment's poses need from the segments before it.

    transforms: those that a later message can still need. odometry_since_ns: log time of the recording's first odometry
    message.
    """

    transforms: tuple[Transform, ...] = ()
    odometry_since_ns: int | None = None

    def to_json(self) -> str:
        """A small JSON object; numbers come back exactly."""
        rows = [
            [each.parent, each.child, each.log_ns, each.stamp_ns, *each.translation, *each.quat_xyzw]
            for each in self.transforms
        ]
        return json.dumps({"odometry_since_ns": self.odometry_since_ns, "transforms": rows})

    @classmethod
    def from_json(cls, text: str) -> PoseState:
        """Inverse of `to_json`. Raises SegmentError."""
        try:
            plain = json.loads(text)
            transforms = tuple(_transform(*row) for row in plain["transforms"])
            return cls(transforms=transforms, odometry_since_ns=plain["odometry_since_ns"])
        except (ValueError, TypeError, KeyError) as error:
            raise SegmentError(f"the poses' state {text[:80]!r} can't be read: {error!r}") from error


def _transform(parent: str, child: str, log_ns: int, stamp_ns: int | None, *numbers: float) -> Transform:
    """One row of the JSON form."""
    x, y, z, qx, qy, qz, qw = numbers
    return Transform(
        parent=parent,
        child=child,
        log_ns=log_ns,
        stamp_ns=stamp_ns,
        translation=(x, y, z),
        quat_xyzw=(qx, qy, qz, qw),
    )
