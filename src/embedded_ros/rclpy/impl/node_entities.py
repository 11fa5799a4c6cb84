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
    """Part of Node: wakes its executor whenever an entity comes or goes."""

    def _init_entities(self) -> None:
        self.__by_kind: dict[str, list[Any]] = {kind: [] for kind in _KINDS}

    def _wake_executor(self) -> None:
        raise NotImplementedError("NodeEntities is a part of rclpy.node.Node, not to be used alone")

    def _entities(self, kind: str) -> list[Any]:
        """A copy: callbacks may add and destroy while an executor looks."""
        return self.__by_kind[kind][:]

    @property
    def publishers(self) -> Iterator[Publisher]:
        yield from self._entities("publisher")

    @property
    def subscriptions(self) -> Iterator[Subscription]:
        yield from self._entities("subscription")

    @property
    def clients(self) -> Iterator[Client]:
        yield from self._entities("client")

    @property
    def services(self) -> Iterator[Service]:
        yield from self._entities("service")

    @property
    def timers(self) -> Iterator[Timer]:
        yield from self._entities("timer")

    @property
    def guards(self) -> Iterator[GuardCondition]:
        yield from self._entities("guard")

    @property
    def waitables(self) -> Iterator[Waitable]:
        yield from self._entities("waitable")

    def add_waitable(self, waitable: Waitable) -> None:
        self.__by_kind["waitable"].append(waitable)
        self._wake_executor()

    def remove_waitable(self, waitable: Waitable) -> None:
        self.__by_kind["waitable"].remove(waitable)
        self._wake_executor()

    def _add(self, kind: str, entity: Any) -> None:
        self.__by_kind["waitable"].extend(getattr(entity, "event_handlers", ()))
        self.__by_kind[kind].append(entity)
        self._wake_executor()

    def _destroy_entity(self, kind: str, entity: Any) -> bool:
        """True where the entity was this node's."""
        if entity not in self.__by_kind[kind]:
            return False
        self.__by_kind[kind].remove(entity)
        for handler in getattr(entity, "event_handlers", ()):
            self.__by_kind["waitable"].remove(handler)
        entity.destroy()
        self._wake_executor()
        return True

    def destroy_publisher(self, publisher: Publisher) -> bool:
        return self._destroy_entity("publisher", publisher)

    def destroy_subscription(self, subscription: Subscription) -> bool:
        return self._destroy_entity("subscription", subscription)

    def destroy_client(self, client: Client) -> bool:
        return self._destroy_entity("client", client)

    def destroy_service(self, service: Service) -> bool:
        return self._destroy_entity("service", service)

    def destroy_timer(self, timer: Timer) -> bool:
        return self._destroy_entity("timer", timer)

    def destroy_guard_condition(self, guard: GuardCondition) -> bool:
        return self._destroy_entity("guard", guard)

    def destroy_rate(self, rate: Rate) -> bool:
        is_own = self.destroy_timer(rate._timer)
        rate.destroy()
        return is_own
