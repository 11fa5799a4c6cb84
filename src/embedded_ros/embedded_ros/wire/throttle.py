"""Log lines about what comes from outside: a peer that sends garbage at 1 kHz must not fill the disk."""

from __future__ import annotations

import logging
import threading
import time

PERIOD_S = 10.0


class ThrottledWarning:
    """A warning that is given once in `period_s`; the next one says how often it was held back."""

    def __init__(self, logger: logging.Logger, period_s: float = PERIOD_S) -> None:
        self._logger = logger
        self._period_s = period_s
        self._due_s = 0.0
        self._held_back = 0
        self._lock = threading.Lock()

    def __call__(self, text: str, *args: object) -> None:
        """Log `text % args`, or count it."""
        with self._lock:
            now_s = time.monotonic()
            if now_s < self._due_s:
                self._held_back += 1
                return
            held_back, self._held_back, self._due_s = self._held_back, 0, now_s + self._period_s
        if held_back:
            text = f"{text} ({held_back} more since the last such line)"
        self._logger.warning(text, *args)
