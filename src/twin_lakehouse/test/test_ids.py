"""Ids that can be part of a path, and ids that follow from names."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_lakehouse import checked_asset_id, checked_job_id, named_uuid
from twin_lakehouse.errors import InvalidValueError


@pytest.mark.parametrize("value", ["turtlebot-01", "a", "A.b_c-9", "x" * 64, "3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
def test_id_that_can_be_a_folder_is_kept(value: str) -> None:
    assert checked_asset_id(value) == checked_job_id(value) == value


@pytest.mark.parametrize("value", ["", ".", "..", "a/b", "a b", "x" * 65, "ä", "a\n", "job_id=1", "'"])
def test_id_that_would_leave_its_folder_is_refused(value: str) -> None:
    with pytest.raises(InvalidValueError, match="1 to 64 letters"):
        checked_job_id(value)


@given(st.text())
def test_every_accepted_id_is_one_plain_path_part(value: str) -> None:
    try:
        checked_asset_id(value)
    except InvalidValueError:
        return
    assert "/" not in value
    assert value not in {"", ".", ".."}


def test_named_uuid_is_the_same_for_ever() -> None:
    assert named_uuid("twin_job", "turtlebot-01", "job-1") == UUID("e0b34a94-bf4c-5c6b-a1b9-d628cc8e9924")
    assert named_uuid("a", 1) != named_uuid("a", 2)
