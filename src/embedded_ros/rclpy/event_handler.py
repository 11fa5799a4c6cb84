"""Events of publishers and subscriptions: deadlines, liveliness, lost messages, matched and mismatched endpoints."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.impl.endpoints import EndpointHandle, PublisherHandle, SubscriptionHandle
from rclpy.impl.errors import UnsupportedEventTypeError as UnsupportedEventTypeError
from rclpy.impl.event_infos import IncompatibleTypeInfo as IncompatibleTypeInfo
from rclpy.impl.event_infos import QoSLivelinessChangedInfo as QoSLivelinessChangedInfo
from rclpy.impl.event_infos import QoSLivelinessLostInfo as QoSLivelinessLostInfo
from rclpy.impl.event_infos import QoSMessageLostInfo as QoSMessageLostInfo
from rclpy.impl.event_infos import QoSOfferedDeadlineMissedInfo as QoSOfferedDeadlineMissedInfo
from rclpy.impl.event_infos import QoSOfferedIncompatibleQoSInfo as QoSOfferedIncompatibleQoSInfo
from rclpy.impl.event_infos import QoSPublisherEventType as QoSPublisherEventType
from rclpy.impl.event_infos import QoSPublisherMatchedInfo as QoSPublisherMatchedInfo
from rclpy.impl.event_infos import QoSRequestedDeadlineMissedInfo as QoSRequestedDeadlineMissedInfo
from rclpy.impl.event_infos import QoSRequestedIncompatibleQoSInfo as QoSRequestedIncompatibleQoSInfo
from rclpy.impl.event_infos import QoSSubscriptionEventType as QoSSubscriptionEventType
from rclpy.impl.event_infos import QoSSubscriptionMatchedInfo as QoSSubscriptionMatchedInfo
from rclpy.impl.event_sources import open_source
from rclpy.impl.own_waitable import OwnWaitable
from rclpy.waitable import NumberOfEntities


class EventHandler(OwnWaitable):
    """Calls back for one kind of event. Raises UnsupportedEventTypeError for one that the endpoint does not have."""

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
            self._source = open_source(parent_impl, event_type)

    @property
    def can_occur(self) -> bool:
        """False for what never happens on Zenoh: incompatible QoS, and the loss of one's own liveliness."""
        return self._source.can_occur

    def _is_ready_now(self) -> bool:
        return self._source.is_ready()

    def _wait_ns(self) -> int | None:
        return self._source.wait_ns()

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

    def __enter__(self) -> None:
        self._source.__enter__()

    def __exit__(self, t: object, v: object, tb: object) -> None:
        self._source.__exit__(None, None, None)

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


_Wanted = list[tuple[IntEnum, "Callable[..., Any] | None"]]


def _make_handlers(wanted: _Wanted, callback_group: CallbackGroup, endpoint: EndpointHandle) -> list[EventHandler]:
    return [
        EventHandler(callback_group=callback_group, callback=callback, event_type=event_type, parent_impl=endpoint)
        for event_type, callback in wanted
        if callback is not None
    ]


class SubscriptionEventCallbacks:
    """Callbacks of a subscription's events. Endpoints of another type are logged also where nobody asks for them."""

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
        """`incompatible_qos` is accepted and never called: on Zenoh, QoS keeps no endpoints apart."""
        types = QoSSubscriptionEventType
        return _make_handlers(
            [
                (types.RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED, self.deadline),
                (types.RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS, self.incompatible_qos),
                (types.RCL_SUBSCRIPTION_LIVELINESS_CHANGED, self.liveliness),
                (types.RCL_SUBSCRIPTION_MESSAGE_LOST, self.message_lost),
                (types.RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE, self.incompatible_type),
                (types.RCL_SUBSCRIPTION_MATCHED, self.matched),
            ],
            callback_group,
            subscription,
        )


class PublisherEventCallbacks:
    """Callbacks of a publisher's events. Endpoints of another type are logged also where nobody asks for them."""

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
        self, callback_group: CallbackGroup, publisher: PublisherHandle, topic_name: str
    ) -> list[EventHandler]:
        """`incompatible_qos` and `liveliness` are accepted and never called: on Zenoh neither happens."""
        types = QoSPublisherEventType
        return _make_handlers(
            [
                (types.RCL_PUBLISHER_OFFERED_DEADLINE_MISSED, self.deadline),
                (types.RCL_PUBLISHER_LIVELINESS_LOST, self.liveliness),
                (types.RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS, self.incompatible_qos),
                (types.RCL_PUBLISHER_INCOMPATIBLE_TYPE, self.incompatible_type),
                (types.RCL_PUBLISHER_MATCHED, self.matched),
            ],
            callback_group,
            publisher,
        )
