"""Nodes: where publishers, subscriptions, services, timers and parameters live."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from rcl_interfaces.msg import ParameterDescriptor, ParameterEvent

from rclpy.callback_groups import CallbackGroup, MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from rclpy.client import Client
from rclpy.clock import Clock, ROSClock
from rclpy.constants import S_TO_NS
from rclpy.context import Context
from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
from rclpy.exceptions import NotInitializedException
from rclpy.executors import Executor
from rclpy.guard_condition import GuardCondition
from rclpy.impl.endpoints import ClientHandle, PublisherHandle, ServiceHandle, SubscriptionHandle
from rclpy.impl.errors import NodeNameNonExistentError as NodeNameNonExistentError
from rclpy.impl.node_entities import NodeEntities
from rclpy.impl.node_graph import NodeGraph
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.node_parameters import NodeParameters
from rclpy.impl.rcutils_logger import RcutilsLogger
from rclpy.logging import get_logger
from rclpy.logging_service import LoggingService
from rclpy.parameter import Parameter
from rclpy.parameter_service import ParameterService
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile, qos_profile_parameter_events, qos_profile_services_default
from rclpy.qos_overriding_options import QoSOverridingOptions, _declare_qos_parameters
from rclpy.service import Service
from rclpy.subscription import Subscription
from rclpy.time_source import TimeSource
from rclpy.timer import Rate, Timer
from rclpy.type_description_service import TypeDescriptionService
from rclpy.type_support import check_is_valid_msg_type, check_is_valid_srv_type
from rclpy.utilities import get_default_context
from rclpy.validate_topic_name import validate_topic_name

HIDDEN_NODE_PREFIX = "_"
MsgType = TypeVar("MsgType")
SrvType = TypeVar("SrvType")
SrvTypeRequest = TypeVar("SrvTypeRequest")
SrvTypeResponse = TypeVar("SrvTypeResponse")


class Node(NodeParameters, NodeGraph, NodeEntities):
    """A participant of the ROS graph.

    Raises NotInitializedException before rclpy.init(), InvalidNodeNameException and InvalidNamespaceException.
    """

    def __init__(
        self,
        node_name: str,
        *,
        context: Context | None = None,
        cli_args: list[str] | None = None,
        namespace: str | None = None,
        use_global_arguments: bool = True,
        enable_rosout: bool = True,
        start_parameter_services: bool = True,
        parameter_overrides: list[Parameter] | None = None,
        allow_undeclared_parameters: bool = False,
        automatically_declare_parameters_from_overrides: bool = False,
        enable_logger_service: bool = False,
    ) -> None:
        self._context = get_default_context() if context is None else context
        if self._context.handle is None or not self._context.ok():
            raise NotInitializedException("cannot create node")
        self._init_entities()
        self._default_callback_group = MutuallyExclusiveCallbackGroup()
        self._rate_group = ReentrantCallbackGroup()
        self._parameter_event_publisher = None
        self._init_parameters(allow_undeclared_parameters)
        namespace = namespace or "/"
        self.__handle = NodeHandle(
            node_name,
            namespace if namespace.startswith("/") else f"/{namespace}",
            self._context.handle,
            cli_args,
            use_global_arguments,
            enable_rosout,
        )
        self._logger = get_logger(self.__handle.logger_name())
        self._parameter_event_publisher = self.create_publisher(
            ParameterEvent, "/parameter_events", qos_profile_parameter_events
        )
        overrides = self.__handle.parameter_overrides()
        self._parameter_overrides = {name: Parameter(name, value=value) for name, value in overrides.items()}
        self._parameter_overrides.update({parameter.name: parameter for parameter in parameter_overrides or []})
        self._clock = ROSClock()
        if automatically_declare_parameters_from_overrides:
            self.declare_parameters(
                "",
                [(name, given.value, ParameterDescriptor()) for name, given in self._parameter_overrides.items()],
                ignore_override=True,
            )
        self._time_source = TimeSource(node=self)
        self._time_source.attach_clock(self._clock)
        if start_parameter_services:
            self._parameter_service = ParameterService(self)
        if enable_logger_service:
            self._logger_service = LoggingService(self)
        self._type_description_service = TypeDescriptionService(self)

    @property
    def executor(self) -> Executor | None:
        """The executor that the node was added to last."""
        reference = self.__handle.waker.executor
        return reference() if reference is not None else None

    @executor.setter
    def executor(self, new_executor: Executor | None) -> None:
        current = self.executor
        if current is new_executor:
            return
        if current is not None:
            current.remove_node(self)
        if new_executor is None:
            self.__handle.waker.executor = None
            return
        self.__handle.waker.executor = weakref.ref(new_executor)
        new_executor.add_node(self)

    def _wake_executor(self) -> None:
        self.__handle.waker()

    @property
    def context(self) -> Context:
        return self._context

    @property
    def default_callback_group(self) -> CallbackGroup:
        return self._default_callback_group

    @property
    def handle(self) -> NodeHandle:
        return self.__handle

    @handle.setter
    def handle(self, value: object) -> None:
        raise AttributeError("handle cannot be modified after node creation")

    def get_name(self) -> str:
        with self.handle:
            return self.handle.get_node_name()

    def get_namespace(self) -> str:
        with self.handle:
            return self.handle.get_namespace()

    def get_fully_qualified_name(self) -> str:
        with self.handle:
            return self.handle.get_fully_qualified_name()

    def get_clock(self) -> Clock:
        return self._clock

    def get_logger(self) -> RcutilsLogger:
        return self._logger

    def resolve_topic_name(self, topic: str, *, only_expand: bool = False) -> str:
        """Absolute name after remapping. Raises InvalidTopicNameException."""
        return self._resolve(topic, only_expand, is_service=False)

    def resolve_service_name(self, service: str, *, only_expand: bool = False) -> str:
        """Absolute name after remapping. Raises InvalidServiceNameException."""
        return self._resolve(service, only_expand, is_service=True)

    def _resolve(self, name: str, only_expand: bool, *, is_service: bool) -> str:
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
        self._add("publisher", publisher)
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
        self._add("subscription", subscription)
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
        self._add("client", client)
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
        self._add("service", service)
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
        self._add("timer", timer)
        return timer

    def create_guard_condition(
        self, callback: Callable[[], Any], callback_group: CallbackGroup | None = None
    ) -> GuardCondition:
        group = callback_group or self.default_callback_group
        guard = GuardCondition(callback, group, context=self.context)
        guard.handle.on_change = self.handle.waker
        group.add_entity(guard)
        self._add("guard", guard)
        return guard

    def create_rate(self, frequency: float, clock: Clock | None = None) -> Rate:
        """`frequency` in Hz, > 0."""
        if frequency <= 0:
            raise ValueError(f"frequency must be > 0, not {frequency}")
        return Rate(self.create_timer(1.0 / frequency, None, self._rate_group, clock), context=self.context)

    def destroy_node(self) -> None:
        """Destroy all that the node has, then its place in the graph."""
        self._parameter_event_publisher = None
        for action in self._entities("waitable"):
            if hasattr(action, "action_type"):
                action.destroy()
        for kind in ("publisher", "subscription", "client", "service", "timer", "guard"):
            for entity in self._entities(kind):
                self._destroy_entity(kind, entity)
        self._type_description_service.destroy()
        self.handle.destroy_when_not_in_use()
        self._wake_executor()


def _qos_or_depth(qos_or_depth: QoSProfile | int) -> QoSProfile:
    if isinstance(qos_or_depth, QoSProfile):
        return qos_or_depth
    if not isinstance(qos_or_depth, int):
        raise TypeError(f"Expected QoSProfile or int, but received {type(qos_or_depth)!r}")
    if qos_or_depth < 0:
        raise ValueError(f"history depth must be greater than or equal to zero, not {qos_or_depth}")
    return QoSProfile(depth=qos_or_depth)
