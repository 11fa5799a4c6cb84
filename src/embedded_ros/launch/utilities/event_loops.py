"""Event loops of threads."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import Any

from osrf_pycommon.process_utils import get_loop  # type: ignore[import-untyped]


def loop_of_thread() -> asyncio.AbstractEventLoop:
    """This thread's loop: what the caller has begun there goes on; a new one if there is none, or a closed one."""
    with contextlib.suppress(RuntimeError):
        loop: asyncio.AbstractEventLoop = get_loop()
        if not loop.is_closed():
            return loop
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop


def is_running_in(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the caller runs in `loop`, or in its thread, the main one, while the loop is paused."""
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        # Between two calls of run_until_complete(): to wait for the loop from here would last for ever.
        return threading.current_thread() is threading.main_thread()


def moved(queue: asyncio.Queue[Any]) -> asyncio.Queue[Any]:
    """A new queue with what was queued: a queue belongs to the first loop that waits on it."""
    successor: asyncio.Queue[Any] = asyncio.Queue()
    while not queue.empty():
        successor.put_nowait(queue.get_nowait())
    return successor
