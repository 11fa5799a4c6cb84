"""The 33-byte attachment of every put, query and reply."""

from __future__ import annotations

import struct
from typing import NamedTuple

from embedded_ros.wire.errors import InvalidAttachmentError
from embedded_ros.wire.gid import GID_SIZE

_LAYOUT = struct.Struct("<qqB16s")
SIZE = _LAYOUT.size


class Attachment(NamedTuple):
    """Sequence number (from 1), source time (ns since the Unix epoch, wall clock) and the sender's GID.

    A named tuple, not a data class: one is made for every message received.
    """

    sequence: int
    source_time_ns: int
    gid: bytes


def pack(sequence: int, source_time_ns: int, gid: bytes) -> bytes:
    """A wrong size would abort a C++ peer, so it is refused here."""
    if len(gid) != GID_SIZE:
        raise InvalidAttachmentError(f"GID {gid.hex()} has {len(gid)} bytes; it must have {GID_SIZE}")
    return _LAYOUT.pack(sequence, source_time_ns, GID_SIZE, gid)


def unpack(data: bytes) -> Attachment:
    """Read an attachment; bytes after the layout are ignored. Raises InvalidAttachmentError."""
    if len(data) < SIZE:
        raise InvalidAttachmentError(f"attachment has {len(data)} bytes, needs {SIZE}; rmw_zenoh_cpp before 0.2.4?")
    sequence, source_time_ns, size, gid = _LAYOUT.unpack_from(data)
    if size != GID_SIZE:
        raise InvalidAttachmentError(f"attachment {data.hex()} announces a GID of {size} bytes, not {GID_SIZE}")
    return Attachment(sequence, source_time_ns, gid)
