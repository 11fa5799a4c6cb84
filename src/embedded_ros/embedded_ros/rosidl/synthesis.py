"""Structures that follow from a service's or an action's definition, and the registry of all structures."""

from __future__ import annotations

import threading
from typing import Final

from embedded_ros.rosidl.errors import InterfaceNotFoundError
from embedded_ros.rosidl.idl import parse_idl
from embedded_ros.rosidl.lookup import find_definition
from embedded_ros.rosidl.model import (
    KINDS,
    ActionDefinition,
    Definition,
    Field,
    Kind,
    ServiceDefinition,
    Structure,
)
from embedded_ros.rosidl.parser import parse
from rosidl_parser.definition import (
    AbstractType,
    BasicType,
    BoundedSequence,
    NamespacedType,
)

_UUID: Final = NamespacedType(("unique_identifier_msgs", "msg"), "UUID")
_TIME: Final = NamespacedType(("builtin_interfaces", "msg"), "Time")
_EVENT_INFO: Final = NamespacedType(("service_msgs", "msg"), "ServiceEventInfo")

_definitions: dict[str, Definition] = {}
_lock = threading.RLock()


def definition(interface: str) -> Definition:
    """The definition of 'pkg/msg/X', 'pkg/srv/X', 'pkg/action/X', or of a part: 'pkg/srv/X_Request',
    'pkg/action/X_SendGoal', 'pkg/action/X_SendGoal_Request', … Raises InterfaceNotFoundError, DefinitionError.
    """
    found = _definitions.get(interface)
    if found is None:
        with _lock:
            _load(interface)
            found = _definitions.get(interface)
    if found is None:
        raise InterfaceNotFoundError(interface, "a service or action has no such part")
    return found


def structure(interface: str) -> Structure:
    """Like `definition`, of something that has fields."""
    found = definition(interface)
    if not isinstance(found, Structure):
        raise InterfaceNotFoundError(interface, "not a message: name one of its parts, such as _Request or _Goal")
    return found


def split_name(interface: str) -> tuple[str, Kind, str]:
    """('std_msgs', 'msg', 'String') of 'std_msgs/msg/String'. Raises InterfaceNotFoundError."""
    parts = interface.split("/")
    if len(parts) == 3 and all(parts):
        for kind in KINDS:
            if parts[1] == kind:
                return parts[0], kind, parts[2]
    raise InterfaceNotFoundError(interface, "expected 'package/msg/Name', 'package/srv/Name' or 'package/action/Name'")


def _load(interface: str) -> None:
    package, kind, name = split_name(interface)
    root = name.partition("_")[0]
    path = find_definition(package, kind, root)
    text = path.read_text(encoding="utf-8")
    is_idl = path.suffix == ".idl"
    parsed = parse_idl(text, package, root, str(path)) if is_idl else parse(text, package, kind, root, str(path))
    for part in _with_parts(parsed):
        _definitions.setdefault(part.interface_name, part)


def _with_parts(parsed: Definition) -> list[Definition]:
    if isinstance(parsed, ServiceDefinition):
        return _service_parts(parsed)
    if isinstance(parsed, ActionDefinition):
        return _action_parts(parsed)
    return [parsed]


def send_goal_service(action: ActionDefinition) -> ServiceDefinition:
    """{goal_id, goal} → {accepted, stamp}."""
    name = f"{action.name}_SendGoal"
    return ServiceDefinition(
        package=action.package,
        kind="action",
        name=name,
        request=_made(action, f"{name}_Request", goal_id=_UUID, goal=_type_of(action.goal)),
        response=_made(action, f"{name}_Response", accepted=BasicType("boolean"), stamp=_TIME),
    )


def get_result_service(action: ActionDefinition) -> ServiceDefinition:
    """{goal_id} → {status, result}."""
    name = f"{action.name}_GetResult"
    return ServiceDefinition(
        package=action.package,
        kind="action",
        name=name,
        request=_made(action, f"{name}_Request", goal_id=_UUID),
        response=_made(action, f"{name}_Response", status=BasicType("int8"), result=_type_of(action.result)),
    )


def feedback_message(action: ActionDefinition) -> Structure:
    """{goal_id, feedback}."""
    return _made(action, f"{action.name}_FeedbackMessage", goal_id=_UUID, feedback=_type_of(action.feedback))


def event_message(service: ServiceDefinition) -> Structure:
    """{info, at most one request, at most one response}: what service introspection publishes."""
    return _made(
        service,
        f"{service.name}_Event",
        info=_EVENT_INFO,
        request=BoundedSequence(_type_of(service.request), 1),
        response=BoundedSequence(_type_of(service.response), 1),
    )


def _service_parts(service: ServiceDefinition) -> list[Definition]:
    return [service, service.request, service.response, event_message(service)]


def _action_parts(action: ActionDefinition) -> list[Definition]:
    return [
        action,
        action.goal,
        action.result,
        action.feedback,
        *_service_parts(send_goal_service(action)),
        *_service_parts(get_result_service(action)),
        feedback_message(action),
    ]


def _made(owner: ServiceDefinition | ActionDefinition, name: str, **fields: AbstractType) -> Structure:
    kind: Kind = owner.kind if isinstance(owner, ServiceDefinition) else "action"
    return Structure(
        package=owner.package,
        kind=kind,
        name=name,
        fields=tuple(Field(name=field, type=type_) for field, type_ in fields.items()),
    )


def _type_of(part: Structure) -> NamespacedType:
    return NamespacedType((part.package, part.kind), part.name)
