"""Where the records of a segment lie, whatever their lengths are and wherever the file ends."""

from __future__ import annotations

import numpy as np
import pytest

from twin_recorder.core import _mcap, _mcap_read


def records(seed: int) -> tuple[bytes, list[int]]:
    """Messages in runs of one length, with other records between them, and the messages' offsets."""
    random = np.random.default_rng(seed)
    data, offsets = bytearray(), []
    for _ in range(20):
        size = int(random.integers(0, 60))
        for number in range(int(random.choice([1, 2, 31, 32, 33, 300, 700]))):
            offsets.append(len(data))
            data += _mcap.message_head(1, number, number, size) + random.bytes(size)
        if random.integers(2):
            data += _mcap.metadata("between", {})
    return bytes(data), offsets


@pytest.mark.parametrize("seed", range(10))
def test_scan_finds_the_messages_between_all_others(seed: int) -> None:
    data, offsets = records(seed)
    found = _mcap_read.scan(memoryview(data), 0)
    assert (found.messages.tolist(), found.end) == (offsets, len(data))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("rest", [b"", bytes([_mcap.MESSAGE]), bytes(20_000)], ids=["cut", "begun", "zeros"])
def test_scan_ends_before_a_record_that_is_not_whole(seed: int, rest: bytes) -> None:
    data, offsets = records(seed)
    number = int(np.random.default_rng(seed).integers(len(offsets)))
    found = _mcap_read.scan(memoryview(data[: offsets[number]] + rest), 0)
    assert (found.messages.tolist(), found.end) == (offsets[:number], offsets[number])
