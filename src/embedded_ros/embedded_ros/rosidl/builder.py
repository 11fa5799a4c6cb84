"""Python classes from definitions: messages, services and actions, each built once and kept."""

from __future__ import annotations

import array
import operator
import os
import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from keyword import iskeyword
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np

from embedded_ros.rosidl.checks import conversion, exact_type, field_check, packed_typecode
from embedded_ros.rosidl.errors import DefinitionError, InterfaceNotFoundError
from embedded_ros.rosidl.message import Action, ActionImpl, Message, Service
from embedded_ros.rosidl.model import (
    ActionDefinition,
    Field,
    ServiceDefinition,
    Structure,
    basic,
    element_type,
    interface_of,
)
from embedded_ros.rosidl.synthesis import definition
from rosidl_parser.definition import (
    AbstractGenericString,
    AbstractNestableType,
    AbstractSequence,
    AbstractType,
    AbstractWString,
    Array,
    BoundedSequence,
    NamespacedType,
)

Interface: TypeAlias = "type[Message | Service | Action]"

UNSET: Final = object()
"""What a constructor's argument is when it was not given."""

CHECK_FIELDS: Final = os.environ.get("ROS_PYTHON_CHECK_FIELDS") != "0"
"""Whether assignments are checked where the constructor's `check_fields` does not say. Jazzy's default is no: there
a wrong value is stored, and ends the process when it is published."""

_classes: dict[str, Interface] = {}
_lock = threading.RLock()


def interface_class(interface: str) -> Interface:
    """The class of 'pkg/msg/X', 'pkg/srv/X', 'pkg/action/X' or a part.

    Raises InterfaceNotFoundError, DefinitionError.
    """
    found = _classes.get(interface)
    if found is None:
        with _lock:
            found = _classes.get(interface) or _build(interface)
            _classes[interface] = found
    return found


def message_class(interface: str) -> type[Message]:
    """Like `interface_class`, of something that has fields."""
    found = interface_class(interface)
    if not issubclass(found, Message):
        raise InterfaceNotFoundError(interface, "not a message")
    return found


def service_class(interface: str) -> type[Service]:
    """Like `interface_class`, of a service."""
    found = interface_class(interface)
    if not issubclass(found, Service):
        raise InterfaceNotFoundError(interface, "not a service")
    return found


def module_stem(name: str) -> str:
    """The generated module's name: 'LaserScan' → 'laser_scan', 'PointCloud2' → 'point_cloud2'."""
    stem = name.partition("_")[0]
    stem = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", stem)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", stem).lower()


def attribute_name(field: str) -> str:
    """The field's name in Python: a keyword gets a trailing underscore."""
    return field + "_" if iskeyword(field) else field


def _build(interface: str) -> Interface:
    found = definition(interface)
    if isinstance(found, ServiceDefinition):
        return _build_service(found)
    if isinstance(found, ActionDefinition):
        return _build_action(found)
    return _build_message(found)


def _namespace(interface: str, doc: str) -> dict[str, Any]:
    package, kind, name = interface.split("/")
    return {
        "__slots__": (),
        "__module__": f"{package}.{kind}._{module_stem(name)}",
        "__qualname__": name,
        "__doc__": doc,
        "_INTERFACE": interface,
    }


def _build_service(service: ServiceDefinition) -> type[Service]:
    name = service.interface_name
    parts = {part: message_class(f"{name}_{part}") for part in ("Request", "Response", "Event")}
    return type(service.name, (Service,), _namespace(name, f"Service '{name}'.") | parts)


def _build_action(action: ActionDefinition) -> type[Action]:
    name = action.interface_name
    impl = type(
        "Impl",
        (ActionImpl,),
        {
            "__slots__": (),
            "SendGoalService": service_class(f"{name}_SendGoal"),
            "GetResultService": service_class(f"{name}_GetResult"),
            "FeedbackMessage": message_class(f"{name}_FeedbackMessage"),
            "CancelGoalService": service_class("action_msgs/srv/CancelGoal"),
            "GoalStatusMessage": message_class("action_msgs/msg/GoalStatusArray"),
        },
    )
    parts = {part: message_class(f"{name}_{part}") for part in ("Goal", "Result", "Feedback")}
    return type(action.name, (Action,), _namespace(name, f"Action '{name}'.") | parts | {"Impl": impl})


def _build_message(structure: Structure) -> type[Message]:
    nested = {field.name: _nested_class(structure, field) for field in structure.fields}
    names = [attribute_name(field.name) for field in structure.fields]
    namespace = _namespace(structure.interface_name, f"Message '{structure.interface_name}'.")
    namespace |= {constant.name: constant.value for constant in structure.constants}
    namespace |= {
        "__slots__": [*(f"_{name}" for name in names), "_check_fields"],
        "_STRUCTURE": structure,
        "_fields_and_field_types": {
            name: type_text(field.type) for name, field in zip(names, structure.fields, strict=True)
        },
        "SLOT_TYPES": tuple(field.type for field in structure.fields),
    }
    factories = {name: _factory(field, nested[field.name]) for name, field in zip(names, structure.fields, strict=True)}
    for name, field in zip(names, structure.fields, strict=True):
        if field.default is not None:
            namespace[f"{name.upper()}__DEFAULT"] = factories[name]()
    namespace["__init__"] = _constructor(structure.name, factories)
    cls: type[Message] = type(structure.name, (Message,), namespace)
    for name, field in zip(names, structure.fields, strict=True):
        setattr(cls, name, _property(cls, name, field, nested[field.name]))
    return cls


def _nested_class(structure: Structure, field: Field) -> type[Message] | None:
    element = element_type(field.type)
    if not isinstance(element, NamespacedType):
        return None
    try:
        return message_class(interface_of(element))
    except InterfaceNotFoundError as error:
        raise DefinitionError(structure.path, 0, "", f"field '{field.name}': {error}") from None


def _property(cls: type[Message], name: str, field: Field, nested: type[Message] | None) -> property:
    store = cls.__dict__[f"_{name}"].__set__
    check = field_check(name, field.type, nested)
    convert = conversion(field.type)
    exact = exact_type(field.type, nested)

    def assign(self: Message, value: object) -> None:
        if type(value) is not exact:
            value = check(value) if getattr(self, "_check_fields", CHECK_FIELDS) else convert(value)
        store(self, value)

    return property(operator.attrgetter(f"_{name}"), assign, doc=f"Message field '{name}'.")


def _factory(field: Field, nested: type[Message] | None) -> Callable[[], object]:
    """Makes the field's initial value."""
    type_ = field.type
    code = packed_typecode(type_)
    if isinstance(type_, Array):
        if code is not None:
            return partial(np.array, field.default or (0,) * type_.size, dtype=np.dtype(code))
        if field.default is not None:
            return partial(list, field.default)
        single = nested or partial(_zero, type_.value_type)
        return lambda: [single() for _ in range(type_.size)]
    if isinstance(type_, AbstractSequence):
        initial: tuple[Any, ...] = field.default if isinstance(field.default, tuple) else ()
        return partial(array.array, code, initial) if code is not None else partial(list, initial)
    if nested is not None:
        return nested
    value = field.default if field.default is not None else _zero(element_type(type_))
    return lambda: value


def _zero(type_: AbstractNestableType) -> object:
    if isinstance(type_, AbstractGenericString):
        return ""
    return {"boolean": False, "octet": b"\0", "char": "\0", "float": 0.0, "double": 0.0}.get(basic(type_).typename, 0)


def _reject(name: str, unknown: Mapping[str, object]) -> NoReturn:
    raise AssertionError(f"Invalid arguments passed to constructor: {', '.join(sorted(unknown))} (of {name})")


def _constructor(name: str, factories: Mapping[str, Callable[[], object]]) -> Callable[..., None]:
    """`__init__`, as source made to measure: a loop over the fields would take three times as long."""
    arguments = "".join(f"{field}=_UNSET, " for field in factories)
    lines = [
        f"def __init__(_self, *, {arguments}check_fields=_default, **_unknown):",
        " if _unknown: _reject(_name, _unknown)",
        " _self._check_fields = check_fields",
    ]
    environment: dict[str, Any] = {"_UNSET": UNSET, "_reject": _reject, "_name": name, "_default": CHECK_FIELDS}
    for index, (field, factory) in enumerate(factories.items()):
        initial = factory()
        if isinstance(initial, (bool, int, float, str, bytes)):  # immutable: one value serves all
            environment[f"_new_{index}"], call = initial, ""
        else:
            environment[f"_new_{index}"], call = factory, "()"
        lines.append(f" if {field} is _UNSET: _self._{field} = _new_{index}{call}")
        lines.append(f" else: _self.{field} = {field}")
    exec("\n".join(lines), environment)  # noqa: S102  # names come from the parser's grammar
    constructor: Callable[..., None] = environment["__init__"]
    return constructor


def type_text(type_: AbstractType) -> str:
    """IDL text as Jazzy's `get_fields_and_field_types` gives it: 'sequence<double, 3>', 'geometry_msgs/Pose'."""
    element = _element_text(element_type(type_))
    if isinstance(type_, Array):
        return f"{element}[{type_.size}]"
    if isinstance(type_, BoundedSequence):
        return f"sequence<{element}, {type_.maximum_size}>"
    return f"sequence<{element}>" if isinstance(type_, AbstractSequence) else element


def _element_text(element: AbstractNestableType) -> str:
    if isinstance(element, NamespacedType):
        return f"{element.namespaces[0]}/{element.name}"
    if not isinstance(element, AbstractGenericString):
        return basic(element).typename
    bound = f"<{getattr(element, 'maximum_size', 0)}>" if element.has_maximum_size() else ""
    return ("wstring" if isinstance(element, AbstractWString) else "string") + bound
