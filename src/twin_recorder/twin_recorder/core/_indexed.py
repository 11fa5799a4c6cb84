"""The records of an MCAP chunk by the message indexes that follow it: found without a walk, all of them checked."""

from __future__ import annotations

from typing import Final

import numpy as np

from ._mcap import BODY_SIZE, MESSAGE, MESSAGE_INDEX, MESSAGE_OVERHEAD, PREFIX, PREFIX_BYTES
from ._mcap_read import Int64s, Records, heads_at, walked

_ENTRY: Final = np.dtype([("log_ns", "<u8"), ("offset", "<i8")])
_ENTRIES_AT: Final = 6  # after the channel and the length


def indexed(data: memoryview, indexes: memoryview) -> Records | None:
    """What `scan` finds in a chunk's records, at a fifth of its price; None where the indexes don't name each message.

    `indexes`: the records after the chunk. They are but a hint: from the first byte to the last, each record must begin
    where the one before ends, and those that aren't named must be no messages.
    """
    messages = _offsets(indexes)
    if not len(messages) or messages[0] < 0 or messages[-1] > len(data) - MESSAGE_OVERHEAD:
        return None
    heads = heads_at(data, messages)
    lengths = heads["length"].astype(np.int64)
    if (heads["opcode"] != MESSAGE).any() or lengths.min() < BODY_SIZE or lengths.max() > len(data):
        return None
    others = _between(data, messages, messages + PREFIX_BYTES + lengths)
    return None if others is None else Records(data=data, messages=messages, others=others, end=len(data), known=heads)


def _offsets(indexes: memoryview) -> Int64s:
    """The named messages, ascending."""
    found: list[Int64s] = [np.empty(0, dtype=np.int64)]
    position, last = 0, len(indexes) - PREFIX.size
    while position <= last:
        opcode, length = PREFIX.unpack_from(indexes, position)
        begin, position = position + PREFIX.size, position + PREFIX.size + length
        if opcode != MESSAGE_INDEX or length < _ENTRIES_AT or position > len(indexes):
            break
        count = (length - _ENTRIES_AT) // _ENTRY.itemsize
        found.append(np.frombuffer(indexes, dtype=_ENTRY, offset=begin + _ENTRIES_AT, count=count)["offset"])
    # Each channel's are ascending, as a rule: runs, which this way of sorting merges.
    return np.sort(np.concatenate(found), kind="stable")


def _between(data: memoryview, begins: Int64s, ends: Int64s) -> tuple[tuple[int, int, int], ...] | None:
    """The records around messages, as Records has them; None where those and the messages don't fill `data`."""
    others: list[tuple[int, int, int]] = []
    starts, stops = np.concatenate([[0], ends]), np.concatenate([begins, [len(data)]])
    gaps = np.flatnonzero(starts != stops)
    gaps_filled = (
        _fill(data[:stop], start, others)
        for start, stop in zip(starts[gaps].tolist(), stops[gaps].tolist(), strict=True)
    )
    return tuple(others) if all(gaps_filled) else None


def _fill(data: memoryview, start: int, others: list[tuple[int, int, int]]) -> bool:
    """Whether records that are no messages lie from `start` to the end; `others` gets them."""
    position, count = start, 1
    while position < len(data) and count:
        messages, position, count = walked(data, position, others)
        if len(messages):
            return False
    return position == len(data)
