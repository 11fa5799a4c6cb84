"""Waits for something to appear in the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rclpy.context import Context


def wait_for_graph(context: Context, condition: Callable[[], bool], timeout_sec: float | None) -> bool:
    """Block until `condition()` holds, looked at whenever the graph changes.

    None: no limit. False at the time-out, or when the context is shut down.
    """
    handle = context.handle
    if handle is None or not handle.ok():
        return False
    graph = handle.session.graph
    owner = object()
    handle.on_invalid(owner, graph.wake)
    try:
        limit_s = None if timeout_sec is None else max(0.0, timeout_sec)
        graph.wait_for(lambda: not handle.ok() or condition(), limit_s)
        return handle.ok() and condition()
    finally:
        handle.on_invalid(owner, None)
