"""Rigid transforms as tuples: faster than arrays for single poses, and immutable."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

Vector: TypeAlias = tuple[float, float, float]
Quaternion: TypeAlias = tuple[float, float, float, float]
"""x, y, z, w."""

_NEARLY_PARALLEL: Final = 0.9995
"""Cosine from which slerp's sine would lose digits; a normalized straight line is as good there."""


@dataclass(frozen=True, slots=True)
class Rigid:
    """A rotation, then a translation (m): maps points of a child frame into its parent."""

    translation: Vector = (0.0, 0.0, 0.0)
    rotation: Quaternion = (0.0, 0.0, 0.0, 1.0)

    def apply(self, point: Vector) -> Vector:
        """The point in the parent frame."""
        x, y, z = rotate(self.rotation, point)
        tx, ty, tz = self.translation
        return x + tx, y + ty, z + tz

    def __matmul__(self, inner: Rigid) -> Rigid:
        """First `inner`, then this one."""
        return Rigid(self.apply(inner.translation), multiply(self.rotation, inner.rotation))

    def inverse(self) -> Rigid:
        """Maps points of the parent into the child."""
        x, y, z, w = self.rotation
        back = (-x, -y, -z, w)
        bx, by, bz = rotate(back, self.translation)
        return Rigid((-bx, -by, -bz), back)


def multiply(left: Quaternion, right: Quaternion) -> Quaternion:
    """Hamilton product: the rotation `right`, then `left`."""
    lx, ly, lz, lw = left
    rx, ry, rz, rw = right
    return (
        lw * rx + lx * rw + ly * rz - lz * ry,
        lw * ry - lx * rz + ly * rw + lz * rx,
        lw * rz + lx * ry - ly * rx + lz * rw,
        lw * rw - lx * rx - ly * ry - lz * rz,
    )


def rotate(rotation: Quaternion, point: Vector) -> Vector:
    """The point, rotated by a unit quaternion."""
    qx, qy, qz, qw = rotation
    px, py, pz = point
    tx, ty, tz = 2 * (qy * pz - qz * py), 2 * (qz * px - qx * pz), 2 * (qx * py - qy * px)
    return (
        px + qw * tx + qy * tz - qz * ty,
        py + qw * ty + qz * tx - qx * tz,
        pz + qw * tz + qx * ty - qy * tx,
    )


def normalized(rotation: Quaternion) -> Quaternion:
    """The same rotation with length 1; no rotation where the length is 0."""
    length = math.hypot(*rotation)
    if length == 0.0:
        return 0.0, 0.0, 0.0, 1.0
    x, y, z, w = rotation
    return x / length, y / length, z / length, w / length


def interpolate(first: Rigid, second: Rigid, ratio: float) -> Rigid:
    """Between two transforms: linear in translation, spherical in rotation; `ratio` 0 is the first, 1 the second."""
    (ax, ay, az), (bx, by, bz) = first.translation, second.translation
    translation = (ax + ratio * (bx - ax), ay + ratio * (by - ay), az + ratio * (bz - az))
    return Rigid(translation, slerp(first.rotation, second.rotation, ratio))


def slerp(first: Quaternion, second: Quaternion, ratio: float) -> Quaternion:
    """Along the shorter way from the first rotation to the second."""
    cosine = sum(a * b for a, b in zip(first, second, strict=True))
    sign = -1.0 if cosine < 0.0 else 1.0  # q and -q are the same rotation
    cosine *= sign
    if cosine > _NEARLY_PARALLEL:
        weights = (1.0 - ratio, ratio * sign)
    else:
        angle = math.acos(cosine)
        weights = (math.sin((1.0 - ratio) * angle), math.sin(ratio * angle) * sign)
    a, b = weights
    (ax, ay, az, aw), (bx, by, bz, bw) = first, second
    return normalized((a * ax + b * bx, a * ay + b * by, a * az + b * bz, a * aw + b * bw))
