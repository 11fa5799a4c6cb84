"""Row ids that follow from what the rows are: the same segment gives the same ids, whenever it is projected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twin_lakehouse.ids import TWIN_NAMESPACE, named_uuid

Bytes2d = npt.NDArray[np.uint8]

_VERSION_5: Final = 0x50
_RFC_VARIANT: Final = 0x80
_TEXT_BYTES: Final = 36
# Two hexadecimal digits for each byte.
_HEX: Final = np.frombuffer(b"".join(b"%02x" % value for value in range(256)), dtype=np.uint16)
# Where a UUID's 32 digits and its hyphens are in its text.
_HYPHENS: Final = (8, 13, 18, 23)
_DIGITS: Final = np.array([place for place in range(_TEXT_BYTES) if place not in _HYPHENS])


def segment_uuid(asset_id: str, job_id: str, began_ns: int, number: int) -> UUID:
    """Id of the recorder's `number`-th segment, for a run that began at `began_ns` (wall time, ns)."""
    return named_uuid("segment", asset_id, job_id, began_ns, number)


def bag_segment_uuid(asset_id: str, job_id: str, digest: str, number: int) -> UUID:
    """Id of the `number`-th segment of a bag with a content digest: ingesting it again finds the same one."""
    return named_uuid("bag", asset_id, job_id, digest, number)


def row_ids(segment_id: UUID, table: str, topic: str, names: Iterable[bytes]) -> pa.Array:
    """UUIDv5 texts, one a name (a number as text); each equal to named_uuid(segment_id, table, topic, name).

    uuid.uuid5 costs 3 µs an id, of which most is not the hash: here the hash of what all names begin with is copied,
    which is all that Python does an id (0.35 µs).
    """
    prefix = hashlib.sha1(TWIN_NAMESPACE.bytes, usedforsecurity=False)
    prefix.update(f"{segment_id}/{table}/{topic}/".encode())
    copy, digests = prefix.copy, []
    for name in names:
        sha1 = copy()
        sha1.update(name)
        digests.append(sha1.digest())
    return _texts(np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, prefix.digest_size)[:, :16].copy())


def _texts(hashes: Bytes2d) -> pa.Array:
    """The text forms of UUIDv5s whose hashes begin with these bytes, uint8 (n, 16); they are changed."""
    hashes[:, 6] = hashes[:, 6] & 0x0F | _VERSION_5
    hashes[:, 8] = hashes[:, 8] & 0x3F | _RFC_VARIANT
    texts = np.full((len(hashes), _TEXT_BYTES), ord("-"), dtype=np.uint8)
    texts[:, _DIGITS] = _HEX[hashes].view(np.uint8)
    offsets = np.arange(len(hashes) + 1, dtype=np.int32) * _TEXT_BYTES
    return pa.StringArray.from_buffers(len(hashes), pa.py_buffer(offsets), pa.py_buffer(texts))
