"""Subscriptions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from rclpy.callback_groups import CallbackGroup
from rclpy.event_handler import EventHandler, SubscriptionEventCallbacks
from rclpy.impl.endpoints import SubscriptionHandle
from rclpy.qos import QoSProfile

MsgType = TypeVar("MsgType")

_PATIENT_DEPTH = 16


class Subscription:
    """Made by `Node.create_subscription`."""

    class CallbackType(Enum):
        MessageOnly = 0
        WithMessageInfo = 1

    def __init__(
        self,
        subscription_impl: SubscriptionHandle,
        msg_type: type[Any],
        topic: str,
        callback: Callable[..., Any],
        callback_group: CallbackGroup,
        qos_profile: QoSProfile,
        raw: bool,
        event_callbacks: SubscriptionEventCallbacks,
    ) -> None:
        self.__subscription = subscription_impl
        # Looked at for every message.
        self._is_ready = subscription_impl.is_ready
        self.msg_type = msg_type
        self.topic = topic
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False
        self.qos_profile = qos_profile
        self.raw = raw
        # Whoever takes bytes stores them or hands them on: at high rates a wait of 2 ms is worth less than the CPU time
        # of waking for each. A short queue could run over meanwhile.
        depth = subscription_impl.entity.qos.queue_depth
        self._is_patient = raw and (depth is None or depth >= _PATIENT_DEPTH)
        subscription_impl.on_ready(partial(subscription_impl.node.waker, id(self)))
        subscription_impl.on_filling(partial(subscription_impl.node.waker, id(self), True))
        self.event_handlers: list[EventHandler] = event_callbacks.create_event_handlers(
            callback_group, subscription_impl, topic
        )

    def get_publisher_count(self) -> int:
        with self.handle:
            return self.__subscription.get_publisher_count()

    @property
    def handle(self) -> SubscriptionHandle:
        return self.__subscription

    def destroy(self) -> None:
        for handler in self.event_handlers:
            handler.destroy()
        self.handle.destroy_when_not_in_use()

    @property
    def topic_name(self) -> str:
        """The resolved name."""
        with self.handle:
            return self.__subscription.get_topic_name()

    @property
    def callback(self) -> Callable[..., Any]:
        return self._callback

    @callback.setter
    def callback(self, value: Callable[..., Any]) -> None:
        self._callback = value
        self._callback_type = _callback_type(value)
        self._is_async = inspect.iscoroutinefunction(value)

    def _take(self) -> tuple[Any, ...] | None:
        """Arguments for the callback, or None where there is no message."""
        received = self.__subscription.take()
        if received is None:
            return None
        message = received[0] if self.raw else self.__subscription.decode(self.msg_type, received[0])
        if message is None:
            return None
        if self._callback_type is Subscription.CallbackType.MessageOnly:
            return (message,)
        return (message, self.__subscription.message_info(received))


def _callback_type(callback: Callable[..., Any]) -> Subscription.CallbackType:
    signature = inspect.signature(callback)
    for count, kind in ((1, Subscription.CallbackType.MessageOnly), (2, Subscription.CallbackType.WithMessageInfo)):
        try:
            signature.bind(*[object()] * count)
        except TypeError:
            continue
        return kind
    raise RuntimeError(
        "Subscription.__init__(): callback should be either be callable with one argument"
        "(to get only the message) or two (to get message and message info)"
    )
