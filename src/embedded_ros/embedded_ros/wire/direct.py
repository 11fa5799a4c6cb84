"""Zenoh callbacks on the thread that receives."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

from zenoh.handlers import Callback

_T = TypeVar("_T")

_kept = threading.local()


def direct(callback: Callable[[_T], None]) -> Callback[_T]:
    """Run `callback` where the data arrives: in the order of the link, also between entities.

    By default zenoh-python gives each callback a thread of its own; then an action's result may overtake its
    feedback, and each such thread keeps the process from ending. In return a callback must not block and must not
    run user code: it puts the data into a queue and wakes who waits.
    """

    def run(item: _T) -> None:
        try:
            _kept.is_kept  # noqa: B018  # cheaper than a call for each message
        except AttributeError:
            _keep_thread_state()
        callback(item)

    return Callback(run, indirect=False)


def _keep_thread_state() -> None:
    """Let Python remember the current thread, which is one of Zenoh's.

    Python makes a state for a foreign thread whenever it calls in, and throws it away when the call ends: 7 µs a
    message, ten times what the rest costs. A second reference that is never given back keeps it. `_kept` lives in
    that state, so that it tells for itself whether there is one.
    """
    ctypes.pythonapi.PyGILState_Ensure()
    _kept.is_kept = True
