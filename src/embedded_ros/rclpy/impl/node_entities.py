"""What a node has made, by kind, and how it is destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rclpy.client import Client
from rclpy.guard_condition import GuardCondition
from rclpy.publisher import Publisher
from rclpy.service import Service
from rclpy.subscription import Subscription
from rclpy.timer import Rate, Timer
from rclpy.waitable import Waitable

_KINDS = ("timer", "subscription", "guard", "client", "service", "waitable", "publisher")


class NodeEntities:
    """Part of Node: wakes its executor whenever an entity comes or goes.

    What Jazzy's Node does not have as well is named so that the attributes of people's nodes do not meet it.
    """

    def __init__(self) -> None:
        self.__by_kind: dict[str, list[Any]] = {kind: [] for kind in _KINDS}

    def _wake_executor(self) -> None:
        raise NotImplementedError("NodeEntities is a part of rclpy.node.Node, not to be used alone")

    def _rclpy_entities(self, kind: str) -> list[Any]:
        """A copy: callbacks may add and destroy while an executor looks."""
        return self.__by_kind[kind][:]

    @property
    def publishers(self) -> Iterator[Publisher]:
        yield from self._rclpy_entities("publisher")

    @property
    def subscriptions(self) -> Iterator[Subscription]:
        yield from self._rclpy_entities("subscription")

    @property
    def clients(self) -> Iterator[Client]:
        yield from self._rclpy_entities("client")

    @property
    def services(self) -> Iterator[Service]:
        yield from self._rclpy_entities("service")

    @property
    def timers(self) -> Iterator[Timer]:
        yield from self._rclpy_entities("timer")

    @property
    def guards(self) -> Iterator[GuardCondition]:
        yield from self._rclpy_entities("guard")

    @property
    def waitables(self) -> Iterator[Waitable]:
        yield from self._rclpy_entities("waitable")

    def add_waitable(self, waitable: Waitable) -> None:
        waitable._wait_set.on_change = self._wake_executor
        self.__by_kind["waitable"].append(waitable)
        self._wake_executor()

    def remove_waitable(self, waitable: Waitable) -> None:
        self.__by_kind["waitable"].remove(waitable)
        self._wake_executor()

    def _rclpy_add(self, kind: str, entity: Any) -> None:
        # What cannot occur is not waited for.
        handlers = (handler for handler in getattr(entity, "event_handlers", ()) if handler.can_occur)
        self.__by_kind["waitable"].extend(handlers)
        self.__by_kind[kind].append(entity)
        self._wake_executor()

    def __destroy(self, kind: str, entity: Any) -> bool:
        """True where the entity was this node's."""
        if entity not in self.__by_kind[kind]:
            return False
        self.__by_kind[kind].remove(entity)
        for handler in getattr(entity, "event_handlers", ()):
            if handler.can_occur:
                self.__by_kind["waitable"].remove(handler)
        entity.destroy()
        self._wake_executor()
        return True

    def _rclpy_destroy_all(self) -> None:
        for action in self._rclpy_entities("waitable"):
            if hasattr(action, "action_type"):
                action.destroy()
        for kind in (kind for kind in _KINDS if kind != "waitable"):
            for entity in self._rclpy_entities(kind):
                self.__destroy(kind, entity)

    def destroy_publisher(self, publisher: Publisher) -> bool:
        return self.__destroy("publisher", publisher)

    def destroy_subscription(self, subscription: Subscription) -> bool:
        return self.__destroy("subscription", subscription)

    def destroy_client(self, client: Client) -> bool:
        return self.__destroy("client", client)

    def destroy_service(self, service: Service) -> bool:
        return self.__destroy("service", service)

    def destroy_timer(self, timer: Timer) -> bool:
        return self.__destroy("timer", timer)

    def destroy_guard_condition(self, guard: GuardCondition) -> bool:
        return self.__destroy("guard", guard)

    def destroy_rate(self, rate: Rate) -> bool:
        is_own = self.destroy_timer(rate._timer)
        rate.destroy()
        return is_own
