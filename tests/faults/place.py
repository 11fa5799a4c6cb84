"""Where and for how long a scenario runs."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twin_lakehouse import LakeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a scenario runs, for about how long, and its dice."""

    folder: Path
    seconds: float
    dice: random.Random

    @property
    def spool(self) -> Path:
        """The recorders' spool."""
        return self.folder / "spool"

    @property
    def local(self) -> LakeSettings:
        """A lake of files."""
        return LakeSettings(catalog=f"sqlite:{self.folder}/lake/catalog.sqlite", storage=f"{self.folder}/lake/data")

    def until_over(self) -> Iterator[int]:
        """Numbers from 0 until the time is over, at least two."""
        end_s, number = time.monotonic() + self.seconds, 0
        while number < 2 or time.monotonic() < end_s:
            yield number
            number += 1
