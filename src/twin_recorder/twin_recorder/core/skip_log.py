"""What makes no rows, for the log: said at once, and then no more than a line a minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from .project import Skipped

_LOG = logging.getLogger(__name__)
_REPEAT_S: Final = 60.0


class SkipLog:
    """Counts what is not said; a robot whose pose isn't known yet would fill the log with a line a segment."""

    def __init__(self, mono_s: Callable[[], float] = time.monotonic) -> None:
        self._mono_s = mono_s
        self._said_s: dict[tuple[str, str], float] = {}
        self._unsaid: dict[tuple[str, str], tuple[str, Skipped]] = {}

    def tell(self, segment: str, skipped: Iterable[Skipped]) -> None:
        """What a segment, by its file's name, holds without making rows of it."""
        for each in skipped:
            key = (each.topic, each.reason.partition(",")[0])  # what follows differs from segment to segment
            before = self._unsaid[key][1].messages if key in self._unsaid else 0
            messages = before + each.messages
            self._unsaid[key] = segment, Skipped(topic=each.topic, messages=messages, reason=each.reason)
            if self._mono_s() - self._said_s.get(key, -_REPEAT_S) >= _REPEAT_S:
                self._say(key)

    def end(self) -> None:
        """Say the rest."""
        for key in tuple(self._unsaid):
            self._say(key)

    def _say(self, key: tuple[str, str]) -> None:
        segment, skipped = self._unsaid.pop(key)
        self._said_s[key] = self._mono_s()
        _LOG.warning(
            "segment %s: %d messages of %s made no rows: %s", segment, skipped.messages, skipped.topic, skipped.reason
        )
