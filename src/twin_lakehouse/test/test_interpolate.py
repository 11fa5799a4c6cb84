"""The state between two snapshots."""

from __future__ import annotations

import dataclasses
import math

import pytest

from twin_lakehouse import StateSnapshot
from twin_lakehouse.interpolate import interpolated, slerp

from .making import T0, snapshot


@pytest.mark.parametrize("angle", [0.0, 1e-9, 0.3, math.pi - 1e-9])
def test_arc_is_covered_evenly(angle: float) -> None:
    start, end = (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, math.sin(angle / 2), math.cos(angle / 2))
    assert slerp(start, end, 0.25) == pytest.approx((0.0, 0.0, math.sin(angle / 8), math.cos(angle / 8)))


def test_quaternions_are_made_unit_and_turn_the_shorter_way() -> None:
    start, end = (0.0, 0.0, 0.0, 2.0), (0.0, 0.0, -3 * math.sin(0.1), -3 * math.cos(0.1))
    assert slerp(start, end, 0.5) == pytest.approx((0.0, 0.0, math.sin(0.05), math.cos(0.05)))


@pytest.mark.parametrize(
    "wrong",
    [
        dataclasses.replace(snapshot(1), position_x=math.nan),
        dataclasses.replace(snapshot(1), position_y=math.inf),
        dataclasses.replace(snapshot(1), orientation_qz=math.nan),
        dataclasses.replace(snapshot(1), orientation_qw=0.0),
    ],
    ids=["not a number", "infinite", "orientation not a number", "no orientation"],
)
def test_pose_that_is_none_is_not_interpolated(wrong: StateSnapshot) -> None:
    assert interpolated(snapshot(0), wrong, T0) is None
    assert interpolated(wrong, snapshot(2), T0) is None


def test_state_is_reconciled_where_both_snapshots_are() -> None:
    checked = [dataclasses.replace(snapshot(i), reconciled=True) for i in range(2)]
    for after, is_reconciled in ((checked[1], True), (snapshot(1), False)):
        between = interpolated(checked[0], after, T0)
        assert between is not None
        assert between.reconciled is is_reconciled
