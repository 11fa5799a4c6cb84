"""Row ids that follow from what the rows are: the same segment gives the same ids, whenever it is projected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twin_lakehouse.ids import TWIN_NAMESPACE, named_uuid

from ._sha1 import HASH_BYTES, HUNDRED, sha1_by_hundreds

Bytes2d = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]

# Of fewer numbers the calls of NumPy would cost as much as hashlib, which is even at 2,500.
_FEWEST: Final = 4_000
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
    """UUIDv5s (Arrow's uuid), one a name, each equal to named_uuid(segment_id, table, topic, name).

    As texts they would cost DuckDB 0.2 µs each to read again.
    """
    return _uuids(_hashed(_prefix(segment_id, table, topic), names))


def numbered_ids(segment_id: UUID, table: str, topic: str, numbers: Int64s) -> pa.Array:
    """As `row_ids` of the numbers' decimal digits; numbers: int64 (n,)."""
    prefix = _prefix(segment_id, table, topic)
    if len(numbers) < _FEWEST or numbers[0] < 0 or not (np.diff(numbers) == 1).all():
        return _uuids(_hashed(prefix, _spelled(numbers)))
    begin, end = int(numbers[0]), int(numbers[-1]) + 1
    bounds = [begin, *(10**digits for digits in range(1, len(str(end))) if begin < 10**digits < end), end]
    return _uuids(np.concatenate([_range_hashed(prefix, *each) for each in pairwise(bounds)]))


def _prefix(segment_id: UUID, table: str, topic: str) -> bytes:
    """What is hashed of all names of a table's rows, as named_uuid has it."""
    return TWIN_NAMESPACE.bytes + f"{segment_id}/{table}/{topic}/".encode()


def _hashed(prefix: bytes, names: Iterable[bytes]) -> Bytes2d:
    """SHA-1s of the prefix and each name, uint8 (n, 20).

    uuid.uuid5 costs 3 µs an id, of which most is not the hash: here the hash of what all names begin with is copied,
    which is all that Python does an id (0.35 µs).
    """
    shared = hashlib.sha1(prefix, usedforsecurity=False)
    copy, digests = shared.copy, []
    for name in names:
        sha1 = copy()
        sha1.update(name)
        digests.append(sha1.digest())
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, HASH_BYTES)


def _range_hashed(prefix: bytes, begin: int, end: int) -> Bytes2d:
    """As `_hashed`, of the numbers from `begin` to before `end`, which have as many digits each."""
    if end - begin < _FEWEST:
        return _hashed(prefix, _spelled(np.arange(begin, end)))
    hundreds = np.arange(begin // HUNDRED, (end - 1) // HUNDRED + 1)
    first = begin % HUNDRED
    return sha1_by_hundreds(prefix, hundreds).reshape(-1, HASH_BYTES)[first : first + end - begin]


def _spelled(numbers: Int64s) -> list[bytes]:
    """The numbers in decimal digits."""
    return [b"%d" % number for number in numbers.tolist()]


def _uuids(hashes: Bytes2d) -> pa.Array:
    """UUIDv5s whose hashes are these, uint8 (n, 16 or more)."""
    data = hashes[:, :_UUID_BYTES].copy()
    data[:, 6] = data[:, 6] & 0x0F | _VERSION_5
    data[:, 8] = data[:, 8] & 0x3F | _RFC_VARIANT
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(_UUID_BYTES), len(data), [None, pa.py_buffer(data)])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)
