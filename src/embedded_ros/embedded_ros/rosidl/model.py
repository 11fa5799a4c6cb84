"""Parsed interfaces as values. Field types are those of `rosidl_parser.definition`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from rosidl_parser.definition import (
    AbstractNestableType,
    AbstractNestedType,
    AbstractType,
    BasicType,
    NamespacedType,
)

Kind: TypeAlias = Literal["msg", "srv", "action"]
Primitive: TypeAlias = "bool | int | float | str | bytes"
Value: TypeAlias = "Primitive | tuple[Primitive, ...]"

KINDS: Final[tuple[Kind, ...]] = ("msg", "srv", "action")

INTEGER_RANGES: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {f"int{bits}": (-(1 << bits - 1), (1 << bits - 1) - 1) for bits in (8, 16, 32, 64)}
    | {f"uint{bits}": (0, (1 << bits) - 1) for bits in (8, 16, 32, 64)}
)
"""Inclusive bounds of each integer type."""

FLOAT32_MAX: Final = (2.0 - 2.0**-23) * 2.0**127
"""Largest finite float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; `default` is None where the definition gives none."""

    name: str
    type: AbstractType
    default: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """One constant."""

    name: str
    type: AbstractNestableType
    value: Primitive


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A message, or a part of a service or action (then `name` has the suffix: 'Trigger_Request')."""

    package: str
    kind: Kind
    name: str
    fields: tuple[Field, ...]
    constants: tuple[Constant, ...] = ()
    path: str = ""

    @property
    def interface_name(self) -> str:
        """'std_msgs/msg/Header'."""
        return f"{self.package}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefinition:
    """A service's two written parts; what follows from them is made in `synthesis`."""

    package: str
    kind: Kind
    name: str
    request: Structure
    response: Structure

    @property
    def interface_name(self) -> str:
        """'std_srvs/srv/Trigger'."""
        return f"{self.package}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDefinition:
    """An action's three written parts; what follows from them is made in `synthesis`."""

    package: str
    name: str
    goal: Structure
    result: Structure
    feedback: Structure

    @property
    def interface_name(self) -> str:
        """'nav2_msgs/action/NavigateToPose'."""
        return f"{self.package}/action/{self.name}"


Definition: TypeAlias = "Structure | ServiceDefinition | ActionDefinition"


def element_type(type_: AbstractType) -> AbstractNestableType:
    """The type itself, or of an array's or sequence's elements."""
    return type_.value_type if isinstance(type_, AbstractNestedType) else nestable(type_)


def nestable(type_: AbstractType) -> AbstractNestableType:
    """The type, which isn't an array or sequence. Raises TypeError if it is."""
    if isinstance(type_, AbstractNestableType):
        return type_
    raise TypeError(f"{type_}: an array or sequence has no place here")


def basic(type_: AbstractType) -> BasicType:
    """The type, which is a primitive. Raises TypeError if it isn't."""
    if isinstance(type_, BasicType):
        return type_
    raise TypeError(f"{type_}: not a primitive")


def interface_of(type_: NamespacedType) -> str:
    """'geometry_msgs/msg/Pose'."""
    return "/".join(type_.namespaced_name())
