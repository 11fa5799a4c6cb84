"""Sync: exactly the valid rows are reconciled, and everything wrong is an event."""

# ruff: noqa: PT012  the patch belongs to the block

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from twin_lakehouse import (
    Event,
    Lake,
    StateSnapshot,
    TwinJob,
    arrival,
    create_twin,
    get_job,
    start_job,
    sync_twin,
    twin_events,
)
from twin_lakehouse import sync as sync_module
from twin_lakehouse.errors import InvalidValueError, LakeAwayError, UnknownJobError, UnknownTwinError

from .making import JOB, PERIOD, TWIN, imu, snapshot

ROWS = 100
WRONG: dict[int, tuple[str, dict[str, object]]] = {
    10: ("position_jump", {"position_y": 4.0}),
    20: ("quaternion_norm", {"orientation_qw": 1.5}),
    30: ("time_backwards", {"timestamp": snapshot(25).timestamp}),
    40: ("not_finite", {"position_x": math.nan}),
    50: ("linear_velocity", {"linear_velocity": 2.0}),
    60: ("angular_velocity", {"angular_velocity": -9.0}),
    70: ("unknown_source", {"source": "rumour"}),
}


@pytest.fixture(autouse=True)
def job(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)
    rows = [snapshot(i) for i in range(ROWS)]
    for i, (_, change) in WRONG.items():
        rows[i] = dataclasses.replace(rows[i], **change)  # type: ignore[arg-type]
    with lake.transaction():
        lake.insert(*rows)


def reconciled(lake: Lake) -> set[object]:
    return {row.snapshot_id for row in lake.rows(StateSnapshot, "reconciled")}


def everything(lake: Lake) -> str:
    # As text: NaN isn't equal to itself.
    return repr([lake.rows(record, "true ORDER BY rowid") for record in (StateSnapshot, Event, TwinJob)])


def anomalies(lake: Lake) -> list[Event]:
    return twin_events(lake, TWIN, event_type="twin.anomaly")


def test_exactly_the_valid_rows_are_reconciled(lake: Lake) -> None:
    result = sync_twin(lake, TWIN, JOB)
    assert reconciled(lake) == {snapshot(i).snapshot_id for i in range(ROWS) if i not in WRONG}
    assert (result.snapshots, result.reconciled, result.anomalies) == (ROWS, ROWS - len(WRONG), len(WRONG))


def test_each_anomaly_is_an_event_that_names_the_row(lake: Lake) -> None:
    sync_twin(lake, TWIN, JOB)
    payloads = [json.loads(event.payload) for event in anomalies(lake)]
    kinds = {payload["snapshot_id"]: payload["kind"] for payload in payloads}
    assert kinds == {str(snapshot(i).snapshot_id): kind for i, (kind, _) in WRONG.items()}
    (speed,) = (payload for payload in payloads if payload["kind"] == "linear_velocity")
    assert (speed["value"], speed["limit"], speed["unit"]) == (2.0, 0.39, "m/s")


def test_synced_event_and_job_say_that_it_is_done(lake: Lake) -> None:
    sync_twin(lake, TWIN, JOB)
    (event,) = twin_events(lake, TWIN, event_type="twin.synced")
    payload = json.loads(event.payload)
    counts = {"snapshots": ROWS, "readings": 0, "reconciled": ROWS - len(WRONG), "anomalies": len(WRONG)}
    assert {name: payload[name] for name in counts} == counts
    assert payload["kinds"] == {kind: 1 for kind, _ in WRONG.values()}
    assert payload["limits"]["linear_velocity"] == {"value": 0.26, "from": "default"}
    assert (payload["clock"], payload["bag"]["files"], payload["withdrawn"]["count"]) == ("recorded", 0, 0)
    done = get_job(lake, TWIN, JOB)
    assert done.sync_status == "synced"
    assert done.completed_at is not None


def test_second_run_changes_nothing(lake: Lake) -> None:
    first = sync_twin(lake, TWIN, JOB)
    before = everything(lake)
    again = sync_twin(lake, TWIN, JOB)
    assert everything(lake) == before
    assert again == dataclasses.replace(first, new_events=0, new_reconciled=0)


def test_rows_that_come_later_are_judged_with_the_rest(lake: Lake) -> None:
    sync_twin(lake, TWIN, JOB)
    late = [snapshot(ROWS), dataclasses.replace(snapshot(ROWS + 1), position_x=77.0), snapshot(ROWS + 2)]
    with lake.transaction():
        lake.insert(*late)
    result = sync_twin(lake, TWIN, JOB)
    assert (result.new_reconciled, result.new_events) == (2, 2)
    assert {late[0].snapshot_id, late[2].snapshot_id} <= reconciled(lake)


def test_imu_reading_that_cannot_be_is_an_anomaly(lake: Lake) -> None:
    def payload(x: object, z: object) -> str:
        felt = {"linear_acceleration": {"x": x, "y": 0, "z": 9.8}, "angular_velocity": {"x": 0, "y": 0, "z": z}}
        return json.dumps(felt)

    readings = [payload(0, 0), payload(300.0, 0), payload(0, -40.0), payload(None, 0), '{"temperature": 20}']
    with lake.transaction():
        lake.insert(*(imu(i, payload=text) for i, text in enumerate(readings)))
    assert sync_twin(lake, TWIN, JOB).readings == 5
    found = {}
    for event in anomalies(lake):
        content = json.loads(event.payload)
        if "reading_id" in content:
            found[content["reading_id"]] = (content["kind"], content["value"])
    assert found == {
        str(imu(1).reading_id): ("imu_linear_acceleration", pytest.approx(300.16, abs=0.01)),
        str(imu(2).reading_id): ("imu_angular_velocity", 40.0),
        str(imu(3).reading_id): ("imu_linear_acceleration", None),
    }


def test_row_that_is_there_twice_is_counted_once(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(dataclasses.replace(snapshot(ROWS - 1), timestamp=snapshot(ROWS).timestamp))
    sync_twin(lake, TWIN, JOB)
    kinds = [json.loads(event.payload)["kind"] for event in anomalies(lake)]
    assert kinds.count("repeated_id") == 1
    assert len(lake.rows(StateSnapshot, "snapshot_id = ? AND reconciled", [snapshot(ROWS - 1).snapshot_id])) == 1


def test_predicted_rows_may_be_anywhere(lake: Lake) -> None:
    ghost = dataclasses.replace(snapshot(3, source="predicted"), snapshot_id=imu(0).reading_id, position_x=50.0)
    with lake.transaction():
        lake.insert(ghost)
    assert sync_twin(lake, TWIN, JOB).anomalies == len(WRONG)
    assert ghost.snapshot_id in reconciled(lake)


def test_other_jobs_and_twins_are_left_alone(lake: Lake) -> None:
    start_job(lake, TWIN, "job-2")
    with lake.transaction():
        lake.insert(snapshot(0, job="job-2"), snapshot(0, twin="other"))
    sync_twin(lake, TWIN, JOB)
    assert [row.reconciled for row in lake.rows(StateSnapshot, "job_id = 'job-2' OR asset_id = 'other'")] == [False] * 2
    assert get_job(lake, TWIN, "job-2").sync_status == "pending"


def test_job_without_rows_is_synced(lake: Lake) -> None:
    start_job(lake, TWIN, "empty")
    assert sync_twin(lake, TWIN, "empty").snapshots == 0
    assert get_job(lake, TWIN, "empty").sync_status == "synced"


def test_failure_marks_the_job_and_changes_nothing_else(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise LakeAwayError("the storage is away", remedy="call again")

    with monkeypatch.context() as patch, pytest.raises(LakeAwayError, match="the storage is away"):
        patch.setattr(sync_module, "_closed", fail)
        sync_twin(lake, TWIN, JOB)
    assert get_job(lake, TWIN, JOB).sync_status == "failed"
    assert reconciled(lake) == set()
    assert anomalies(lake) == []
    sync_twin(lake, TWIN, JOB)
    assert get_job(lake, TWIN, JOB).sync_status == "synced"


def test_wrong_limits_in_the_metadata_fail_the_sync_by_name(lake: Lake) -> None:
    with lake.transaction():
        lake.execute("""UPDATE lake.twins.assets SET metadata = '{"limits": {"linear_velocity": "fast"}}'""")
    with pytest.raises(InvalidValueError, match=r"metadata\.limits\.linear_velocity 'fast'"):
        sync_twin(lake, TWIN, JOB)
    assert get_job(lake, TWIN, JOB).sync_status == "failed"


def test_unknown_twin_or_job_is_refused(lake: Lake) -> None:
    with pytest.raises(UnknownTwinError):
        sync_twin(lake, "nobody", JOB)
    with pytest.raises(UnknownJobError):
        sync_twin(lake, TWIN, "no-job")


def test_order_of_arrival_decides_not_the_stamp(lake: Lake) -> None:
    start_job(lake, TWIN, "late")
    rows = [snapshot(i, job="late") for i in (0, 1, 3, 2, 4)]
    with lake.transaction():
        lake.insert(*rows)
    sync_twin(lake, TWIN, "late")
    wrong = lake.rows(StateSnapshot, "job_id = 'late' AND NOT reconciled")
    assert [row.timestamp for row in wrong] == [snapshot(0).timestamp + 2 * PERIOD]


def marked_in_parts(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> int:
    """Syncs with 30 rows a part; gives the number of transactions."""
    states = "FROM ducklake_snapshots('lake')"
    before: int = lake.query(states).num_rows
    with monkeypatch.context() as patch:
        patch.setattr(arrival, "CHUNK_ROWS", 30)
        patch.setattr(arrival, "_BLOCK", 10)
        sync_twin(lake, TWIN, JOB)
    after: int = lake.query(states).num_rows
    return after - before


def test_rows_of_a_long_job_are_marked_in_several_transactions(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    assert marked_in_parts(lake, monkeypatch) == 4
    assert reconciled(lake) == {snapshot(i).snapshot_id for i in range(ROWS) if i not in WRONG}
    assert marked_in_parts(lake, monkeypatch) == 0


def test_sync_that_ended_between_two_parts_is_finished_by_the_next(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise LakeAwayError("the storage is away", remedy="call again")

    with monkeypatch.context() as patch, pytest.raises(LakeAwayError):
        patch.setattr(sync_module, "mark_rest", fail)
        marked_in_parts(lake, monkeypatch)
    marked = len(reconciled(lake))
    assert (marked > 0, anomalies(lake), get_job(lake, TWIN, JOB).sync_status) == (True, [], "failed")
    result = sync_twin(lake, TWIN, JOB)
    assert (result.new_reconciled, result.anomalies) == (ROWS - len(WRONG) - marked, len(WRONG))
    assert reconciled(lake) == {snapshot(i).snapshot_id for i in range(ROWS) if i not in WRONG}
