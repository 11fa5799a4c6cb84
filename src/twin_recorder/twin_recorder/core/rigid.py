"""Poses and rigid transforms, many at once; a transform from a to b is b's pose in a."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Float64s = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

# Below this angle (rad) sin(angle) has lost too many digits to divide by, and the arc is a line.
_SMALL_ANGLE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Poses:
    """translation: float64 (n, 3), m. quat_xyzw: float64 (n, 4); of length 1 in a transform, as it came in a pose."""

    translation: Float64s
    quat_xyzw: Float64s

    @classmethod
    def of(cls, numbers: Float64s) -> Poses:
        """From float64 (n, 7): x y z, qx qy qz qw."""
        return cls(translation=numbers[:, :3], quat_xyzw=numbers[:, 3:])

    @classmethod
    def joined(cls, parts: Sequence[Poses]) -> Poses:
        """One after the other."""
        return cls(
            translation=np.concatenate([part.translation for part in parts]),
            quat_xyzw=np.concatenate([part.quat_xyzw for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.translation)

    def take(self, which: Int64s | Booleans | slice) -> Poses:
        """Some of them, by index or mask."""
        return Poses(translation=self.translation[which], quat_xyzw=self.quat_xyzw[which])

    def copy(self) -> Poses:
        """All of them, in memory of their own."""
        return Poses(translation=self.translation.copy("K"), quat_xyzw=self.quat_xyzw.copy("K"))

    def put(self, which: Int64s, others: Poses) -> None:
        """Set those at `which` (k,) to others (k,)."""
        self.translation[which], self.quat_xyzw[which] = others.translation, others.quat_xyzw

    def where(self, is_other: Booleans, other: Poses) -> Poses:
        """These, and `other` where `is_other` (n,)."""
        mask = is_other[:, None]
        return Poses(
            translation=np.where(mask, other.translation, self.translation),
            quat_xyzw=np.where(mask, other.quat_xyzw, self.quat_xyzw),
        )

    def then(self, inner: Poses) -> Poses:
        """From a to c, of self from a to b and `inner` from b to c; one of the two may be a single one (1, ·)."""
        return Poses(
            translation=self.translation + _rotated(self.quat_xyzw, inner.translation),
            quat_xyzw=_product(self.quat_xyzw, inner.quat_xyzw),
        )

    def inverse(self) -> Poses:
        """From b to a, of transforms from a to b."""
        turned = self.quat_xyzw * np.array([-1.0, -1.0, -1.0, 1.0])
        return Poses(translation=-_rotated(turned, self.translation), quat_xyzw=turned)


def between(start: Poses, end: Poses, share: Float64s) -> Poses:
    """Transforms at `share` (n,), 0 to 1, of the way: positions on a line, orientations on the shorter arc."""
    part = share[:, None]
    return Poses(
        translation=(1.0 - part) * start.translation + part * end.translation,
        quat_xyzw=_slerp(start.quat_xyzw, end.quat_xyzw, part),
    )


def _product(a: Float64s, b: Float64s) -> Float64s:
    """Hamilton's product of quaternions xyzw, (n, 4)."""
    ax, ay, az, aw = a.T
    bx, by, bz, bw = b.T
    return np.stack(
        [
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ],
        axis=1,
    )


def _rotated(quat: Float64s, vector: Float64s) -> Float64s:
    """Vectors (n, 3) turned by unit quaternions xyzw (n, 4)."""
    axis, w = quat[:, :3], quat[:, 3:]
    across = 2.0 * _cross(axis, vector)
    turned: Float64s = vector + w * across + _cross(axis, across)
    return turned


def _cross(a: Float64s, b: Float64s) -> Float64s:
    """As numpy.cross, which takes five times as long."""
    ax, ay, az = a.T
    bx, by, bz = b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def _slerp(a: Float64s, b: Float64s, share: Float64s) -> Float64s:
    """Unit quaternions at `share` (n, 1) of the shorter arc."""
    cosine = (a[:, :1] * b[:, :1] + a[:, 1:2] * b[:, 1:2]) + (a[:, 2:3] * b[:, 2:3] + a[:, 3:] * b[:, 3:])
    b = np.where(cosine < 0.0, -b, b)  # q and -q are one orientation
    angle = np.arccos(np.minimum(np.abs(cosine), 1.0))
    is_line = angle < _SMALL_ANGLE
    divisor = np.where(is_line, 1.0, np.sin(angle))
    weight_a = np.where(is_line, 1.0 - share, np.sin((1.0 - share) * angle) / divisor)
    weight_b = np.where(is_line, share, np.sin(share * angle) / divisor)
    mixed = weight_a * a + weight_b * b
    squares = mixed * mixed
    length = np.sqrt((squares[:, :1] + squares[:, 1:2]) + (squares[:, 2:3] + squares[:, 3:]))
    unit: Float64s = mixed / length
    return unit
