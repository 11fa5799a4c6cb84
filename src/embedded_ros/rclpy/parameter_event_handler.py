"""Calls back when parameters change, of this node or another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.msg import ParameterEvent

from rclpy.callback_groups import CallbackGroup
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.impl.names import join
from rclpy.node import Node
from rclpy.qos import QoSProfile, qos_profile_parameter_events
from rclpy.qos_overriding_options import QoSOverridingOptions


class ParameterCallbackHandle:
    """A callback for one parameter of one node."""

    def __init__(self, parameter_name: str, node_name: str, callback: Callable[[ParameterMsg], Any]) -> None:
        self.parameter_name = parameter_name
        self.node_name = node_name
        self.callback = callback


class ParameterEventCallbackHandle:
    """A callback for every event."""

    def __init__(self, callback: Callable[[ParameterEvent], Any]) -> None:
        self.callback = callback


class ParameterEventHandler:
    """Listens on /parameter_events; the newest callback is called first."""

    class Callbacks:
        """The callbacks that are registered."""

        def __init__(self) -> None:
            self.parameter_callbacks: dict[tuple[str, str], list[ParameterCallbackHandle]] = {}
            self.event_callbacks: list[ParameterEventCallbackHandle] = []
            self._lock = threading.Lock()

        def event_callback(self, event: ParameterEvent) -> None:
            with self._lock:
                parameter_callbacks = {key: list(handles) for key, handles in self.parameter_callbacks.items()}
                event_callbacks = list(self.event_callbacks)
            for (parameter_name, node_name), handles in parameter_callbacks.items():
                parameter = ParameterEventHandler.get_parameter_from_event(event, parameter_name, node_name)
                for handle in handles if parameter is not None else ():
                    handle.callback(parameter)
            for event_handle in event_callbacks:
                event_handle.callback(event)

        def add_parameter_callback(
            self, parameter_name: str, node_name: str, callback: Callable[[ParameterMsg], Any]
        ) -> ParameterCallbackHandle:
            handle = ParameterCallbackHandle(parameter_name, node_name, callback)
            with self._lock:
                self.parameter_callbacks.setdefault((parameter_name, node_name), []).insert(0, handle)
            return handle

        def remove_parameter_callback(self, handle: ParameterCallbackHandle) -> None:
            with self._lock:
                key = (handle.parameter_name, handle.node_name)
                _remove(self.parameter_callbacks.get(key, []), handle)
                if not self.parameter_callbacks[key]:
                    del self.parameter_callbacks[key]

        def add_parameter_event_callback(
            self, callback: Callable[[ParameterEvent], Any]
        ) -> ParameterEventCallbackHandle:
            handle = ParameterEventCallbackHandle(callback)
            with self._lock:
                self.event_callbacks.insert(0, handle)
            return handle

        def remove_parameter_event_callback(self, handle: ParameterEventCallbackHandle) -> None:
            with self._lock:
                _remove(self.event_callbacks, handle)

    def __init__(
        self,
        node: Node,
        qos_profile: QoSProfile = qos_profile_parameter_events,
        callback_group: CallbackGroup | None = None,
        event_callbacks: SubscriptionEventCallbacks | None = None,
        qos_overriding_options: QoSOverridingOptions | None = None,
        raw: bool = False,
    ) -> None:
        self.node = node
        self.qos_profile = qos_profile
        self._callbacks = ParameterEventHandler.Callbacks()
        self.parameter_event_subscription = node.create_subscription(
            ParameterEvent,
            "/parameter_events",
            self._callbacks.event_callback,
            qos_profile,
            callback_group=callback_group,
            event_callbacks=event_callbacks,
            qos_overriding_options=qos_overriding_options,
            raw=raw,
        )

    def destroy(self) -> None:
        self.node.destroy_subscription(self.parameter_event_subscription)

    @staticmethod
    def get_parameter_from_event(event: ParameterEvent, parameter_name: str, node_name: str) -> ParameterMsg | None:
        """The new or changed parameter of that node in the event, or None."""
        if event.node != node_name:
            return None
        found = (item for item in ParameterEventHandler.get_parameters_from_event(event) if item.name == parameter_name)
        return next(found, None)

    @staticmethod
    def get_parameters_from_event(event: ParameterEvent) -> Iterable[ParameterMsg]:
        """New and changed parameters."""
        return chain(event.new_parameters, event.changed_parameters)

    def add_parameter_callback(
        self, parameter_name: str, node_name: str, callback: Callable[[ParameterMsg], Any]
    ) -> ParameterCallbackHandle:
        """`callback(parameter)` when it is set; an empty node name means this node."""
        return self._callbacks.add_parameter_callback(parameter_name, self._resolve_path(node_name), callback)

    def remove_parameter_callback(self, handle: ParameterCallbackHandle) -> None:
        """Raises RuntimeError where it is not registered."""
        self._callbacks.remove_parameter_callback(handle)

    def add_parameter_event_callback(self, callback: Callable[[ParameterEvent], Any]) -> ParameterEventCallbackHandle:
        return self._callbacks.add_parameter_event_callback(callback)

    def remove_parameter_event_callback(self, handle: ParameterEventCallbackHandle) -> None:
        """Raises RuntimeError where it is not registered."""
        self._callbacks.remove_parameter_event_callback(handle)

    def _resolve_path(self, node_path: str | None = None) -> str:
        if not node_path:
            return self.node.get_fully_qualified_name()
        return node_path if node_path.startswith("/") else join(self.node.get_namespace(), node_path)


def _remove(handles: list[Any], handle: ParameterCallbackHandle | ParameterEventCallbackHandle) -> None:
    if handle not in handles:
        raise RuntimeError("Callback doesn't exist")
    handles.remove(handle)
