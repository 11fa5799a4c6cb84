"""Asks another node for its parameters, and sets them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.msg import ParameterEvent
from rcl_interfaces.srv import (
    DescribeParameters,
    GetParameters,
    GetParameterTypes,
    ListParameters,
    SetParameters,
    SetParametersAtomically,
)

from rclpy.callback_groups import CallbackGroup
from rclpy.client import Client
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.parameter import Parameter as Parameter
from rclpy.parameter import parameter_dict_from_yaml_file
from rclpy.qos import QoSProfile, qos_profile_parameter_events, qos_profile_services_default
from rclpy.qos_overriding_options import QoSOverridingOptions
from rclpy.subscription import Subscription
from rclpy.task import Future

_Done = Callable[[Future], Any] | None


class AsyncParameterClient:
    """Each call gives the future of the service's response; `callback(future)` when it is there."""

    def __init__(
        self,
        node: Node,
        remote_node_name: str,
        qos_profile: QoSProfile = qos_profile_services_default,
        callback_group: CallbackGroup | None = None,
    ) -> None:
        self.remote_node_name = remote_node_name
        self.node = node

        def client(srv_type: type[Any], name: str) -> Client:
            full_name = f"{remote_node_name}/{name}"
            return node.create_client(srv_type, full_name, qos_profile=qos_profile, callback_group=callback_group)

        self._get_parameter_client = client(GetParameters, "get_parameters")
        self._list_parameter_client = client(ListParameters, "list_parameters")
        self._set_parameter_client = client(SetParameters, "set_parameters")
        self._get_parameter_types_client = client(GetParameterTypes, "get_parameter_types")
        self._describe_parameters_client = client(DescribeParameters, "describe_parameters")
        self._set_parameters_atomically_client = client(SetParametersAtomically, "set_parameters_atomically")

    def _clients(self) -> tuple[Client, ...]:
        return (
            self._get_parameter_client,
            self._list_parameter_client,
            self._set_parameter_client,
            self._get_parameter_types_client,
            self._describe_parameters_client,
            self._set_parameters_atomically_client,
        )

    def services_are_ready(self) -> bool:
        return all(client.service_is_ready() for client in self._clients())

    def wait_for_services(self, timeout_sec: float | None = None) -> bool:
        """True as soon as all six services are in the graph; False at the time-out or at shutdown."""
        deadline = None if timeout_sec is None else time.monotonic() + timeout_sec
        for client in self._clients():
            remaining = None if deadline is None else deadline - time.monotonic()
            if not client.wait_for_service(remaining):
                return False
        return True

    def list_parameters(
        self, prefixes: list[str] | None = None, depth: int | None = None, callback: _Done = None
    ) -> Future:
        request = ListParameters.Request(prefixes=prefixes or [], depth=depth or 0)
        return _call(self._list_parameter_client, request, callback)

    def get_parameters(self, names: list[str], callback: _Done = None) -> Future:
        return _call(self._get_parameter_client, GetParameters.Request(names=names), callback)

    def set_parameters(self, parameters: Sequence[Parameter | ParameterMsg], callback: _Done = None) -> Future:
        request = SetParameters.Request(parameters=_messages(parameters))
        return _call(self._set_parameter_client, request, callback)

    def describe_parameters(self, names: list[str], callback: _Done = None) -> Future:
        return _call(self._describe_parameters_client, DescribeParameters.Request(names=names), callback)

    def get_parameter_types(self, names: list[str], callback: _Done = None) -> Future:
        return _call(self._get_parameter_types_client, GetParameterTypes.Request(names=names), callback)

    def set_parameters_atomically(
        self, parameters: Sequence[Parameter | ParameterMsg], callback: _Done = None
    ) -> Future:
        request = SetParametersAtomically.Request(parameters=_messages(parameters))
        return _call(self._set_parameters_atomically_client, request, callback)

    def delete_parameters(self, names: list[str], callback: _Done = None) -> Future:
        """Only parameters with dynamic typing can be deleted."""
        return self.set_parameters([Parameter(name) for name in names], callback)

    def load_parameter_file(self, parameter_file: str, use_wildcard: bool = False, callback: _Done = None) -> Future:
        """Set what a parameter file holds; `use_wildcard`: also what stands under `/**`."""
        parameters = parameter_dict_from_yaml_file(parameter_file, use_wildcard)
        return self.set_parameters(list(parameters.values()), callback)

    def load_parameter_file_atomically(
        self, parameter_file: str, use_wildcard: bool = False, callback: _Done = None
    ) -> Future:
        parameters = parameter_dict_from_yaml_file(parameter_file, use_wildcard)
        return self.set_parameters_atomically(list(parameters.values()), callback)

    def on_parameter_event(
        self,
        callback: Callable[..., Any],
        qos_profile: QoSProfile = qos_profile_parameter_events,
        *,
        callback_group: CallbackGroup | None = None,
        event_callbacks: SubscriptionEventCallbacks | None = None,
        qos_overriding_options: QoSOverridingOptions | None = None,
        raw: bool = False,
    ) -> Subscription:
        """Subscribe to /parameter_events, of all nodes."""
        return self.node.create_subscription(
            ParameterEvent,
            "/parameter_events",
            callback,
            qos_profile,
            callback_group=callback_group,
            event_callbacks=event_callbacks,
            qos_overriding_options=qos_overriding_options,
            raw=raw,
        )


def _call(client: Client, request: Any, callback: _Done) -> Future:
    future = client.call_async(request)
    if callback is not None:
        future.add_done_callback(callback)
    return future


def _messages(parameters: Sequence[Parameter | ParameterMsg]) -> list[ParameterMsg]:
    return [item.to_parameter_msg() if isinstance(item, Parameter) else item for item in parameters]
