"""Where a twin was."""

from __future__ import annotations

import dataclasses
from datetime import UTC, timedelta

import pytest

from twin_lakehouse import Lake, create_twin, get_twin, get_twin_state, start_job, sync_twin
from twin_lakehouse.errors import UnknownTwinError

from .making import JOB, PERIOD, T0, TWIN, snapshot


@pytest.fixture(autouse=True)
def twin(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)
    with lake.transaction():
        lake.insert(*map(snapshot, range(5)), snapshot(9, twin="other"))


def state_x(lake: Lake, **arguments: object) -> float | None:
    state = get_twin_state(lake, TWIN, **arguments)  # type: ignore[arg-type]
    return None if state.snapshot is None else state.snapshot.position_x


def test_newest_state_comes_with_the_asset(lake: Lake) -> None:
    state = get_twin_state(lake, TWIN)
    assert (state.asset, state.snapshot, state.at) == (get_twin(lake, TWIN), snapshot(4), None)


def test_state_at_a_time_is_the_last_one_by_then(lake: Lake) -> None:
    assert state_x(lake, at=T0 + 2 * PERIOD) == snapshot(2).position_x
    assert state_x(lake, at=(T0 + 3 * PERIOD - timedelta(microseconds=1)).replace(tzinfo=UTC)) == snapshot(2).position_x
    assert state_x(lake, at=T0 - PERIOD) is None


def test_predicted_states_are_not_where_it_is(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(snapshot(20, source="predicted"), snapshot(21, source="sim2real"))
    assert state_x(lake) == snapshot(4).position_x


def test_row_found_wrong_does_not_count(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(dataclasses.replace(snapshot(5), position_x=99.0))
    assert state_x(lake) == 99.0
    sync_twin(lake, TWIN, JOB)
    assert state_x(lake) == snapshot(4).position_x


def test_row_that_comes_after_the_sync_counts(lake: Lake) -> None:
    sync_twin(lake, TWIN, JOB)
    with lake.transaction():
        lake.insert(snapshot(5))
    assert state_x(lake) == snapshot(5).position_x


def test_snapshot_without_a_job_counts(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(snapshot(7, job=None, source="manual"))
    assert state_x(lake) == snapshot(7).position_x


def test_unknown_twin_is_refused(lake: Lake) -> None:
    with pytest.raises(UnknownTwinError):
        get_twin_state(lake, "nobody")
