"""Messages as bytes, as they travel."""

from __future__ import annotations

from typing import TypeVar

from embedded_ros.rosidl import Message, deserialize, serialize

M = TypeVar("M", bound=Message)


def serialize_message(message: Message) -> bytes:
    """CDR bytes with their 4-byte header. Raises CdrError if a field holds what its type can't."""
    return serialize(message)


def deserialize_message(serialized_message: bytes, message_type: type[M]) -> M:
    """The message in CDR bytes. Raises CdrError if they are not a `message_type`."""
    return deserialize(message_type, serialized_message)
