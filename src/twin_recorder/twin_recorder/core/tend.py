"""What can't wait for a commit to end: writing what is held, fsync, and a look at the disk's room."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from .errors import ConfigError
from .space import SpaceGuard
from .store import SegmentStore

SyncMode = Literal["never", "interval", "always"]
SYNC_MODES: Final[tuple[SyncMode, ...]] = ("never", "interval", "always")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPolicy:
    """When messages are brought to the disk itself, so that a power failure can't take them.

    never: when the operating system does (after some 30 s), or the segment is closed. interval: every `interval_ns`
    (> 0). always: before each message counts as recorded. Of a crash of the recorder they make no difference, but that
    `always` also holds nothing back in memory.
    """

    mode: SyncMode = "interval"
    interval_ns: int = 1_000_000_000

    def __post_init__(self) -> None:
        if self.mode not in SYNC_MODES:
            raise ConfigError(f"fsync {self.mode!r} is not one of {', '.join(SYNC_MODES)}; set parameter fsync")
        if self.interval_ns <= 0:
            raise ConfigError(f"fsync.interval {self.interval_ns / 1e9:g} s is not > 0; set parameter fsync.interval")


NO_SYNC: Final = SyncPolicy(mode="never")


class Tender:
    """Called every few milliseconds by one thread."""

    def __init__(
        self,
        store: SegmentStore,
        sync: SyncPolicy,
        guard: SpaceGuard,
        mono_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._store = store
        self._sync = sync
        self._guard = guard
        self._mono_ns = mono_ns
        self._sync_at_ns = 0

    def tend(self) -> None:
        """Do what is due. Raises SpoolError where the disk refuses an fsync."""
        self._store.flush()
        self._guard.look()
        if self._sync.mode == "interval" and self._mono_ns() >= self._sync_at_ns:
            self._sync_at_ns = self._mono_ns() + self._sync.interval_ns
            self._store.sync()
