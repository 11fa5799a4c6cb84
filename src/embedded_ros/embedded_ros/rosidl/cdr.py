"""Messages ↔ CDR bytes (XCDR1): writes little endian, reads both."""

from __future__ import annotations

import struct
import threading
from typing import Final, TypeVar, cast

from embedded_ros.rosidl.cdr_layout import HEADER_SIZE
from embedded_ros.rosidl.cdr_read import Order, Reader, compile_reader
from embedded_ros.rosidl.cdr_runtime import MalformedError
from embedded_ros.rosidl.cdr_write import Writer, compile_writer
from embedded_ros.rosidl.errors import CdrError
from embedded_ros.rosidl.message import Message
from embedded_ros.rosidl.model import element_type
from rosidl_parser.definition import BasicType

M = TypeVar("M", bound=Message)

_ORDERS: Final[dict[bytes, Order]] = {b"\x00\x00": ">", b"\x00\x01": "<"}
_MAX_TAIL: Final = 3  # Cyclone pads to a multiple of 4

_writers: dict[type[Message], Writer] = {}
_readers: dict[tuple[type[Message], Order], Reader] = {}
_lock = threading.Lock()


def serialize(message: Message) -> bytes:
    """CDR bytes, the 4-byte encapsulation header first. Raises CdrError if a field was given a wrong value in place."""
    cls = type(message)
    writer = _writers.get(cls) or _new_writer(cls)
    try:
        return writer(message)
    except (MalformedError, struct.error, AttributeError, TypeError, ValueError, OverflowError) as error:
        problem = f"can't be serialized: {error}; see {cls.__name__}.get_fields_and_field_types() for what fields hold"
        raise CdrError(cls._INTERFACE, problem) from error


def deserialize(cls: type[M], data: bytes | bytearray | memoryview) -> M:
    """The message in CDR bytes of either endianness; up to 3 bytes after it are taken for padding. Raises CdrError."""
    buffer = data if type(data) is bytes else bytes(data)
    order = _ORDERS.get(buffer[:2])
    if order is None or len(buffer) < HEADER_SIZE:
        raise CdrError(cls._INTERFACE, f"not plain CDR: {len(buffer)} bytes that start with '{buffer[:4].hex(' ')}'")
    if len(buffer) == HEADER_SIZE and not cls._STRUCTURE.fields:
        return cls()  # some peers leave out the byte that stands for an empty message
    reader = _readers.get((cls, order)) or _new_reader(cls, order)
    try:
        message, end = reader(buffer)
    except (struct.error, IndexError) as error:
        raise CdrError(cls._INTERFACE, f"truncated: {len(buffer)} bytes don't hold the message ({error})") from error
    except (MalformedError, MemoryError, OverflowError) as error:
        raise CdrError(cls._INTERFACE, str(error)) from error
    if len(buffer) - end > _MAX_TAIL:
        problem = f"the message ends at byte {end} of {len(buffer)}: another type, or another version of it"
        raise CdrError(cls._INTERFACE, problem)
    return cast("M", message)


def _new_writer(cls: type[Message]) -> Writer:
    with _lock:
        _check_types(cls)
        return _writers.setdefault(cls, compile_writer(cls._STRUCTURE))


def _new_reader(cls: type[Message], order: Order) -> Reader:
    with _lock:
        _check_types(cls)
        return _readers.setdefault((cls, order), compile_reader(cls._STRUCTURE, order))


def _check_types(cls: type[Message]) -> None:
    for field in cls._STRUCTURE.fields:
        if element_type(field.type) == BasicType("char"):
            raise CdrError(cls._INTERFACE, f"field '{field.name}': an .idl file's char can't be sent here, use uint8")
