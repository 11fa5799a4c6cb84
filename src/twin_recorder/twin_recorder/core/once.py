"""Work for whichever of several threads has time for it first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Runs `work` once, in the thread that calls it first; to the others a call does nothing."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = [work]
        self._taking = threading.Lock()
        self._outcome: Future[T] = Future()

    def __call__(self) -> None:
        """Run it, unless another thread does or did. Raises nothing: see `result`."""
        for work in self._taken():
            try:
                self._outcome.set_result(work())
            except BaseException as error:  # noqa: BLE001  whoever asks for the result gets it
                self._outcome.set_exception(error)

    def dropped(self) -> T | None:
        """Nobody begins it any more; what it gave, if it was begun. Raises what it raised."""
        return None if self._taken() else self.result()

    @property
    def is_done(self) -> bool:
        """Whether it ended, well or not."""
        return self._outcome.done()

    def result(self) -> T:
        """What it gave, or raises what it raised; waits for it."""
        return self._outcome.result()

    def _taken(self) -> list[Callable[[], T]]:
        """The work, to the first who asks; with all that it holds on to."""
        with self._taking:
            taken, self._work = self._work, []
        return taken


def done(outcome: T) -> Once[T]:
    """Nothing is left to be done."""
    work = Once(lambda: outcome)
    work()
    return work


Beside = Callable[[Callable[[], None]], object]
"""Runs work in another thread, or at once."""


def at_once(work: Callable[[], None]) -> None:
    """Runs it here and now."""
    work()
