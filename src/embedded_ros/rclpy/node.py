"""Nodes: where publishers, subscriptions, services, timers and parameters live.

As in Jazzy, what a node makes and raises can be imported from here, too.
"""

from __future__ import annotations

import weakref
from typing import TypeVar

from rcl_interfaces.msg import ParameterDescriptor, ParameterEvent

from rclpy.callback_groups import CallbackGroup, MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from rclpy.client import Client as Client
from rclpy.clock import Clock, ROSClock
from rclpy.context import Context
from rclpy.event_handler import PublisherEventCallbacks as PublisherEventCallbacks
from rclpy.event_handler import SubscriptionEventCallbacks as SubscriptionEventCallbacks
from rclpy.exceptions import InvalidHandle as InvalidHandle
from rclpy.exceptions import InvalidParameterTypeException as InvalidParameterTypeException
from rclpy.exceptions import InvalidParameterValueException as InvalidParameterValueException
from rclpy.exceptions import InvalidTopicNameException as InvalidTopicNameException
from rclpy.exceptions import NotInitializedException
from rclpy.exceptions import ParameterAlreadyDeclaredException as ParameterAlreadyDeclaredException
from rclpy.exceptions import ParameterImmutableException as ParameterImmutableException
from rclpy.exceptions import ParameterNotDeclaredException as ParameterNotDeclaredException
from rclpy.exceptions import ParameterUninitializedException as ParameterUninitializedException
from rclpy.executors import Executor
from rclpy.guard_condition import GuardCondition as GuardCondition
from rclpy.impl.errors import NodeNameNonExistentError as NodeNameNonExistentError
from rclpy.impl.node_creation import NodeCreation
from rclpy.impl.node_entities import NodeEntities
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.node_parameters import NodeParameters
from rclpy.impl.rcutils_logger import RcutilsLogger
from rclpy.logging import get_logger
from rclpy.logging_service import LoggingService
from rclpy.parameter import Parameter
from rclpy.parameter_service import ParameterService
from rclpy.publisher import Publisher as Publisher
from rclpy.qos import QoSProfile as QoSProfile
from rclpy.qos import qos_profile_parameter_events
from rclpy.qos_overriding_options import QoSOverridingOptions as QoSOverridingOptions
from rclpy.service import Service as Service
from rclpy.subscription import Subscription as Subscription
from rclpy.time_source import TimeSource
from rclpy.timer import Rate as Rate
from rclpy.timer import Timer as Timer
from rclpy.topic_endpoint_info import TopicEndpointInfo as TopicEndpointInfo
from rclpy.type_description_service import TypeDescriptionService
from rclpy.utilities import get_default_context
from rclpy.waitable import Waitable as Waitable

HIDDEN_NODE_PREFIX = "_"
MsgType = TypeVar("MsgType")
SrvType = TypeVar("SrvType")
SrvTypeRequest = TypeVar("SrvTypeRequest")
SrvTypeResponse = TypeVar("SrvTypeResponse")


class Node(NodeCreation):
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
        NodeEntities.__init__(self)
        self._default_callback_group = MutuallyExclusiveCallbackGroup()
        self._rate_group = ReentrantCallbackGroup()
        self._parameter_event_publisher = None
        NodeParameters.__init__(self, allow_undeclared_parameters)
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

    def destroy_node(self) -> None:
        """Destroy all that the node has, then its place in the graph."""
        self._parameter_event_publisher = None
        self._rclpy_destroy_all()
        self.handle.destroy_when_not_in_use()
        self._wake_executor()
