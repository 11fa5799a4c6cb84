"""Handles to wait for together, as waitables and hand-written wait loops use them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rclpy.impl.errors import RCLError
from rclpy.impl.handle import Handle

_POLL_S = 0.002


def _guard_is_triggered(guard: Any) -> bool:
    # Looking takes the trigger, so that one trigger is seen once.
    was_triggered, guard.is_triggered = guard.is_triggered, False
    return bool(was_triggered)


_IS_READY: dict[str, Callable[[Any], bool]] = {
    "subscription": lambda handle: bool(handle.is_ready()),
    "guard_condition": _guard_is_triggered,
    "timer": lambda handle: bool(handle.is_timer_ready()),
    "client": lambda handle: bool(handle.is_ready()),
    "service": lambda handle: bool(handle.is_ready()),
    "event": lambda handle: bool(handle.is_ready()),
}


class WaitSet(Handle):
    """Lists of handles by kind; each `add_…` gives the index for `is_ready`. The lists grow as they must."""

    on_change: Callable[[], None] | None = None
    """Given to timers and guard conditions that nobody else listens to."""

    def __init__(
        self,
        number_of_subscriptions: int = 0,
        number_of_guard_conditions: int = 0,
        number_of_timers: int = 0,
        number_of_clients: int = 0,
        number_of_services: int = 0,
        number_of_events: int = 0,
        context: object = None,
    ) -> None:
        super().__init__()
        self._handles: dict[str, list[Any]] = {}
        self._ready: dict[str, list[bool]] = {}
        self.clear_entities()

    def clear_entities(self) -> None:
        self._handles = {kind: [] for kind in _IS_READY}
        self._ready = {kind: [] for kind in _IS_READY}

    def _add(self, kind: str, handle: Any) -> int:
        self._handles[kind].append(handle)
        self._ready[kind].append(False)
        return len(self._handles[kind]) - 1

    def add_subscription(self, subscription: Any) -> int:
        return self._add("subscription", subscription)

    def add_guard_condition(self, guard_condition: Any) -> int:
        return self._add_changing("guard_condition", guard_condition)

    def add_timer(self, timer: Any) -> int:
        return self._add_changing("timer", timer)

    def _add_changing(self, kind: str, handle: Any) -> int:
        if handle.on_change is None:
            handle.on_change = self.on_change
        return self._add(kind, handle)

    def add_client(self, client: Any) -> int:
        return self._add("client", client)

    def add_service(self, service: Any) -> int:
        return self._add("service", service)

    def add_event(self, event: Any) -> int:
        return self._add("event", event)

    def look(self) -> bool:
        """Note what is ready now; True where anything is."""
        self._ready = {kind: [_IS_READY[kind](handle) for handle in found] for kind, found in self._handles.items()}
        return any(any(flags) for flags in self._ready.values())

    def wait(self, timeout_ns: int) -> None:
        """Block until something is ready, or `timeout_ns` is over (negative: no limit)."""
        end_ns = None if timeout_ns < 0 else time.monotonic_ns() + timeout_ns
        # Handles wake the executor of their node, and nobody else: a loop besides it has to look by itself.
        while not self.look() and (end_ns is None or time.monotonic_ns() < end_ns):
            time.sleep(_POLL_S)

    def wait_ns(self) -> int | None:
        """Nanoseconds until a timer may be due, None where there is none."""
        waits = [handle.wait_ns() for kind in ("timer", "event") for handle in self._handles[kind]]
        return min((wait_ns for wait_ns in waits if wait_ns is not None), default=None)

    def is_ready(self, entity_type: str, index: int) -> bool:
        """What the last look found. Raises RCLError for an unknown kind, IndexError for an unknown index."""
        return self._found(entity_type)[index]

    def get_ready_entities(self, entity_type: str) -> list[int]:
        """The `pointer` of each ready handle. Raises RCLError for an unknown kind."""
        flags = self._found(entity_type)
        return [handle.pointer for handle, is_ready in zip(self._handles[entity_type], flags, strict=True) if is_ready]

    def _found(self, entity_type: str) -> list[bool]:
        if entity_type not in self._ready:
            raise RCLError(f"'{entity_type}' is not a known entity; known are {', '.join(self._ready)}")
        return self._ready[entity_type]
