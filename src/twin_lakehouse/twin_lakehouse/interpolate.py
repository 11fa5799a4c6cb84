"""The state between two snapshots: positions and speeds on a line, orientations on the shorter arc."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from twin_lakehouse.records import StateSnapshot

_POSITION = ("position_x", "position_y", "position_z")
_QUAT_XYZW = ("orientation_qx", "orientation_qy", "orientation_qz", "orientation_qw")
# Below this angle (rad) sin(angle) has lost too many digits to divide by, and the arc is a line.
_SMALL_ANGLE = 1e-6


def interpolated(before: StateSnapshot, after: StateSnapshot, at: datetime) -> StateSnapshot | None:
    """The state at a time from `before` to `after`, under the id of `before`; None where a number isn't finite.

    A speed that one of the two lacks stays unknown; `reconciled` where both are.
    """
    span = after.timestamp - before.timestamp
    share = (at - before.timestamp) / span if span else 0.0
    start, end = _numbers(before, _POSITION + _QUAT_XYZW), _numbers(after, _POSITION + _QUAT_XYZW)
    if not all(map(math.isfinite, start + end)):
        return None
    quat_xyzw = slerp(start[3:], end[3:], share)
    if quat_xyzw is None:
        return None
    x, y, z = (lerp(a, b, share) for a, b in zip(start[:3], end[:3], strict=True))
    qx, qy, qz, qw = quat_xyzw
    return replace(
        before,
        timestamp=at,
        linear_velocity=_speed(before.linear_velocity, after.linear_velocity, share),
        angular_velocity=_speed(before.angular_velocity, after.angular_velocity, share),
        reconciled=before.reconciled and after.reconciled,
        position_x=x,
        position_y=y,
        position_z=z,
        orientation_qx=qx,
        orientation_qy=qy,
        orientation_qz=qz,
        orientation_qw=qw,
    )


def lerp(start: float, end: float, share: float) -> float:
    """The number at `share` (0 to 1) of the way."""
    return (1.0 - share) * start + share * end


def slerp(start: Sequence[float], end: Sequence[float], share: float) -> tuple[float, ...] | None:
    """The unit quaternion at `share` (0 to 1) of the shorter arc; None where one of the two has no direction."""
    lengths = math.hypot(*start), math.hypot(*end)
    if not all(0.0 < length < math.inf for length in lengths):
        return None
    a = [number / lengths[0] for number in start]
    b = [number / lengths[1] for number in end]
    cosine = sum(map(float.__mul__, a, b))
    if cosine < 0.0:  # q and -q are one orientation
        b, cosine = [-number for number in b], -cosine
    angle = math.acos(min(cosine, 1.0))
    if angle < _SMALL_ANGLE:
        weights = 1.0 - share, share
    else:
        weights = math.sin((1.0 - share) * angle) / math.sin(angle), math.sin(share * angle) / math.sin(angle)
    mixed = [weights[0] * x + weights[1] * y for x, y in zip(a, b, strict=True)]
    length = math.hypot(*mixed)
    return tuple(number / length for number in mixed)


def _numbers(snapshot: StateSnapshot, names: Sequence[str]) -> list[float]:
    return [float(getattr(snapshot, name)) for name in names]


def _speed(start: float | None, end: float | None, share: float) -> float | None:
    return None if start is None or end is None else lerp(start, end, share)
