"""Joins several signs of readiness."""

from __future__ import annotations

import threading
from collections.abc import Callable


class ReadyAggregator:
    """Calls `ready_fn` when its own `ready_fn` is called for the `num_to_aggregate`-th time; from any thread."""

    def __init__(self, ready_fn: Callable[[], None], num_to_aggregate: int) -> None:
        self._parent_ready_fn = ready_fn
        self._missing = num_to_aggregate
        self._lock = threading.Lock()

    def ready_fn(self) -> None:
        """One of them is ready."""
        with self._lock:
            self._missing -= 1
            is_last = self._missing == 0
        # Not inside the lock: the parent may call back.
        if is_last:
            self._parent_ready_fn()
