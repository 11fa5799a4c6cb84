"""Records by a chunk's message indexes: what a walk finds, or nothing, whatever the indexes say."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from twin_recorder.core import _mcap, _mcap_read
from twin_recorder.core._indexed import indexed

Offsets = npt.NDArray[np.int64]


def chunk(seed: int) -> tuple[bytes, dict[int, list[int]]]:
    """Messages of three channels with other records between them, and each channel's offsets."""
    random = np.random.default_rng(seed)
    data, offsets = bytearray(), dict[int, list[int]]()
    for number in range(int(random.integers(1, 400))):
        if not number or random.random() < 0.02:
            data += b"".join([_mcap.metadata("between", {})] * int(random.choice([0, 1, 2, 300])))
        channel, size = int(random.integers(3)), int(random.integers(60))
        offsets.setdefault(channel, []).append(len(data))
        data += _mcap.message_head(channel, number, number, size) + random.bytes(size)
    if random.integers(2):
        data += _mcap.metadata("after", {})
    return bytes(data), offsets


def index(offsets: dict[int, list[int]]) -> bytearray:
    """Message index records; log times are all 0."""
    return bytearray().join(
        _mcap.message_index(channel, b"".join(bytes(8) + _mcap.U64.pack(offset) for offset in found))
        for channel, found in offsets.items()
    )


def summary(records: _mcap_read.Records) -> tuple[object, ...]:
    return records.messages.tolist(), records.others, records.end, records.heads().tobytes()


@pytest.mark.parametrize("seed", range(20))
def test_indexes_give_what_a_walk_finds(seed: int) -> None:
    data, offsets = chunk(seed)
    found = indexed(memoryview(data), memoryview(index(offsets)))
    assert found is not None
    assert summary(found) == summary(_mcap_read.scan(memoryview(data), 0))


@pytest.mark.parametrize("seed", range(20))
def test_index_without_all_messages_gives_nothing(seed: int) -> None:
    data, offsets = chunk(seed)
    channel = int(np.random.default_rng(seed).choice([*offsets]))
    offsets[channel].pop(int(np.random.default_rng(seed).integers(len(offsets[channel]))))
    assert indexed(memoryview(data), memoryview(index(offsets))) is None


@pytest.mark.parametrize("lie", [-1, 2**62, 2**63 - 1, 2**64 - 1, 3])
def test_index_with_a_message_that_is_not_there_gives_nothing(lie: int) -> None:
    data, offsets = chunk(1)
    offsets[7] = [lie % 2**64]
    assert indexed(memoryview(data), memoryview(index(offsets))) is None


@pytest.mark.parametrize("indexes", [b"", b"\x07", bytes(100), _mcap.message_index(1, b""), _mcap.record(7, b"short")])
def test_no_index_gives_nothing(indexes: bytes) -> None:
    assert indexed(memoryview(chunk(2)[0]), memoryview(indexes)) is None
    assert indexed(memoryview(b""), memoryview(indexes)) is None


@pytest.mark.parametrize("seed", range(300))
def test_changed_bytes_of_chunk_or_index_never_give_anything_else(seed: int) -> None:
    random = np.random.default_rng(seed)
    data, offsets = chunk(seed % 7)
    changed = bytearray(data), index(offsets)
    which = changed[int(random.integers(2))]
    # Lengths and offsets are where it hurts: most of their bytes are 0.
    for _ in range(int(random.integers(1, 4))):
        which[int(random.integers(len(which)))] = int(random.choice([0, 1, 5, 127, 255, int(random.integers(256))]))
    found = indexed(memoryview(bytes(changed[0])), memoryview(bytes(changed[1])))
    walk = _mcap_read.scan(memoryview(bytes(changed[0])), 0)
    assert found is None or summary(found) == summary(walk)
