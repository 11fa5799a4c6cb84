"""Things that an executor waits for besides the built-in entities."""

from __future__ import annotations

from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.impl.wait_set import WaitSet
from rclpy.task import Future


class NumberOfEntities:
    """How many entities of each kind a waitable adds."""

    __slots__ = [
        "num_clients",
        "num_events",
        "num_guard_conditions",
        "num_services",
        "num_subscriptions",
        "num_timers",
    ]

    def __init__(
        self,
        num_subs: int = 0,
        num_gcs: int = 0,
        num_timers: int = 0,
        num_clients: int = 0,
        num_services: int = 0,
        num_events: int = 0,
    ) -> None:
        self.num_subscriptions = num_subs
        self.num_guard_conditions = num_gcs
        self.num_timers = num_timers
        self.num_clients = num_clients
        self.num_services = num_services
        self.num_events = num_events

    def __add__(self, other: NumberOfEntities) -> NumberOfEntities:
        result = self.__class__()
        for attr in result.__slots__:
            setattr(result, attr, getattr(self, attr) + getattr(other, attr))
        return result

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}({self.num_subscriptions}, {self.num_guard_conditions}, {self.num_timers}, "
            f"{self.num_clients}, {self.num_services}, {self.num_events})>"
        )


class Waitable:
    """Base of composite entities such as actions."""

    def __init__(self, callback_group: CallbackGroup) -> None:
        self.callback_group = callback_group
        self.callback_group.add_entity(self)
        self._executor_event = False
        self._futures: list[Future] = []
        self._wait_set = WaitSet()

    def __enter__(self) -> None:
        """Mark as in use."""

    def __exit__(self, t: object, v: object, tb: object) -> None:
        """Mark as no longer in use."""

    def add_future(self, future: Future) -> None:
        self._futures.append(future)

    def remove_future(self, future: Future) -> None:
        self._futures.remove(future)

    def is_ready(self, wait_set: WaitSet) -> bool:
        """True where `take_data` has something to take; `wait_set` has what `add_to_wait_set` put there."""
        raise NotImplementedError("Waitable.is_ready must be implemented by subclass")

    def take_data(self) -> Any:
        """Take what is ready; called just before `execute`."""
        raise NotImplementedError("Waitable.take_data must be implemented by subclass")

    async def execute(self, taken_data: Any) -> None:
        """Work on what was taken."""
        raise NotImplementedError("Waitable.execute must be implemented by subclass")

    def get_num_entities(self) -> NumberOfEntities:
        """How many entities this stands for."""
        raise NotImplementedError("Waitable.get_num_entities must be implemented by subclass")

    def add_to_wait_set(self, wait_set: WaitSet) -> None:
        """Add the handles whose readiness `is_ready` will look at."""
        raise NotImplementedError("Waitable.add_to_wait_set must be implemented by subclass")

    def _is_ready_now(self) -> bool:
        """What an executor asks; own waitables answer without the detour over a wait set."""
        self._wait_set.clear_entities()
        self.add_to_wait_set(self._wait_set)
        self._wait_set.look()
        return self.is_ready(self._wait_set)

    def _wait_ns(self) -> int | None:
        """Nanoseconds until this becomes ready by itself; None where only an event can make it so."""
        return self._wait_set.wait_ns()
