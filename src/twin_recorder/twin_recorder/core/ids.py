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
_UUID_BYTES: Final = 16


def segment_uuid(asset_id: str, job_id: str, began_ns: int, number: int) -> UUID:
    """Id of the recorder's `number`-th segment, for a run that began at `began_ns` (wall time, ns)."""
    return named_uuid("segment", asset_id, job_id, began_ns, number)


def bag_segment_uuid(asset_id: str, job_id: str, digest: str, number: int) -> UUID:
    """Id of the `number`-th segment of a bag with a content digest: ingesting it again finds the same one."""
    return named_uuid("bag", asset_id, job_id, digest, number)


def row_ids(segment_id: UUID, table: str, topic: str, names: Iterable[bytes]) -> pa.Array:
    """UUIDv5s (Arrow's uuid), one a name (a number as text), each equal to named_uuid(segment_id, table, topic, name).

    uuid.uuid5 costs 3 µs an id, of which most is not the hash: here the hash of what all names begin with is copied,
    which is all that Python does an id (0.35 µs). As texts they would cost DuckDB 0.2 µs each to read again.
    """
    prefix = hashlib.sha1(TWIN_NAMESPACE.bytes, usedforsecurity=False)
    prefix.update(f"{segment_id}/{table}/{topic}/".encode())
    copy, digests = prefix.copy, []
    for name in names:
        sha1 = copy()
        sha1.update(name)
        digests.append(sha1.digest())
    return _uuids(np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, prefix.digest_size))


def _uuids(hashes: Bytes2d) -> pa.Array:
    """UUIDv5s whose hashes are these, uint8 (n, 16 or more)."""
    data = hashes[:, :_UUID_BYTES].copy()
    data[:, 6] = data[:, 6] & 0x0F | _VERSION_5
    data[:, 8] = data[:, 8] & 0x3F | _RFC_VARIANT
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(_UUID_BYTES), len(data), [None, pa.py_buffer(data)])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)
