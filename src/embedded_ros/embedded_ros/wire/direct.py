"""Zenoh callbacks on the thread that receives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from zenoh.handlers import Callback

_T = TypeVar("_T")


def direct(callback: Callable[[_T], None]) -> Callback[_T]:
    """Run `callback` where the data arrives: in the order of the link, also between entities.

    By default zenoh-python gives each callback a thread of its own; then an action's result may overtake its
    feedback, and each such thread keeps the process from ending. In return a callback must not block and must not
    run user code: it puts the data into a queue and wakes who waits.
    """
    return Callback(callback, indirect=False)
