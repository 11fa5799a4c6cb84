"""Events of publishers and subscriptions: lost messages and matched endpoints."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from embedded_ros.wire.liveliness import Entity, EntityKind
from rclpy.callback_groups import CallbackGroup
from rclpy.impl.endpoints import EndpointHandle, SubscriptionHandle
from rclpy.impl.errors import UnsupportedEventTypeError as UnsupportedEventTypeError
from rclpy.impl.handle import Handle
from rclpy.waitable import NumberOfEntities, Waitable


class QoSPublisherEventType(IntEnum):
    """Events of a publisher."""

    RCL_PUBLISHER_OFFERED_DEADLINE_MISSED = 0
    RCL_PUBLISHER_LIVELINESS_LOST = 1
    RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS = 2
    RCL_PUBLISHER_INCOMPATIBLE_TYPE = 3
    RCL_PUBLISHER_MATCHED = 4


class QoSSubscriptionEventType(IntEnum):
    """Events of a subscription."""

    RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED = 0
    RCL_SUBSCRIPTION_LIVELINESS_CHANGED = 1
    RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS = 2
    RCL_SUBSCRIPTION_MESSAGE_LOST = 3
    RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE = 4
    RCL_SUBSCRIPTION_MATCHED = 5


@dataclass(frozen=True, slots=True)
class QoSRequestedDeadlineMissedInfo:
    total_count: int
    total_count_change: int


@dataclass(frozen=True, slots=True)
class QoSLivelinessChangedInfo:
    alive_count: int
    not_alive_count: int
    alive_count_change: int
    not_alive_count_change: int


@dataclass(frozen=True, slots=True)
class QoSMessageLostInfo:
    total_count: int
    total_count_change: int


@dataclass(frozen=True, slots=True)
class QoSRequestedIncompatibleQoSInfo:
    total_count: int
    total_count_change: int
    last_policy_kind: int


@dataclass(frozen=True, slots=True)
class QoSSubscriptionMatchedInfo:
    total_count: int
    total_count_change: int
    current_count: int
    current_count_change: int


@dataclass(frozen=True, slots=True)
class IncompatibleTypeInfo:
    total_count: int
    total_count_change: int


QoSOfferedDeadlineMissedInfo = QoSRequestedDeadlineMissedInfo
QoSLivelinessLostInfo = QoSRequestedDeadlineMissedInfo
QoSPublisherMatchedInfo = QoSSubscriptionMatchedInfo
QoSOfferedIncompatibleQoSInfo = QoSRequestedIncompatibleQoSInfo

_COUNTERPARTS = {EntityKind.PUBLISHER: EntityKind.SUBSCRIPTION, EntityKind.SUBSCRIPTION: EntityKind.PUBLISHER}


class _EventSource(Handle):
    """Counts what happened since the event was last taken."""

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


class _LostSource(_EventSource):
    """Gaps in the sequence numbers of a subscription's publishers."""

    def __init__(self, subscription: SubscriptionHandle) -> None:
        super().__init__(subscription)
        self._subscription = subscription
        subscription.on_lost(self._add)

    def take_event(self) -> QoSMessageLostInfo:
        with self._lock:
            change, self._change = self._change, 0
            return QoSMessageLostInfo(self._total, change)

    def _destroy(self) -> None:
        self._subscription.on_lost(None)


class _MatchedSource(_EventSource):
    """Endpoints of the other kind, with the same name and type, that come and go."""

    def __init__(self, endpoint: EndpointHandle) -> None:
        super().__init__(endpoint)
        self._own = endpoint.entity
        self._graph = endpoint.node.context.session.graph
        self._matched: set[str] = set()
        self._current_change = 0
        self._graph.add_listener(self, self._on_graph)
        for entity in self._graph.endpoints(_COUNTERPARTS[self._own.kind], self._own.name):
            self._on_graph(entity, True)

    def _on_graph(self, entity: Entity, joined: bool) -> None:
        own = self._own
        wanted = (_COUNTERPARTS[own.kind], own.name, own.dds_type, own.type_hash)
        if (entity.kind, entity.name, entity.dds_type, entity.type_hash) != wanted:
            return
        with self._lock:
            if joined == (entity.token in self._matched):
                return
            (self._matched.add if joined else self._matched.remove)(entity.token)
            self._current_change += 1 if joined else -1
            self._total += joined
            self._change += joined
            self._is_pending = True
        self._endpoint.node.waker()

    _is_pending = False

    def is_ready(self) -> bool:
        return self._is_pending

    def take_event(self) -> QoSSubscriptionMatchedInfo:
        with self._lock:
            info = QoSSubscriptionMatchedInfo(self._total, self._change, len(self._matched), self._current_change)
            self._change = self._current_change = 0
            self._is_pending = False
            return info

    def _destroy(self) -> None:
        self._graph.remove_listener(self)


def _open_source(endpoint: EndpointHandle, event_type: IntEnum) -> _LostSource | _MatchedSource:
    if event_type is QoSSubscriptionEventType.RCL_SUBSCRIPTION_MESSAGE_LOST:
        assert isinstance(endpoint, SubscriptionHandle)
        return _LostSource(endpoint)
    if event_type in (QoSPublisherEventType.RCL_PUBLISHER_MATCHED, QoSSubscriptionEventType.RCL_SUBSCRIPTION_MATCHED):
        return _MatchedSource(endpoint)
    raise UnsupportedEventTypeError(
        f"{event_type.name} on '{endpoint.name}': rmw_zenoh_cpp has no such event; it has message_lost and matched"
    )


class EventHandler(Waitable):
    """Calls back for one kind of event. Raises UnsupportedEventTypeError for one that Zenoh does not have."""

    def __init__(
        self,
        *,
        callback_group: CallbackGroup,
        callback: Callable[..., Any],
        event_type: IntEnum,
        parent_impl: EndpointHandle,
    ) -> None:
        super().__init__(callback_group)
        self.event_type = event_type
        self.callback = callback
        with parent_impl:
            self._source = _open_source(parent_impl, event_type)

    def is_ready(self, wait_set: object) -> bool:
        return self._source.is_ready()

    def take_data(self) -> Any:
        if not self._source.is_ready():
            return None
        with self._source:
            return self._source.take_event()

    async def execute(self, taken_data: Any) -> None:
        from rclpy.executors import await_or_execute

        if taken_data:
            await await_or_execute(self.callback, taken_data)

    def get_num_entities(self) -> NumberOfEntities:
        return NumberOfEntities(num_events=1)

    def destroy(self) -> None:
        self._source.destroy_when_not_in_use()


class QoSEventHandler(EventHandler):
    """Old name of EventHandler."""

    def __init__(
        self,
        *,
        callback_group: CallbackGroup,
        callback: Callable[..., Any],
        event_type: IntEnum,
        parent_impl: EndpointHandle,
    ) -> None:
        warnings.warn("QoSEventHandler is deprecated, use EventHandler instead.", DeprecationWarning, stacklevel=2)
        super().__init__(
            callback_group=callback_group, callback=callback, event_type=event_type, parent_impl=parent_impl
        )


def _make_handlers(
    wanted: list[tuple[IntEnum, Callable[..., Any] | None]], callback_group: CallbackGroup, endpoint: EndpointHandle
) -> list[EventHandler]:
    return [
        EventHandler(callback_group=callback_group, callback=callback, event_type=event_type, parent_impl=endpoint)
        for event_type, callback in wanted
        if callback is not None
    ]


class SubscriptionEventCallbacks:
    """Callbacks of a subscription's events; with Zenoh, QoS never keeps endpoints apart."""

    def __init__(
        self,
        *,
        deadline: Callable[[QoSRequestedDeadlineMissedInfo], None] | None = None,
        incompatible_qos: Callable[[QoSRequestedIncompatibleQoSInfo], None] | None = None,
        liveliness: Callable[[QoSLivelinessChangedInfo], None] | None = None,
        message_lost: Callable[[QoSMessageLostInfo], None] | None = None,
        incompatible_type: Callable[[IncompatibleTypeInfo], None] | None = None,
        matched: Callable[[QoSSubscriptionMatchedInfo], None] | None = None,
        use_default_callbacks: bool = True,
    ) -> None:
        self.deadline = deadline
        self.incompatible_qos = incompatible_qos
        self.liveliness = liveliness
        self.message_lost = message_lost
        self.incompatible_type = incompatible_type
        self.matched = matched
        self.use_default_callbacks = use_default_callbacks

    def create_event_handlers(
        self, callback_group: CallbackGroup, subscription: SubscriptionHandle, topic_name: str
    ) -> list[EventHandler]:
        """Incompatible QoS and types cannot be found out on Zenoh: those two callbacks are never called."""
        types = QoSSubscriptionEventType
        return _make_handlers(
            [
                (types.RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED, self.deadline),
                (types.RCL_SUBSCRIPTION_LIVELINESS_CHANGED, self.liveliness),
                (types.RCL_SUBSCRIPTION_MESSAGE_LOST, self.message_lost),
                (types.RCL_SUBSCRIPTION_MATCHED, self.matched),
            ],
            callback_group,
            subscription,
        )


class PublisherEventCallbacks:
    """Callbacks of a publisher's events; with Zenoh, QoS never keeps endpoints apart."""

    def __init__(
        self,
        *,
        deadline: Callable[[QoSOfferedDeadlineMissedInfo], None] | None = None,
        liveliness: Callable[[QoSLivelinessLostInfo], None] | None = None,
        incompatible_qos: Callable[[QoSRequestedIncompatibleQoSInfo], None] | None = None,
        incompatible_type: Callable[[IncompatibleTypeInfo], None] | None = None,
        matched: Callable[[QoSPublisherMatchedInfo], None] | None = None,
        use_default_callbacks: bool = True,
    ) -> None:
        self.deadline = deadline
        self.liveliness = liveliness
        self.incompatible_qos = incompatible_qos
        self.incompatible_type = incompatible_type
        self.matched = matched
        self.use_default_callbacks = use_default_callbacks

    def create_event_handlers(
        self, callback_group: CallbackGroup, publisher: EndpointHandle, topic_name: str
    ) -> list[EventHandler]:
        """Incompatible QoS and types cannot be found out on Zenoh: those two callbacks are never called."""
        types = QoSPublisherEventType
        return _make_handlers(
            [
                (types.RCL_PUBLISHER_OFFERED_DEADLINE_MISSED, self.deadline),
                (types.RCL_PUBLISHER_LIVELINESS_LOST, self.liveliness),
                (types.RCL_PUBLISHER_MATCHED, self.matched),
            ],
            callback_group,
            publisher,
        )
