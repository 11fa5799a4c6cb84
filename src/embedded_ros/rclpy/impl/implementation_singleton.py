"""Stands where Jazzy has its compiled module: the same names, found where they are here, when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_NAMES = {
    "rclpy.clock_type": ("ClockType",),
    "rclpy.impl.clock_handle": ("ClockChange",),
    "rclpy.impl.endpoints": ("rmw_request_id_t=RequestId", "rmw_service_info_t=ServiceInfo"),
    "rclpy.impl.errors": (
        "InvalidHandle",
        "NodeNameNonExistentError",
        "RCLError",
        "RCLInvalidROSArgsError",
        "TimerCancelledError",
        "UnknownROSArgsError",
        "UnsupportedEventTypeError",
    ),
    "rclpy.impl.event_infos": (
        "QoSPublisherEventType",
        "QoSSubscriptionEventType",
        "rmw_incompatible_type_status_t=IncompatibleTypeInfo",
        "rmw_liveliness_changed_status_t=QoSLivelinessChangedInfo",
        "rmw_liveliness_lost_status_t=QoSLivelinessLostInfo",
        "rmw_matched_status_t=QoSSubscriptionMatchedInfo",
        "rmw_message_lost_status_t=QoSMessageLostInfo",
        "rmw_offered_deadline_missed_status_t=QoSOfferedDeadlineMissedInfo",
        "rmw_requested_deadline_missed_status_t=QoSRequestedDeadlineMissedInfo",
        "rmw_requested_qos_incompatible_event_status_t=QoSRequestedIncompatibleQoSInfo",
    ),
    "rclpy.impl.event_sources": ("EventHandle=open_source",),
    "rclpy.impl.goal_state": ("GoalEvent",),
    "rclpy.impl.lifecycle_state_machine": ("LifecycleStateMachine", "TransitionCallbackReturnType"),
    "rclpy.impl.rcl_handles": ("Client", "GuardCondition", "Publisher", "Service", "Subscription", "Timer"),
    "rclpy.impl.wait_set": ("WaitSet",),
    "rclpy.impl.c_qos_profile": ("rmw_qos_profile_t=CQoSProfile",),
    "rclpy.qos": ("QoSCompatibility", "rclpy_qos_check_compatible=qos_check_compatible"),
    "rclpy.signals": ("SignalHandlerOptions",),
}
_SUBMODULES = {"service_introspection": "rclpy.service_introspection"}
_PLACES = {
    entry.partition("=")[0]: (module, entry.rpartition("=")[2])
    for module, entries in _NAMES.items()
    for entry in entries
}


class _Implementation:
    """Raises AttributeError for what only the compiled module has."""

    def __getattr__(self, name: str) -> Any:
        if name in _SUBMODULES:
            return import_module(_SUBMODULES[name])
        if name not in _PLACES:
            raise AttributeError(f"rclpy's compiled part has no '{name}' in the embedded underlay")
        module, attribute = _PLACES[name]
        found = getattr(import_module(module), attribute)
        setattr(self, name, found)
        return found


rclpy_implementation = _Implementation()
