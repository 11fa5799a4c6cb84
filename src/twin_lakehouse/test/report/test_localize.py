"""Odometry in the map frame."""

from __future__ import annotations

import numpy as np
import pytest

from twin_lakehouse.report.localize import localized


def straight(count: int = 11) -> dict[str, np.ndarray]:
    """One metre along x in ten seconds."""
    time = np.linspace(100.0, 110.0, count)
    none = np.zeros(count)
    return {"t": time, "x": np.linspace(0.0, 1.0, count), "y": none, "yaw": none, "speed": time, "reconciled": none}


def test_without_poses_odometry_stays_as_it_is() -> None:
    states = straight()
    assert localized(states, []) is states
    assert localized(states, [(50.0, 1.0, 1.0, 0.0)]) is states


def test_poses_that_agree_change_nothing() -> None:
    states = straight()
    moved = localized(states, [(100.0, 0.0, 0.0, 0.0), (110.0, 1.0, 0.0, 0.0)])
    assert moved["x"] == pytest.approx(states["x"])
    assert moved["y"] == pytest.approx(states["y"])


def test_turn_and_shift_of_the_odom_frame_are_applied() -> None:
    moved = localized(straight(), [(100.0, 5.0, 2.0, np.pi / 2)])
    assert moved["x"] == pytest.approx(np.full(11, 5.0))
    assert moved["y"] == pytest.approx(2.0 + np.linspace(0.0, 1.0, 11))
    assert moved["yaw"] == pytest.approx(np.full(11, np.pi / 2))


def test_drift_is_taken_out_little_by_little() -> None:
    moved = localized(straight(), [(110.0, 1.0, 0.4, 0.0), (100.0, 0.0, 0.0, 0.0)])
    assert moved["y"] == pytest.approx(np.linspace(0.0, 0.4, 11))


def test_yaw_that_wraps_around_is_no_full_turn() -> None:
    states = straight()
    states["yaw"] = np.full(11, 3.1)
    poses = [(100.0, 0.0, 0.0, 3.13), (110.0, 1.0, 0.0, -3.13)]
    assert np.ptp(np.unwrap(localized(states, poses)["yaw"])) < 0.05


def test_states_that_cannot_be_trusted_move_no_other() -> None:
    states = straight()
    states["reconciled"] = np.ones(11)
    states["reconciled"][4] = 0.0
    states["x"][4] = 40.0
    states["yaw"] = np.where(np.arange(11) == 7, np.nan, 0.0)
    moved = localized(states, [(104.0, 0.4, 0.0, 0.0), (107.0, 0.7, 0.0, 0.0)])
    others = np.delete(moved["x"], 4)
    assert others == pytest.approx(np.delete(np.linspace(0.0, 1.0, 11), 4))


def test_nothing_to_trust_changes_nothing() -> None:
    states = straight()
    states["x"] = np.full(11, np.nan)
    assert localized(states, [(100.0, 5.0, 2.0, 1.0)]) is states


def test_speed_is_left_alone() -> None:
    states = straight()
    assert localized(states, [(100.0, 5.0, 2.0, 1.0)])["speed"] is states["speed"]
