"""Waits that end with the context."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rclpy.context import Context

# How late the end of the context may be seen. It can't set the event: it may come by a signal, whose handler runs on
# the thread that waits, and that may hold the event's lock.
_LOOK_S = 0.5


def wait_while_ok(event: threading.Event, context: Context, timeout_sec: float | None = None) -> bool:
    """Wait for the event. False at the time-out (s; None: no limit), or soon after the context's shutdown."""
    end_s = None if timeout_sec is None else time.monotonic() + timeout_sec
    while context.ok():
        left_s = _LOOK_S if end_s is None else end_s - time.monotonic()
        if event.wait(max(0.0, min(left_s, _LOOK_S))):
            return True
        if left_s <= 0:
            break
    return event.is_set()
