"""Records of one length that follow each other, as the messages of a topic alone do, found without a walk."""

from __future__ import annotations

from typing import Final

import numpy as np

_PREFIX: Final = np.dtype([("opcode", "u1"), ("length", "<u8")])
_FEW: Final = 32
_MANY: Final = 1 << 14


def alike(data: memoryview, position: int, opcode: int, least: int) -> tuple[int, int]:
    """How many whole records of that opcode, with bodies of one length (at least `least` bytes), follow each other from
    `position` on, and how far apart they are; few don't count. A record costs a tenth of what a step of a walk costs.
    """
    if position + _PREFIX.itemsize > len(data):
        return 0, 0
    first = np.ndarray((), dtype=_PREFIX, buffer=data, offset=position)
    length = int(first["length"])
    step, count = _PREFIX.itemsize + length, 0
    room = (len(data) - position) // step
    if length < least or room < _FEW:
        return 0, 0
    for most in (_FEW, _MANY):
        heads = np.ndarray(min(most, room), dtype=_PREFIX, buffer=data, offset=position, strides=step)
        others = np.flatnonzero((heads["opcode"] != opcode) | (heads["length"] != length))
        count = int(others[0]) if len(others) else len(heads)
        if count < _FEW:
            return 0, 0
    return count, step
