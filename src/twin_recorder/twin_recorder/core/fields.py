"""A message type as a tree of fields: what is read of a message, and which Arrow type it becomes.

Left out, because rows have no use for them and the raw segment keeps them: byte blobs (`uint8[]`, `int8[]`, … of any
length: pixels, maps) and covariances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, assert_never

import numpy as np
import pyarrow as pa
from rosbags.interfaces import Nodetype
from rosbags.interfaces.typing import FieldDesc
from rosbags.typesys.store import Typestore

from .definitions import Definition, store_of
from .errors import DefinitionError

# byte is signed in rosbags' decoding, which is the reference here.
DTYPES: Final[Mapping[str, np.dtype[np.generic]]] = {
    "bool": np.dtype("u1"),
    "byte": np.dtype("i1"),
    "char": np.dtype("u1"),
    **{name: np.dtype(name).newbyteorder("<") for name in ("int8", "int16", "int32", "int64")},
    **{name: np.dtype(name).newbyteorder("<") for name in ("uint8", "uint16", "uint32", "uint64")},
    **{name: np.dtype(name).newbyteorder("<") for name in ("float32", "float64")},
}
_BYTE_LIKE: Final = ("byte", "char", "int8", "uint8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A number or boolean; `primitive` is its ROS name."""

    primitive: str

    @property
    def arrow(self) -> pa.DataType:
        """pa.bool_(), or the number's own type."""
        return pa.bool_() if self.primitive == "bool" else pa.from_numpy_dtype(DTYPES[self.primitive])


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string."""

    @property
    def arrow(self) -> pa.DataType:
        """UTF-8."""
        return pa.string()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message. `fields` has all of them, in order; those that are left out are needed to find the next one."""

    fields: tuple[Field, ...]

    @property
    def arrow(self) -> pa.DataType:
        """A struct of what is read."""
        return pa.struct([(field.name, field.node.arrow) for field in self.fields if field.is_read])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """An array of `fixed_size` elements, or a sequence (None)."""

    element: Scalar | Text | Message
    fixed_size: int | None

    @property
    def arrow(self) -> pa.DataType:
        """A list either way: rows don't care who fixed the length."""
        return pa.list_(self.element.arrow)


Node = Scalar | Text | Message | Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a message; `attribute` is its name on rosbags' message objects."""

    name: str
    attribute: str
    node: Node
    is_read: bool


@lru_cache(maxsize=256)
def message_of(definition: Definition) -> Message:
    """The tree of a message type. Raises DefinitionError where it holds what CDR decoding here can't read."""
    return _message(store_of(definition), definition.type_name)


def _message(store: Typestore, type_name: str) -> Message:
    """The tree of one type of the store."""
    attributes = [name for name, _ in store.get_msgdef(type_name).fields]
    return Message(
        fields=tuple(
            _field(store, name, attribute, description)
            for attribute, (name, description) in zip(attributes, store.fielddefs[type_name][1], strict=True)
        )
    )


def _field(store: Typestore, name: str, attribute: str, description: FieldDesc) -> Field:
    """One field; an empty message's padding byte is no content."""
    node = _node(store, description)
    is_read = not _is_left_out(name, node) and name != "structure_needs_at_least_one_member"
    return Field(name=name, attribute=attribute, node=node, is_read=is_read)


def _node(store: Typestore, description: FieldDesc) -> Node:
    """What a field holds."""
    if description[0] == Nodetype.ARRAY or description[0] == Nodetype.SEQUENCE:
        inner, size = description[1]
        element = _node(store, inner)
        if isinstance(element, Sequence):
            raise DefinitionError(f"{description!r}: a sequence of sequences is no ROS type")
        return Sequence(element=element, fixed_size=size if description[0] == Nodetype.ARRAY else None)
    if description[0] == Nodetype.NAME:
        return _message(store, description[1])
    primitive = description[1][0]
    if primitive == "string":
        return Text()
    if primitive not in DTYPES:
        raise DefinitionError(f"a field of type {primitive} can't be decoded; record the topic as raw")
    return Scalar(primitive=primitive)


def _is_left_out(name: str, node: Node) -> bool:
    """Blobs and covariances, and messages of which nothing else is left."""
    match node:
        case Sequence(element=Scalar(primitive=primitive)):
            return primitive in _BYTE_LIKE or name.endswith("covariance")
        case Sequence(element=element):
            return _is_left_out(name, element)
        case Message(fields=fields):
            return not any(field.is_read for field in fields)
        case Scalar() | Text():
            return False
        case _:
            assert_never(node)
