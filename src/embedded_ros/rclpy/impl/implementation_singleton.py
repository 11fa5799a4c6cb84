"""Stands where Jazzy has its compiled module: its exceptions and enums, and an error by name for the rest."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NoReturn

from rclpy.clock_type import ClockType
from rclpy.impl import errors
from rclpy.impl.clock_handle import ClockChange
from rclpy.impl.endpoints import RequestId, ServiceInfo
from rclpy.impl.goal_state import GoalEvent
from rclpy.qos import QoSCompatibility
from rclpy.service_introspection import ServiceIntrospectionState
from rclpy.signals import SignalHandlerOptions


class _Implementation(SimpleNamespace):
    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"rclpy's compiled part has no '{name}' in the embedded underlay")


rclpy_implementation = _Implementation(
    ClockChange=ClockChange,
    ClockType=ClockType,
    GoalEvent=GoalEvent,
    InvalidHandle=errors.InvalidHandle,
    NodeNameNonExistentError=errors.NodeNameNonExistentError,
    QoSCompatibility=QoSCompatibility,
    RCLError=errors.RCLError,
    RCLInvalidROSArgsError=errors.RCLInvalidROSArgsError,
    SignalHandlerOptions=SignalHandlerOptions,
    UnknownROSArgsError=errors.UnknownROSArgsError,
    UnsupportedEventTypeError=errors.UnsupportedEventTypeError,
    rmw_request_id_t=RequestId,
    rmw_service_info_t=ServiceInfo,
    service_introspection=SimpleNamespace(ServiceIntrospectionState=ServiceIntrospectionState),
)
