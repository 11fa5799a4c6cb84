"""Where the events of an endpoint come from: its own clock, its messages' numbers, and the graph."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.qos import INFINITE_NS
from rclpy.impl.endpoints import EndpointHandle, PublisherHandle, SubscriptionHandle
from rclpy.impl.errors import UnsupportedEventTypeError
from rclpy.impl.event_infos import (
    IncompatibleTypeInfo,
    QoSLivelinessChangedInfo,
    QoSMessageLostInfo,
    QoSPublisherEventType,
    QoSRequestedDeadlineMissedInfo,
    QoSRequestedIncompatibleQoSInfo,
    QoSSubscriptionEventType,
    QoSSubscriptionMatchedInfo,
)
from rclpy.impl.handle import Handle
from rclpy.qos import QoSPolicyKind

COUNTERPARTS = {
    EntityKind.PUBLISHER: EntityKind.SUBSCRIPTION,
    EntityKind.SUBSCRIPTION: EntityKind.PUBLISHER,
    EntityKind.SERVICE: EntityKind.CLIENT,
    EntityKind.CLIENT: EntityKind.SERVICE,
}


class EventSource(Handle):
    """Base: counts what happened since the event was last taken."""

    can_occur = True

    def __init__(self, endpoint: EndpointHandle) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._total = 0
        self._change = 0

    def _add(self, count: int) -> None:
        with self._lock:
            self._total += count
            self._change += count
        self._endpoint.node.waker()

    def is_ready(self) -> bool:
        return self._change != 0

    def wait_ns(self) -> int | None:
        """Nanoseconds until it may be ready by itself, None where only something from outside makes it so."""
        return None

    def take_event(self) -> Any:
        """What happened since the last call; all changes are 0 where nothing did."""
        with self._lock:
            change, self._change = self._change, 0
            return self._info(self._total, change)

    def _info(self, total: int, change: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__}._info")


class _LostSource(EventSource):
    """Gaps in the sequence numbers of a subscription's publishers."""

    def __init__(self, subscription: SubscriptionHandle) -> None:
        super().__init__(subscription)
        self._subscription = subscription
        subscription.on_lost(self._add)

    def _info(self, total: int, change: int) -> QoSMessageLostInfo:
        return QoSMessageLostInfo(total, change)

    def _destroy(self) -> None:
        self._subscription.on_lost(None)


class _DeadlineSource(EventSource):
    """Periods, from the first message on, in which no further one came."""

    def __init__(self, endpoint: SubscriptionHandle | PublisherHandle) -> None:
        super().__init__(endpoint)
        self._period_ns = endpoint.entity.qos.deadline_ns
        self._due_ns: int | None = None
        if self._period_ns < INFINITE_NS:
            endpoint.on_message(self._note)

    def _note(self) -> None:
        self._count()
        with self._lock:
            is_first = self._due_ns is None
            self._due_ns = time.monotonic_ns() + self._period_ns
        if is_first:
            # The executor sleeps without a limit until it knows of the first deadline.
            self._endpoint.node.waker()

    def _count(self) -> None:
        with self._lock:
            late_ns = time.monotonic_ns() - self._due_ns if self._due_ns is not None else -1
            if self._due_ns is None or late_ns < 0:
                return
            missed = 1 + late_ns // self._period_ns
            self._due_ns += missed * self._period_ns
            self._total += missed
            self._change += missed

    def is_ready(self) -> bool:
        self._count()
        return super().is_ready()

    def wait_ns(self) -> int | None:
        due_ns = self._due_ns
        return None if due_ns is None else max(0, due_ns - time.monotonic_ns())

    def _info(self, total: int, change: int) -> QoSRequestedDeadlineMissedInfo:
        return QoSRequestedDeadlineMissedInfo(total, change)


class _GraphSource(EventSource):
    """Base: follows those endpoints of the other kind, on the same name, for which `_is_meant` holds."""

    def __init__(self, endpoint: EndpointHandle) -> None:
        super().__init__(endpoint)
        own = endpoint.entity
        self._type = (own.dds_type, own.type_hash)
        self._place = (COUNTERPARTS[own.kind], own.name)
        self._present: set[str] = set()
        self._present_change = 0
        self._has_changed = False
        self._graph = endpoint.node.context.session.graph
        self._graph.add_listener(self, self._on_graph)
        for entity in self._graph.endpoints(*self._place):
            self._on_graph(entity, True)

    def _is_meant(self, entity: Entity) -> bool:
        return (entity.dds_type, entity.type_hash) == self._type

    def _on_graph(self, entity: Entity, joined: bool) -> None:
        if (entity.kind, entity.name) != self._place or not self._is_meant(entity):
            return
        with self._lock:
            if joined == (entity.token in self._present):
                return
            # Threads tell of changes each on its own: a leave may come before its join.
            if joined and entity not in self._graph.endpoints(*self._place):
                return
            (self._present.add if joined else self._present.remove)(entity.token)
            self._present_change += 1 if joined else -1
            self._total += joined
            self._change += joined
            self._has_changed = True
        self._endpoint.node.waker()

    def is_ready(self) -> bool:
        return self._has_changed

    def take_event(self) -> Any:
        with self._lock:
            info = self._info(self._total, self._change)
            self._change = self._present_change = 0
            self._has_changed = False
            return info

    def _destroy(self) -> None:
        self._graph.remove_listener(self)


class _MatchedSource(_GraphSource):
    """Counterparts of the same type that come and go."""

    def _info(self, total: int, change: int) -> QoSSubscriptionMatchedInfo:
        return QoSSubscriptionMatchedInfo(total, change, len(self._present), self._present_change)


class _LivelinessSource(_GraphSource):
    """Publishers that come and go: a token tells that its session lives, so none is there and not alive."""

    def _info(self, total: int, change: int) -> QoSLivelinessChangedInfo:
        return QoSLivelinessChangedInfo(len(self._present), 0, self._present_change, 0)


class _OtherTypeSource(_GraphSource):
    """Counterparts of another type, or of another version of the type, which no message reaches."""

    def _is_meant(self, entity: Entity) -> bool:
        return not super()._is_meant(entity)

    def is_ready(self) -> bool:
        return self._change != 0

    def _info(self, total: int, change: int) -> IncompatibleTypeInfo:
        return IncompatibleTypeInfo(total, change)


class _NeverSource(EventSource):
    """What cannot happen on Zenoh: QoS keeps no endpoints apart, and a session asserts its publishers' liveliness."""

    can_occur = False


class _NeverIncompatible(_NeverSource):
    def _info(self, total: int, change: int) -> QoSRequestedIncompatibleQoSInfo:
        return QoSRequestedIncompatibleQoSInfo(total, change, QoSPolicyKind.INVALID)


class _NeverLost(_NeverSource):
    def _info(self, total: int, change: int) -> QoSRequestedDeadlineMissedInfo:
        return QoSRequestedDeadlineMissedInfo(total, change)


_SUBSCRIPTION_SOURCES: dict[int, Callable[[SubscriptionHandle], EventSource]] = {
    QoSSubscriptionEventType.RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED: _DeadlineSource,
    QoSSubscriptionEventType.RCL_SUBSCRIPTION_LIVELINESS_CHANGED: _LivelinessSource,
    QoSSubscriptionEventType.RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS: _NeverIncompatible,
    QoSSubscriptionEventType.RCL_SUBSCRIPTION_MESSAGE_LOST: _LostSource,
    QoSSubscriptionEventType.RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE: _OtherTypeSource,
    QoSSubscriptionEventType.RCL_SUBSCRIPTION_MATCHED: _MatchedSource,
}
_PUBLISHER_SOURCES: dict[int, Callable[[PublisherHandle], EventSource]] = {
    QoSPublisherEventType.RCL_PUBLISHER_OFFERED_DEADLINE_MISSED: _DeadlineSource,
    QoSPublisherEventType.RCL_PUBLISHER_LIVELINESS_LOST: _NeverLost,
    QoSPublisherEventType.RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS: _NeverIncompatible,
    QoSPublisherEventType.RCL_PUBLISHER_INCOMPATIBLE_TYPE: _OtherTypeSource,
    QoSPublisherEventType.RCL_PUBLISHER_MATCHED: _MatchedSource,
}


def open_source(endpoint: EndpointHandle, event_type: IntEnum) -> EventSource:
    """The source of that event. Raises UnsupportedEventTypeError where the endpoint has none such."""
    if isinstance(endpoint, SubscriptionHandle) and isinstance(event_type, QoSSubscriptionEventType):
        return _SUBSCRIPTION_SOURCES[event_type](endpoint)
    if isinstance(endpoint, PublisherHandle) and isinstance(event_type, QoSPublisherEventType):
        return _PUBLISHER_SOURCES[event_type](endpoint)
    raise UnsupportedEventTypeError(f"a {endpoint.entity.kind.name.lower()} has no event {event_type!r}")
