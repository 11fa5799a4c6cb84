"""What a node makes: publishers, subscriptions, clients, services, timers, guard conditions and rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.callback_groups import CallbackGroup, ReentrantCallbackGroup
from rclpy.client import Client
from rclpy.clock import Clock
from rclpy.constants import S_TO_NS
from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
from rclpy.guard_condition import GuardCondition
from rclpy.impl.endpoints import ClientHandle, PublisherHandle, ServiceHandle, SubscriptionHandle
from rclpy.impl.node_entities import NodeEntities
from rclpy.impl.node_graph import NodeGraph
from rclpy.impl.node_parameters import NodeParameters
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile, qos_profile_services_default
from rclpy.qos_overriding_options import QoSOverridingOptions, _declare_qos_parameters
from rclpy.service import Service
from rclpy.subscription import Subscription
from rclpy.timer import Rate, Timer
from rclpy.type_support import check_is_valid_msg_type, check_is_valid_srv_type
from rclpy.validate_topic_name import validate_topic_name


class NodeCreation(NodeParameters, NodeGraph, NodeEntities):
    """Part of Node: what it makes it lists, and its names are resolved."""

    _rate_group: ReentrantCallbackGroup

    @property
    def default_callback_group(self) -> CallbackGroup:
        raise NotImplementedError("NodeCreation is a part of rclpy.node.Node, not to be used alone")

    def resolve_topic_name(self, topic: str, *, only_expand: bool = False) -> str:
        """Absolute name after remapping. Raises InvalidTopicNameException."""
        return self.__resolve(topic, only_expand, is_service=False)

    def resolve_service_name(self, service: str, *, only_expand: bool = False) -> str:
        """Absolute name after remapping. Raises InvalidServiceNameException."""
        return self.__resolve(service, only_expand, is_service=True)

    def __resolve(self, name: str, only_expand: bool, *, is_service: bool) -> str:
        validate_topic_name(name, is_service=is_service)
        with self.handle:
            return self.handle.resolve_name(name, only_expand=only_expand, is_service=is_service)

    def create_publisher(
        self,
        msg_type: type[Any],
        topic: str,
        qos_profile: QoSProfile | int,
        *,
        callback_group: CallbackGroup | None = None,
        event_callbacks: PublisherEventCallbacks | None = None,
        qos_overriding_options: QoSOverridingOptions | None = None,
        publisher_class: type[Publisher] = Publisher,
    ) -> Publisher:
        """`qos_profile`: a profile, or the depth of a reliable, volatile queue."""
        qos = _qos_or_depth(qos_profile)
        name = self.resolve_topic_name(topic)
        _declare_qos_parameters(Publisher, self, name, qos, qos_overriding_options or QoSOverridingOptions([]))
        check_is_valid_msg_type(msg_type)
        with self.handle:
            handle = PublisherHandle(self.handle, msg_type, name, qos.get_c_qos_profile())
        try:
            publisher = publisher_class(
                handle,
                msg_type,
                topic,
                qos,
                event_callbacks=event_callbacks or PublisherEventCallbacks(),
                callback_group=callback_group or self.default_callback_group,
            )
        except Exception:
            handle.destroy_when_not_in_use()
            raise
        self._rclpy_add("publisher", publisher)
        return publisher

    def create_subscription(
        self,
        msg_type: type[Any],
        topic: str,
        callback: Callable[..., Any],
        qos_profile: QoSProfile | int,
        *,
        callback_group: CallbackGroup | None = None,
        event_callbacks: SubscriptionEventCallbacks | None = None,
        qos_overriding_options: QoSOverridingOptions | None = None,
        raw: bool = False,
    ) -> Subscription:
        """`callback(msg)` or `callback(msg, info)`; `raw`: the message as its serialized bytes."""
        qos = _qos_or_depth(qos_profile)
        name = self.resolve_topic_name(topic)
        _declare_qos_parameters(Subscription, self, name, qos, qos_overriding_options or QoSOverridingOptions([]))
        check_is_valid_msg_type(msg_type)
        group = callback_group or self.default_callback_group
        with self.handle:
            handle = SubscriptionHandle(self.handle, msg_type, name, qos.get_c_qos_profile(), self.handle.waker)
        try:
            subscription = Subscription(
                handle,
                msg_type,
                topic,
                callback,
                group,
                qos,
                raw,
                event_callbacks=event_callbacks or SubscriptionEventCallbacks(),
            )
        except Exception:
            handle.destroy_when_not_in_use()
            raise
        group.add_entity(subscription)
        self._rclpy_add("subscription", subscription)
        return subscription

    def create_client(
        self,
        srv_type: type[Any],
        srv_name: str,
        *,
        qos_profile: QoSProfile = qos_profile_services_default,
        callback_group: CallbackGroup | None = None,
    ) -> Client:
        group = callback_group or self.default_callback_group
        check_is_valid_srv_type(srv_type)
        name = self.resolve_service_name(srv_name)
        with self.handle:
            handle = ClientHandle(self.handle, srv_type, name, qos_profile.get_c_qos_profile(), self.handle.waker)
        client = Client(self.context, handle, srv_type, srv_name, qos_profile, group)
        group.add_entity(client)
        self._rclpy_add("client", client)
        return client

    def create_service(
        self,
        srv_type: type[Any],
        srv_name: str,
        callback: Callable[[Any, Any], Any],
        *,
        qos_profile: QoSProfile = qos_profile_services_default,
        callback_group: CallbackGroup | None = None,
    ) -> Service:
        """`callback(request, response)` fills and returns the response; it may be a coroutine function."""
        group = callback_group or self.default_callback_group
        check_is_valid_srv_type(srv_type)
        name = self.resolve_service_name(srv_name)
        with self.handle:
            handle = ServiceHandle(self.handle, srv_type, name, qos_profile.get_c_qos_profile(), self.handle.waker)
        service = Service(handle, srv_type, srv_name, callback, group, qos_profile)
        group.add_entity(service)
        self._rclpy_add("service", service)
        return service

    def create_timer(
        self,
        timer_period_sec: float,
        callback: Callable[..., Any] | None,
        callback_group: CallbackGroup | None = None,
        clock: Clock | None = None,
        autostart: bool = True,
    ) -> Timer:
        """In the time of `clock`: by default the node's, which follows `use_sim_time`."""
        group = callback_group or self.default_callback_group
        period_ns = int(float(timer_period_sec) * S_TO_NS)
        timer = Timer(callback, group, period_ns, clock or self._clock, context=self.context, autostart=autostart)
        timer.handle.on_change = self.handle.waker
        group.add_entity(timer)
        self._rclpy_add("timer", timer)
        return timer

    def create_guard_condition(
        self, callback: Callable[[], Any], callback_group: CallbackGroup | None = None
    ) -> GuardCondition:
        group = callback_group or self.default_callback_group
        guard = GuardCondition(callback, group, context=self.context)
        guard.handle.on_change = self.handle.waker
        group.add_entity(guard)
        self._rclpy_add("guard", guard)
        return guard

    def create_rate(self, frequency: float, clock: Clock | None = None) -> Rate:
        """`frequency` in Hz, > 0."""
        if frequency <= 0:
            raise ValueError(f"frequency must be > 0, not {frequency}")
        return Rate(self.create_timer(1.0 / frequency, None, self._rate_group, clock), context=self.context)


def _qos_or_depth(qos_or_depth: QoSProfile | int) -> QoSProfile:
    if isinstance(qos_or_depth, QoSProfile):
        return qos_or_depth
    if not isinstance(qos_or_depth, int):
        raise TypeError(f"Expected QoSProfile or int, but received {type(qos_or_depth)!r}")
    if qos_or_depth < 0:
        raise ValueError(f"history depth must be greater than or equal to zero, not {qos_or_depth}")
    return QoSProfile(depth=qos_or_depth)
