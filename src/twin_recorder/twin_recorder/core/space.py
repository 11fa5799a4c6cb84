"""The disk's reserve: what matters least stops being recorded first, long before nothing can be."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_LOG = logging.getLogger(__name__)
_PERIOD_NS: Final = 250_000_000
# By rank (TopicSpec.rank): what is refused below so many reserves of free space.
_REFUSED: Final = ("images and point clouds", "raw topics", "sensor readings", "states and events")
_NOTHING: Final = -1
# So much more than the limit has to be free before recording goes on, in reserves: no flapping at the limit.
_HYSTERESIS: Final = 0.25


def free_bytes(folder: Path) -> int:
    """Room on the folder's disk for a program that isn't root's."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


class SpaceGuard:
    """Says which ranks have no room. `look` from one thread, `refused_rank` from any.

    With less than 4 reserves free, rank 0 is refused, then 1, 2 and with less than one reserve also 3. A reserve of 0
    bytes refuses nothing.
    """

    def __init__(
        self,
        folder: Path,
        reserve_bytes: int,
        free: Callable[[Path], int] = free_bytes,
        mono_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.refused_rank = _NOTHING
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self._free = free
        self._mono_ns = mono_ns
        self._next_ns = 0
        self._free_bytes = 0

    def look(self) -> None:
        """Ask for the room, at most four times a second."""
        if not self._reserve_bytes or self._mono_ns() < self._next_ns:
            return
        self._next_ns = self._mono_ns() + _PERIOD_NS
        self._free_bytes = self._free(self._folder)
        before = self.refused_rank
        self.refused_rank = max(self._rank(0.0), min(before, self._rank(_HYSTERESIS)))
        if self.refused_rank > before:
            _LOG.error("%s", self.problem)
        elif self.refused_rank < before:
            _LOG.warning("%s", self.problem or f"spool {self._folder} has room again: everything is recorded")

    @property
    def problem(self) -> str | None:
        """What is not recorded, and what to do about it; None where there is room."""
        if self.refused_rank == _NOTHING:
            return None
        refused = ", ".join(_REFUSED[: self.refused_rank + 1])
        return (
            f"disk nearly full: {self._free_bytes >> 20} MiB free for spool {self._folder}, so these are not recorded:"
            f" {refused}; free space there, or lower parameter disk.reserve ({self._reserve_bytes >> 20} MiB)"
        )

    def _rank(self, above: float) -> int:
        """The highest rank whose limit, and `above` reserves more, is not free."""
        limits = (len(_REFUSED) - rank for rank in range(len(_REFUSED)))
        return sum(self._free_bytes < (limit + above) * self._reserve_bytes for limit in limits) - 1
