"""The recorder's background threads: they step and tend the pipeline in wall time, whatever the robot's clock does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from twin_lakehouse import TwinError

from .errors import RecorderError
from .pipeline import Pipeline

_LOG = logging.getLogger(__name__)
_PERIOD_S: Final = 0.1
_TEND_PERIOD_S: Final = 0.04
_REPEAT_S: Final = 10.0
# An outage is waited for until the deadline: what then remains, letting go of the lake and the spool, takes a moment.
_CLOSING_S: Final = 2.0


class Worker:
    """Calls `pipeline.step()` every 0.1 s, and `tend()` every 40 ms beside it, until `end`; an outage is a throttled
    warning, a bug doesn't end it.

    At the end each step may be the last one that is done, so none relies on the next: `end` writes what is held, also
    where a disk hangs or has no room to close a segment; the tending thread closes the segment, also where a commit
    hangs; the stepping thread drains, which closes it after all where what went to the lake has made room for that.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        mono_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pipeline = pipeline
        self._beginning: Callable[[], None] | None = None
        self._mono_s = mono_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder-worker", daemon=True)
        self._tending = threading.Thread(target=self._tend, name="recorder-tend", daemon=True)
        self._ends_at_s = 0.0

    def start(self) -> None:
        """Begin stepping."""
        self._thread.start()
        self._tending.start()

    def begin(self, action: Callable[[], None]) -> None:
        """Have this done once, before the next step."""
        self._beginning = action

    def end(self, deadline_s: float) -> None:
        """Begin to end: commit what is left for at most `deadline_s`, then close. A second call changes nothing."""
        if not self._stopping.is_set():
            self._ends_at_s = self._mono_s() + deadline_s
            self._pipeline.write()
            self._stopping.set()

    @property
    def left_s(self) -> float:
        """How long what is left may still be committed."""
        return max(0.0, self._ends_at_s - self._mono_s())

    def has_ended(self, wait_s: float = 0.0) -> bool:
        """Whether all is done and the pipeline is closed; asked for `wait_s` at most.

        A commit that hangs is left alone: the spool has its segment, and is freed when it is over, or the process.
        """
        until_s = self._mono_s() + wait_s
        for thread in (self._tending, self._thread):
            thread.join(max(0.0, until_s - self._mono_s()))
        return not self._thread.is_alive()

    def finish(self, deadline_s: float) -> int:
        """End, and wait for it; the number of segments that stay in the spool.

        A process that ended while the lake is let go of would end in the middle of DuckDB.
        """
        self.end(deadline_s)
        self.has_ended(self.left_s + _CLOSING_S)
        return self._pipeline.waiting

    def _run(self) -> None:
        news = _News(self._mono_s)
        while not self._stopping.wait(_PERIOD_S):
            beginning, self._beginning = self._beginning, None
            if beginning is not None:
                _attempt(beginning, news)
            _attempt(self._pipeline.step, news)
        self._tending.join()
        try:
            self._pipeline.drain(self.left_s)
        finally:
            self._pipeline.close()

    def _tend(self) -> None:
        """Its own thread: a commit may take long, and what was captured can't wait for its end."""
        news = _News(self._mono_s)
        while not self._stopping.wait(_TEND_PERIOD_S):
            _attempt(self._pipeline.tend, news)
        _attempt(self._pipeline.end_segment, news)


class _News:
    """What one thread said last: two threads that fail in two ways would be each other's news, many times a second."""

    def __init__(self, mono_s: Callable[[], float]) -> None:
        self._mono_s = mono_s
        self._last: tuple[str, float] | None = None

    def is_news(self, text: str) -> bool:
        """Whether a problem is another one than the last, or 10 s old again."""
        now_s = self._mono_s()
        is_news = self._last is None or self._last[0] != text or now_s - self._last[1] >= _REPEAT_S
        if is_news:
            self._last = (text, now_s)
        return is_news


def _attempt(action: Callable[[], object], news: _News) -> None:
    """Do it; what fails is said, and tried again."""
    try:
        action()
    except (TwinError, RecorderError) as error:
        if news.is_news(str(error)):
            _LOG.warning("%s", error)
    except Exception as error:  # noqa: BLE001  the robot's recording must not end silently because of a bug
        if news.is_news(repr(error)):
            _LOG.exception("a step failed; recording goes on, and the step is tried again")
