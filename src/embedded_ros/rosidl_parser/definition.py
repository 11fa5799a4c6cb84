"""Types of interface fields, with the class names and attributes that `SLOT_TYPES` has in Jazzy.

Instances are values: hashable, equal when they mean the same type. Basic type names are those of IDL
(`boolean`, `octet`, `float`, `double`, `int8` … `uint64`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from embedded_ros.absent import module_getattr

BOOLEAN_TYPE: Final = "boolean"
OCTET_TYPE: Final = "octet"
CHARACTER_TYPES: Final = ("char", "wchar")
FLOATING_POINT_TYPES: Final = ("float", "double", "long double")
SIGNED_INTEGER_TYPES: Final = ("int8", "int16", "int32", "int64")
UNSIGNED_INTEGER_TYPES: Final = ("uint8", "uint16", "uint32", "uint64")
INTEGER_TYPES: Final = SIGNED_INTEGER_TYPES + UNSIGNED_INTEGER_TYPES
BASIC_TYPES: Final = (BOOLEAN_TYPE, OCTET_TYPE, *CHARACTER_TYPES, *FLOATING_POINT_TYPES, *INTEGER_TYPES)

EMPTY_STRUCTURE_REQUIRED_MEMBER_NAME: Final = "structure_needs_at_least_one_member"
SERVICE_REQUEST_MESSAGE_SUFFIX: Final = "_Request"
SERVICE_RESPONSE_MESSAGE_SUFFIX: Final = "_Response"
SERVICE_EVENT_MESSAGE_SUFFIX: Final = "_Event"
ACTION_GOAL_SUFFIX: Final = "_Goal"
ACTION_RESULT_SUFFIX: Final = "_Result"
ACTION_FEEDBACK_SUFFIX: Final = "_Feedback"
ACTION_GOAL_SERVICE_SUFFIX: Final = "_SendGoal"
ACTION_RESULT_SERVICE_SUFFIX: Final = "_GetResult"
ACTION_FEEDBACK_MESSAGE_SUFFIX: Final = "_FeedbackMessage"


class AbstractType:
    """Anything that a field can be."""

    __slots__ = ()


class AbstractNestableType(AbstractType):
    """What can also be the element of an array or a sequence."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class BasicType(AbstractNestableType):
    """A fixed-size primitive."""

    typename: str

    def __post_init__(self) -> None:
        if self.typename not in BASIC_TYPES:
            raise ValueError(f"basic type '{self.typename}': not one of {', '.join(BASIC_TYPES)}")


class NamespacedType(AbstractNestableType):
    """Another interface: namespaces ['geometry_msgs', 'msg'] and name 'Pose'."""

    __slots__ = ("_parts",)

    def __init__(self, namespaces: Sequence[str], name: str) -> None:
        self._parts = (*namespaces, name)

    @property
    def namespaces(self) -> list[str]:
        """All parts of the name but the last, outermost first."""
        return list(self._parts[:-1])

    @property
    def name(self) -> str:
        """The last part."""
        return self._parts[-1]

    def namespaced_name(self) -> tuple[str, ...]:
        """All parts of the name, outermost first."""
        return self._parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NamespacedType) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    def __repr__(self) -> str:
        return f"NamespacedType(namespaces={self.namespaces}, name={self.name!r})"


class AbstractGenericString(AbstractNestableType):
    """Any text."""

    __slots__ = ()

    def has_maximum_size(self) -> bool:
        """Whether the length is bounded; then `maximum_size` gives the bound in characters."""
        return False


class AbstractString(AbstractGenericString):
    """Text sent as UTF-8."""

    __slots__ = ()


class AbstractWString(AbstractGenericString):
    """Text sent as UTF-16 code units."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnboundedString(AbstractString):
    """`string`."""


@dataclass(frozen=True, slots=True)
class UnboundedWString(AbstractWString):
    """`wstring`."""


@dataclass(frozen=True, slots=True)
class BoundedString(AbstractString):
    """`string<=N`."""

    maximum_size: int

    def has_maximum_size(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, slots=True)
class BoundedWString(AbstractWString):
    """`wstring<=N`."""

    maximum_size: int

    def has_maximum_size(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, slots=True)
class AbstractNestedType(AbstractType):
    """Several elements of one type."""

    value_type: AbstractNestableType

    def has_maximum_size(self) -> bool:
        """Whether the number of elements is bounded."""
        return not isinstance(self, UnboundedSequence)


@dataclass(frozen=True, slots=True)
class Array(AbstractNestedType):
    """`T[N]`: always N elements."""

    size: int


class AbstractSequence(AbstractNestedType):
    """Any number of elements, counted on the wire."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnboundedSequence(AbstractSequence):
    """`T[]`."""


@dataclass(frozen=True, slots=True)
class BoundedSequence(AbstractSequence):
    """`T[<=N]`."""

    maximum_size: int


# What describes whole .idl files: they are read by `embedded_ros.rosidl.idl`.
__getattr__ = module_getattr(
    "rosidl_parser.definition",
    frozenset({"Action", "Annotatable", "Annotation", "Constant", "IdlContent", "IdlFile", "IdlLocator", "Include"})
    | {"Member", "Message", "NamedType", "Service", "Structure"},
)
