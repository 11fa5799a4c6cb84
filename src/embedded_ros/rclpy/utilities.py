"""The default context, and what is asked of it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

from rclpy.constants import S_TO_NS
from rclpy.context import Context

g_default_context: Context | None = None
g_context_lock = threading.Lock()

_RMW = "rmw_zenoh_cpp"


def get_default_context(*, shutting_down: bool = False) -> Context:
    """The context of calls that name none; `shutting_down` takes it away, so that the next call makes another."""
    global g_default_context
    with g_context_lock:
        if g_default_context is None:
            g_default_context = Context()
        context = g_default_context
        if shutting_down:
            g_default_context = None
        return context


def remove_ros_args(args: Sequence[str] | None = None) -> list[str]:
    """The arguments without `--ros-args …`."""
    from rclpy.impl.arguments import parse_arguments

    return list(parse_arguments(sys.argv if args is None else args).unparsed)


def ok(*, context: Context | None = None) -> bool:
    """True from init to shutdown."""
    return (get_default_context() if context is None else context).ok()


def shutdown(*, context: Context | None = None) -> None:
    """Shut the context down; the default context is replaced by a new one."""
    if context is None:
        context = get_default_context(shutting_down=True)
    context.shutdown()


def try_shutdown(*, context: Context | None = None) -> None:
    """Shut the context down if it is up."""
    global g_default_context
    if context is not None:
        context.try_shutdown()
        return
    with g_context_lock:
        if g_default_context is None:
            g_default_context = Context()
        g_default_context.try_shutdown()
        if not g_default_context.ok():
            g_default_context = None


def get_rmw_implementation_identifier() -> str:
    return _RMW


def get_available_rmw_implementations() -> set[str]:
    return {_RMW}


def timeout_sec_to_nsec(timeout_sec: float | None) -> int:
    """-1 where there is no limit."""
    return -1 if timeout_sec is None or timeout_sec < 0 else int(float(timeout_sec) * S_TO_NS)
