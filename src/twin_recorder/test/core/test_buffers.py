"""Messages in one buffer."""

from __future__ import annotations

import numpy as np
import pytest

from twin_recorder.core.buffers import Buffers, Int64s, joined, runs

MESSAGES = [b"first", b"second", b"", b"third"]


def int64s(*values: int) -> Int64s:
    return np.array(values, dtype=np.int64)


def test_joined_messages_come_back_one_by_one() -> None:
    buffers = Buffers.of(MESSAGES)
    assert [bytes(message) for message in buffers] == MESSAGES
    assert bytes(buffers[-1]) == b"third"
    assert [bytes(message) for message in buffers[1:3]] == MESSAGES[1:3]


def test_taken_messages_come_in_the_asked_order_without_a_copy() -> None:
    buffers = Buffers.of(MESSAGES)
    taken = buffers.take(int64s(3, 0))
    assert [bytes(message) for message in taken] == [b"third", b"first"]
    assert taken.data is buffers.data


def test_no_messages_are_an_empty_sequence() -> None:
    assert list(Buffers.of([])) == []
    assert Buffers.of([]).matrix(4).shape == (0, 4)


@pytest.mark.parametrize("offsets", [(0, 4, 8), (1, 5, 9), (0, 3, 9), (9, 4, 0), (2, 2, 2), (0, 1, 2), (5,)])
def test_a_matrix_has_the_first_bytes_of_each_message(offsets: tuple[int, ...]) -> None:
    data = memoryview(bytes(range(13)))
    buffers = Buffers(data, int64s(*offsets), np.full(len(offsets), 4))
    assert buffers.matrix(3).tolist() == [list(range(begin, begin + 3)) for begin in offsets]


def test_a_matrix_wider_than_a_message_is_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes has no 5 bytes"):
        Buffers.of([b"four", b"fives"]).matrix(5)


@pytest.mark.parametrize(("offset", "size"), [(0, 5), (4, 1), (-1, 2), (0, -1)])
def test_a_message_outside_its_buffer_is_refused(offset: int, size: int) -> None:
    with pytest.raises(ValueError, match="beyond its buffer of 4 bytes"):
        Buffers(memoryview(b"four"), int64s(offset), int64s(size))


@pytest.mark.parametrize("sizes", [[], [3, 5, 1], [1 << 16, 1 << 16], [0, 1 << 15]])
def test_parts_are_joined_into_a_buffer_that_can_be_written_to(sizes: list[int]) -> None:
    parts = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
    whole = joined([memoryview(part) for part in parts])
    assert (bytes(whole), whole.readonly) == (b"".join(parts), False)


def test_ranges_that_touch_in_one_buffer_are_one() -> None:
    pieces = [memoryview(b"abcdef"), memoryview(b"ghijkl")]
    found = runs(pieces, int64s(0, 2, 4, 4, 0), int64s(2, 4, 6, 5, 1), int64s(0, 0, 1, 0, 0))
    assert [bytes(part) for part in found] == [b"abcd", b"kl", b"e", b"a"]
