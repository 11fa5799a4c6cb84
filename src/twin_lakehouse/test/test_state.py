"""Where a twin was."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest

from twin_lakehouse import (
    Lake,
    StateSnapshot,
    compact_lake,
    create_twin,
    get_twin,
    get_twin_state,
    retire_twin,
    start_job,
    sync_twin,
    update_job_metadata,
)
from twin_lakehouse.errors import InvalidValueError, UnknownTwinError

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


def test_wrong_row_does_not_count_while_others_wait_for_the_next_sync(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(dataclasses.replace(snapshot(5), position_x=99.0))
    sync_twin(lake, TWIN, JOB)
    with lake.transaction():
        lake.insert(snapshot(7))
    assert state_x(lake) == snapshot(7).position_x
    assert state_x(lake, at=T0 + 6 * PERIOD) == snapshot(4).position_x


def test_wrong_rows_do_not_count_however_many_there_are(lake: Lake) -> None:
    wrong = [dataclasses.replace(snapshot(i), orientation_qw=2.0) for i in range(5, 405)]
    with lake.transaction():
        lake.insert(*wrong)
    sync_twin(lake, TWIN, JOB)
    assert state_x(lake) == snapshot(4).position_x


def test_pose_that_is_no_number_does_not_count_before_any_sync(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(
            dataclasses.replace(snapshot(5), position_y=math.nan),
            dataclasses.replace(snapshot(6), orientation_qz=math.inf),
        )
    assert state_x(lake) == snapshot(4).position_x


def test_of_two_rows_of_one_instant_the_later_one_counts(lake: Lake) -> None:
    again = dataclasses.replace(snapshot(2), snapshot_id=snapshot(99).snapshot_id, position_x=0.02)
    with lake.transaction():
        lake.insert(again)
    assert state_x(lake, at=T0 + 2 * PERIOD) == 0.02
    assert state_x(lake, at=T0 + 2.5 * PERIOD, interpolate=True) == pytest.approx((0.02 + 0.015) / 2, rel=1e-4)


def test_state_before_a_job_is_that_of_the_job_before(lake: Lake) -> None:
    start_job(lake, TWIN, "job-2")
    with lake.transaction():
        lake.insert(dataclasses.replace(snapshot(60, job="job-2"), position_x=50.0))
    assert state_x(lake, at=T0 + 59 * PERIOD) == snapshot(4).position_x
    assert state_x(lake, at=T0 + 60 * PERIOD) == 50.0


def test_time_with_a_zone_and_the_same_in_utc_without_one_give_one_state(lake: Lake) -> None:
    at = T0 + 2 * PERIOD
    zoned = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=-5)))
    assert state_x(lake, at=zoned) == state_x(lake, at=at) == snapshot(2).position_x


def test_retired_twin_is_where_it_was(lake: Lake) -> None:
    retire_twin(lake, TWIN)
    state = get_twin_state(lake, TWIN)
    assert (state.asset.status, state.snapshot) == ("retired", snapshot(4))


def test_job_that_an_older_version_synced_has_no_row_that_counts_unreconciled(lake: Lake) -> None:
    wrong = dataclasses.replace(snapshot(5), position_x=99.0)
    with lake.transaction():
        lake.insert(wrong)
    sync_twin(lake, TWIN, JOB)
    update_job_metadata(lake, TWIN, JOB, {"sync": None})
    assert state_x(lake) == snapshot(4).position_x


def test_snapshot_without_a_job_counts(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(snapshot(7, job=None, source="manual"))
    assert state_x(lake) == snapshot(7).position_x


def test_unknown_twin_is_refused(lake: Lake) -> None:
    with pytest.raises(UnknownTwinError):
        get_twin_state(lake, "nobody")


def test_state_is_found_however_long_ago_the_last_row_was(lake: Lake) -> None:
    start_job(lake, TWIN, "long-ago")
    old = dataclasses.replace(snapshot(0, job="long-ago"), timestamp=T0 - timedelta(days=900), position_x=7.0)
    with lake.transaction():
        lake.insert(old)
    assert state_x(lake, at=T0 - timedelta(days=30)) == 7.0
    assert state_x(lake, at=T0 + timedelta(days=30)) == snapshot(4).position_x


def test_state_is_found_where_every_newer_file_is_of_others(lake: Lake) -> None:
    for number in range(20):
        with lake.transaction():
            lake.insert(snapshot(1000 + number, twin="other", job=f"job-{number}"))
    assert state_x(lake) == snapshot(4).position_x


def test_twin_that_rested_is_not_looked_for_in_what_others_wrote(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with lake.transaction():
        lake.insert(*(snapshot(100_000 + i, twin="other", job=f"job-{i}") for i in range(3)))
    looked, query = [], lake.query

    def spy(sql: str, params: object = ()) -> pa.Table:
        if isinstance(params, dict) and "until" in params:
            looked.append(params["until"])
        return query(sql, params)  # type: ignore[arg-type]

    monkeypatch.setattr(lake, "query", spy)
    assert state_x(lake, at=snapshot(100_002).timestamp) == snapshot(4).position_x
    assert looked[-1] == snapshot(9).timestamp  # the last one in the file that holds it


def test_rows_of_an_open_transaction_count(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(snapshot(10_000))
        assert state_x(lake) == snapshot(10_000).position_x


def test_state_of_a_compacted_lake_is_the_same(lake: Lake) -> None:
    for number in range(5, 9):
        with lake.transaction():
            lake.insert(snapshot(number))
    sync_twin(lake, TWIN, JOB)
    compact_lake(lake, keep_files=timedelta(0))
    assert [state_x(lake, at=T0 + number * PERIOD) for number in range(9)] == [
        snapshot(number).position_x for number in range(9)
    ]


def test_ends_of_the_calendar_are_times_as_others(lake: Lake) -> None:
    # As the lake keeps times: without zone.
    assert state_x(lake, at=datetime.min, interpolate=True) is None  # noqa: DTZ901
    assert state_x(lake, at=datetime.max, interpolate=True) == snapshot(4).position_x  # noqa: DTZ901


@pytest.fixture
def turning(lake: Lake) -> None:
    """A second after the last snapshot the robot is 1 m further, and has turned by 90 degrees about z."""
    turned = dataclasses.replace(
        snapshot(5),
        timestamp=snapshot(4).timestamp + timedelta(seconds=1),
        position_x=snapshot(4).position_x + 1.0,
        orientation_qz=-math.sin(math.pi / 4),  # -q is the same orientation
        orientation_qw=-math.cos(math.pi / 4),
        angular_velocity=1.0,
        linear_velocity=None,
    )
    with lake.transaction():
        lake.insert(turned)


@pytest.mark.usefixtures("turning")
def test_state_between_two_snapshots_is_interpolated_on_request(lake: Lake) -> None:
    at = snapshot(4).timestamp + timedelta(seconds=0.25)
    state = get_twin_state(lake, TWIN, at, interpolate=True)
    assert state.snapshot
    assert state.interpolated_to
    assert (state.snapshot.timestamp, state.snapshot.snapshot_id) == (at, snapshot(4).snapshot_id)
    assert state.snapshot.position_x == pytest.approx(snapshot(4).position_x + 0.25)
    half_angle = math.pi / 16
    assert state.snapshot.orientation_qz == pytest.approx(math.sin(half_angle))
    assert state.snapshot.orientation_qw == pytest.approx(math.cos(half_angle))
    assert (state.snapshot.angular_velocity, state.snapshot.linear_velocity) == (0.25, None)
    assert get_twin_state(lake, TWIN, at).snapshot == snapshot(4)


@pytest.mark.usefixtures("turning")
def test_gap_that_is_too_long_is_not_bridged(lake: Lake) -> None:
    at = snapshot(4).timestamp + timedelta(seconds=0.5)
    assert get_twin_state(lake, TWIN, at, interpolate=True, max_gap_s=1.0).interpolated_to is not None
    assert get_twin_state(lake, TWIN, at, interpolate=True, max_gap_s=0.9).snapshot == snapshot(4)


@pytest.mark.parametrize(
    "after",
    [
        snapshot(5, job="other"),
        snapshot(5, source="manual"),
        snapshot(5, source="predicted"),
        snapshot(5, twin="other"),
    ],
    ids=["job", "source", "predicted", "twin"],
)
def test_state_is_not_interpolated_to_another_story(lake: Lake, after: StateSnapshot) -> None:
    with lake.transaction():
        lake.insert(after)
    state = get_twin_state(lake, TWIN, T0 + 4.5 * PERIOD, interpolate=True)
    assert (state.snapshot, state.interpolated_to) == (snapshot(4), None)


def test_state_at_a_snapshot_is_that_snapshot(lake: Lake) -> None:
    assert get_twin_state(lake, TWIN, T0 + 2 * PERIOD, interpolate=True).snapshot == snapshot(2)


def test_gap_that_is_no_duration_is_refused(lake: Lake) -> None:
    for max_gap_s in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InvalidValueError, match="max_gap_s"):
            get_twin_state(lake, TWIN, T0, interpolate=True, max_gap_s=max_gap_s)
