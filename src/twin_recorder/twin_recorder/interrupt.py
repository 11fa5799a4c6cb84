"""Ctrl-C where a command is ready for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupt_noticed() -> Iterator[Callable[[], None]]:
    """Gives a check that raises KeyboardInterrupt after a Ctrl-C inside the block; a second one is raised at once.

    Raised in the middle of an import, KeyboardInterrupt leaves Python's import lock taken (as of 3.11): another thread
    that imports anything waits for ever, and so does who waits for that thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # signals are the main thread's
        return
    pressed = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            signal.default_int_handler(number, frame)
        pressed.set()

    def check() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
