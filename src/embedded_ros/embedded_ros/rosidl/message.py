"""What every generated message, service and action class has in common. The classes themselves come from `builder`."""

from __future__ import annotations

import array
from typing import ClassVar

import numpy as np

from embedded_ros.rosidl.model import Structure
from rosidl_parser.definition import AbstractType


class MessageType(type):
    """The class of message classes: keeps their constants and defaults from being assigned."""

    def __setattr__(cls, name: str, value: object) -> None:
        if name.isupper() and name in cls.__dict__:
            raise AttributeError(f"'{cls.__module__}.{cls.__name__}.{name}' is a constant and can't be assigned")
        super().__setattr__(name, value)


class Message(metaclass=MessageType):
    """Base of generated messages: fields are typed properties over slots, as Jazzy's generator makes them."""

    __slots__ = ()

    # Capitals, because no field's slot can have such a name.
    _STRUCTURE: ClassVar[Structure]
    _INTERFACE: ClassVar[str]
    _fields_and_field_types: ClassVar[dict[str, str]]
    SLOT_TYPES: ClassVar[tuple[AbstractType, ...]] = ()
    _check_fields: bool

    @classmethod
    def get_fields_and_field_types(cls) -> dict[str, str]:
        """IDL type text by field name, in wire order: {'stamp': 'builtin_interfaces/Time', 'frame_id': 'string'}."""
        return dict(cls._fields_and_field_types)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self.__class__):
            return False
        return all(_equal(getattr(self, name), getattr(other, name)) for name in self._fields_and_field_types)

    __hash__ = None  # type: ignore[assignment]  # mutable, as in Jazzy

    def __repr__(self) -> str:
        cls = type(self)
        typename = ".".join([*cls.__module__.split(".")[:-1], cls.__name__])
        fields = ", ".join(f"{name}={_text(getattr(self, name))}" for name in self._fields_and_field_types)
        return f"{typename}({fields})"


class Service:
    """Base of service classes; Request, Response and Event are message classes."""

    __slots__ = ()

    _INTERFACE: ClassVar[str]
    Request: ClassVar[type[Message]]
    Response: ClassVar[type[Message]]
    Event: ClassVar[type[Message]]

    def __init__(self) -> None:
        raise NotImplementedError("Service classes can not be instantiated")


class ActionImpl:
    """The services and messages that an action consists of on the wire."""

    __slots__ = ()

    SendGoalService: ClassVar[type[Service]]
    GetResultService: ClassVar[type[Service]]
    FeedbackMessage: ClassVar[type[Message]]
    CancelGoalService: ClassVar[type[Service]]
    GoalStatusMessage: ClassVar[type[Message]]


class Action:
    """Base of action classes; Goal, Result and Feedback are message classes."""

    __slots__ = ()

    _INTERFACE: ClassVar[str]
    Goal: ClassVar[type[Message]]
    Result: ClassVar[type[Message]]
    Feedback: ClassVar[type[Message]]
    Impl: ClassVar[type[ActionImpl]]

    def __init__(self) -> None:
        raise NotImplementedError("Action classes can not be instantiated")


def _equal(left: object, right: object) -> bool:
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return np.array_equal(left, right)
    return bool(left == right)


def _text(value: object) -> str:
    # The values of an array('f', [...]) without what says how they are stored.
    if isinstance(value, array.array):
        return repr(value.tolist())
    return repr(value)
