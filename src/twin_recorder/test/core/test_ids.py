"""Ids of rows: UUIDv5 of what the row is, however many are made at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin_lakehouse.ids import named_uuid
from twin_recorder.core._sha1 import sha1_by_hundreds
from twin_recorder.core.ids import numbered_ids, row_ids

SEGMENT = UUID(int=3)


def hashes(names: Iterable[bytes]) -> bytes:
    return b"".join(hashlib.sha1(name, usedforsecurity=False).digest() for name in names)


def one_by_one(topic: str, numbers: list[int]) -> list[UUID]:
    return [named_uuid(str(SEGMENT), "events", topic, number) for number in numbers]


def test_ids_are_uuid5_of_what_the_row_is() -> None:
    expected = [named_uuid(str(SEGMENT), "events", "/twin/events", number) for number in (0, 1, "2.1")]
    assert row_ids(SEGMENT, "events", "/twin/events", [b"0", b"1", b"2.1"]).to_pylist() == expected


@pytest.mark.parametrize(
    ("begin", "end"), [(0, 0), (0, 60), (7, 4_100), (0, 12_345), (99_000, 104_321), (5_000, 45_001), (-3_000, 3_000)]
)
def test_ids_of_consecutive_numbers_are_those_of_their_names(begin: int, end: int) -> None:
    numbers = np.arange(begin, end)
    assert numbered_ids(SEGMENT, "events", "/odom", numbers).to_pylist() == one_by_one("/odom", numbers.tolist())


@pytest.mark.parametrize("step", [-1, 2])
def test_ids_of_other_numbers_are_those_of_their_names(step: int) -> None:
    numbers = np.arange(5_000, 15_000)[::step]
    assert numbered_ids(SEGMENT, "events", "/odom", numbers).to_pylist() == one_by_one("/odom", numbers.tolist())


@pytest.mark.parametrize("size", range(130))
def test_many_hashes_are_those_of_hashlib_wherever_a_block_ends(size: int) -> None:
    prefix = bytes(range(size))
    expected = hashes(prefix + b"%d" % number for number in range(12_300, 12_600))
    assert sha1_by_hundreds(prefix, np.arange(123, 126)).tobytes() == expected


@settings(max_examples=60, deadline=None, derandomize=True)
@given(prefix=st.binary(max_size=200), digits=st.integers(3, 18), data=st.data())
def test_many_hashes_are_those_of_hashlib(prefix: bytes, digits: int, data: st.DataObject) -> None:
    numbers = st.integers(10 ** (digits - 3), 10 ** (digits - 2) - 1)
    hundreds = data.draw(st.lists(numbers, min_size=1, max_size=4))
    expected = hashes(prefix + b"%d" % (100 * hundred + low) for hundred in hundreds for low in range(100))
    assert sha1_by_hundreds(prefix, np.array(hundreds)).tobytes() == expected


def test_more_hashes_than_are_made_at_once() -> None:
    expected = hashes(b"%d" % number for number in range(10_000, 100_000))
    assert sha1_by_hundreds(b"", np.arange(100, 1_000)).tobytes() == expected
