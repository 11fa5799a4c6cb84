"""What sync finds in a job's recording: clocks, frames, silences, lost messages, missing rows and files."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from mcap.writer import Writer

from twin_lakehouse import (
    Asset,
    Lake,
    Segment,
    SensorReading,
    StateSnapshot,
    create_twin,
    get_job,
    retire_twin,
    start_job,
    sync_twin,
    twin_events,
)
from twin_lakehouse import sync as sync_module
from twin_lakehouse.anomalies import MOST_EVENTS
from twin_lakehouse.judging import Judgement, judge_job

from .making import JOB, PERIOD, T0, TWIN, imu, segment, snapshot, uuid

ROWS = 60
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  times in the lake are UTC without zone
S_NS = 1_000_000_000


@pytest.fixture(autouse=True)
def job(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB)


def add(lake: Lake, *records: StateSnapshot | SensorReading | Segment) -> None:
    with lake.transaction():
        for kind in (StateSnapshot, SensorReading, Segment):
            if rows := [record for record in records if isinstance(record, kind)]:
                lake.insert(*rows)


def anomalies(lake: Lake) -> list[dict[str, object]]:
    return [json.loads(event.payload) for event in twin_events(lake, TWIN, event_type="twin.anomaly")]


def reading(i: int, *, log_s: float | None = None, frame: str = "odom", sensor: str = "odometry") -> SensorReading:
    """A reading stamped as snapshot i; logged `log_s` after T0 (default: at its stamp)."""
    log_us = ((T0 - EPOCH) + (i * PERIOD if log_s is None else timedelta(seconds=log_s))) // timedelta(microseconds=1)
    return dataclasses.replace(
        imu(i, payload=json.dumps({"frame_id": frame, "child_frame_id": "base"})),
        reading_id=uuid("reading", sensor, i),
        sensor_type=sensor,
        raw_path=f"raw/1.mcap#log_time={log_us * 1000}",
    )


def recorded(
    topics: dict[str, dict[str, object]], *, sequence: int = 1, config: dict[str, object] | None = None
) -> Segment:
    return dataclasses.replace(
        segment(sequence), topics=json.dumps(topics), config=json.dumps(config or {}), raw_path=f"raw/{sequence}.mcap"
    )


def scans(first_s: float, *, messages: int = 100, max_gap_s: float = 0.1, lost: int = 0) -> dict[str, object]:
    """A lidar of 10 Hz in a segment of 10 s."""
    first_ns = int(first_s * S_NS)
    span = {"first_ns": first_ns, "last_ns": first_ns + 10 * S_NS, "max_gap_ns": int(max_gap_s * S_NS)}
    return {"type": "sensor_msgs/msg/LaserScan", "messages": messages, "lost": lost, **span}


def test_row_that_says_the_same_again_is_not_reconciled(lake: Lake) -> None:
    again = dataclasses.replace(snapshot(10), snapshot_id=uuid("again"))
    add(lake, *map(snapshot, range(11)), again, *map(snapshot, range(11, ROWS)))
    result = sync_twin(lake, TWIN, JOB)
    assert (result.kinds, result.reconciled) == ({"repeated_row": 1}, ROWS)
    assert [payload["snapshot_id"] for payload in anomalies(lake)] == [str(again.snapshot_id)]


def test_silence_in_the_stamps_is_told_and_the_row_after_it_is_as_good_as_any(lake: Lake) -> None:
    late = [dataclasses.replace(snapshot(i), timestamp=snapshot(i).timestamp + timedelta(seconds=3)) for i in (40, 41)]
    add(lake, *map(snapshot, range(40)), *late)
    result = sync_twin(lake, TWIN, JOB)
    assert (result.kinds, result.reconciled) == ({"gap": 1}, 42)
    (gap,) = anomalies(lake)
    assert (gap["snapshot_id"], gap["value"], gap["limit"]) == (str(late[0].snapshot_id), pytest.approx(3.033333), 1.0)


@pytest.mark.parametrize("stamp", [EPOCH, datetime(1999, 12, 31), datetime(2263, 1, 1), datetime.max])  # noqa: DTZ001, DTZ901
def test_stamp_of_no_time_that_a_robot_ran_in_is_wrong(lake: Lake, stamp: datetime) -> None:
    add(lake, *map(snapshot, range(5)), dataclasses.replace(snapshot(5), timestamp=stamp), snapshot(6))
    result = sync_twin(lake, TWIN, JOB)
    assert (result.kinds, result.reconciled, result.clock) == ({"stamp_out_of_range": 1}, 6, "recorded")
    assert anomalies(lake)[0]["snapshot_id"] == str(snapshot(5).snapshot_id)


def test_clock_of_a_simulation_begins_at_zero_and_may_stand_still(lake: Lake) -> None:
    rows = [dataclasses.replace(snapshot(i), timestamp=EPOCH + (i - i // 30) * PERIOD) for i in range(ROWS)]
    paused = recorded({"/scan": scans(0.0, max_gap_s=5.0)})
    add(
        lake, *rows, *(dataclasses.replace(reading(i, log_s=i), timestamp=rows[i].timestamp) for i in range(20)), paused
    )
    result = sync_twin(lake, TWIN, JOB)
    assert (result.clock, result.kinds, result.reconciled) == ("simulated", {}, ROWS)


def test_clock_that_is_set_while_the_job_runs_is_told(lake: Lake) -> None:
    add(lake, *(reading(i, log_s=0.033333 * i + (100.0 if i >= 30 else 0.0)) for i in range(ROWS)))
    assert sync_twin(lake, TWIN, JOB).kinds == {"clock_jump": 1}
    (jump,) = anomalies(lake)
    assert (jump["reading_id"], jump["value"]) == (str(reading(30).reading_id), pytest.approx(-100.0, abs=0.01))


def test_bag_that_is_played_later_has_one_clock_all_the_same(lake: Lake) -> None:
    add(lake, *(reading(i, log_s=0.033333 * i + 1e7) for i in range(ROWS)))
    assert sync_twin(lake, TWIN, JOB).kinds == {}


def test_stream_of_another_clock_is_told(lake: Lake) -> None:
    others = [reading(i, log_s=0.033333 * i + 3600, sensor="lidar") for i in range(5)]
    add(lake, *(reading(i) for i in range(ROWS)), *others)
    assert sync_twin(lake, TWIN, JOB).kinds == {"two_clocks": 1}
    (found,) = anomalies(lake)
    assert (found["stream"], found["value"]) == ("lidar odom > base", pytest.approx(-3600, abs=0.01))


def test_pose_in_another_frame_is_not_reconciled(lake: Lake) -> None:
    frames = [reading(i, frame="odom" if i < 40 else "map") for i in range(ROWS)]
    add(lake, *map(snapshot, range(ROWS)), *frames)
    result = sync_twin(lake, TWIN, JOB)
    assert result.kinds == {"foreign_frame": 20, "frame_changed": 1}
    assert result.reconciled == 40
    (changed,) = (payload for payload in anomalies(lake) if payload["kind"] == "frame_changed")
    assert (changed["reading_id"], changed["value"]) == (str(frames[40].reading_id), "map > base")


def test_silence_of_a_topic_names_segment_topic_and_span(lake: Lake) -> None:
    add(
        lake,
        recorded({"/scan": scans(0.0), "/cmd_vel": {**scans(0.0, max_gap_s=9), "type": "geometry_msgs/msg/Twist"}}),
        recorded({"/scan": scans(10.1, max_gap_s=4.0)}, sequence=2),
        recorded({"/scan": scans(40.0)}, sequence=3),
    )
    assert sync_twin(lake, TWIN, JOB).kinds == {"gap": 2}
    found = [(gap["segment_id"], gap["topic"], gap["value"], gap["from"], gap["to"]) for gap in anomalies(lake)]
    assert found == [
        (
            str(uuid("segment", TWIN, JOB, 2)),
            "/scan",
            4.0,
            "1970-01-01T00:00:10.100000Z",
            "1970-01-01T00:00:20.100000Z",
        ),
        (
            str(uuid("segment", TWIN, JOB, 3)),
            "/scan",
            pytest.approx(19.9),
            "1970-01-01T00:00:20.100000Z",
            "1970-01-01T00:00:40Z",
        ),
    ]


def test_lost_messages_and_those_without_rows_are_told(lake: Lake) -> None:
    skipped = {"/imu": {"messages": 7, "reason": "damaged"}}
    config = {"rows": {"twins.state_snapshots": 3, "twins.sensor_readings": 0}, "skipped": skipped}
    add(lake, snapshot(0), recorded({"/scan": scans(0.0, lost=5)}, config=config))
    assert sync_twin(lake, TWIN, JOB).kinds == {"messages_lost": 1, "messages_without_rows": 1, "rows_missing": 1}
    found = {str(payload["kind"]): (payload["value"], payload["limit"]) for payload in anomalies(lake)}
    assert found == {"messages_lost": (5, 0), "messages_without_rows": (7, 0), "rows_missing": (1, 3)}


def mcap(path: Path, messages: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start()
        channel = writer.register_channel("/scan", "cdr", 0)
        for number in range(messages):
            writer.add_message(channel, number, b"", number)
        writer.finish()  # type: ignore[no-untyped-call]


def test_raw_files_are_counted_and_their_absence_is_no_fault(lake: Lake) -> None:
    add(lake, *(recorded({}, sequence=number) for number in (1, 2, 3, 4)))
    root = Path(lake.storage.root)
    mcap(root / "raw" / "1.mcap", 10)
    mcap(root / "raw" / "2.mcap", 9)
    (root / "raw" / "3.mcap").write_bytes(b"cut")
    result = sync_twin(lake, TWIN, JOB)
    assert result.bag == {"files": 4, "absent": 1, "is_partial": False}
    assert result.kinds == {"bag_damaged": 1, "bag_differs": 1}
    assert sorted((str(p["raw_path"]), p["value"]) for p in anomalies(lake)) == [
        ("raw/2.mcap", 9),
        ("raw/3.mcap", None),
    ]


def test_many_anomalies_of_a_kind_make_some_events_and_a_summary(lake: Lake) -> None:
    wrong = [dataclasses.replace(snapshot(i), orientation_qw=2.0) for i in range(3 * MOST_EVENTS)]
    add(lake, *wrong)
    result = sync_twin(lake, TWIN, JOB)
    assert (result.kinds, result.anomalies, result.reconciled) == ({"quaternion_norm": 300}, 300, 0)
    found = anomalies(lake)
    assert len(found) == MOST_EVENTS + 1
    (summary,) = (payload for payload in found if "count" in payload)
    assert (summary["count"], summary["last"]["snapshot_id"]) == (300, str(wrong[-1].snapshot_id))  # type: ignore[index]


def test_anomaly_that_is_none_any_more_is_withdrawn(lake: Lake) -> None:
    add(lake, *(dataclasses.replace(snapshot(i), linear_velocity=0.5) for i in range(3)))
    assert sync_twin(lake, TWIN, JOB).kinds == {"linear_velocity": 3}
    with lake.transaction():
        lake.execute("""UPDATE lake.twins.assets SET metadata = '{"limits": {"linear_velocity": 1.0}}'""")
    result = sync_twin(lake, TWIN, JOB)
    assert (result.kinds, result.withdrawn, result.new_reconciled) == ({}, 3, 3)
    newest = json.loads(twin_events(lake, TWIN, event_type="twin.synced")[-1].payload)
    assert (newest["kinds"], newest["withdrawn"]["count"]) == ({}, 3)


def test_rows_that_come_while_sync_looks_wait_for_the_next_one(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    add(lake, *map(snapshot, range(5)))

    def judged_while_one_comes(given: Lake, asset: Asset, job_id: str) -> Judgement:
        judgement = judge_job(given, asset, job_id)
        add(given, snapshot(5))
        return judgement

    with monkeypatch.context() as patch:
        patch.setattr(sync_module, "judge_job", judged_while_one_comes)
        assert sync_twin(lake, TWIN, JOB).sync_status == "pending"
    assert [row.reconciled for row in lake.rows(StateSnapshot, "true ORDER BY timestamp")] == [True] * 5 + [False]
    assert sync_twin(lake, TWIN, JOB).sync_status == get_job(lake, TWIN, JOB).sync_status == "synced"


def test_job_of_a_retired_twin_is_synced(lake: Lake) -> None:
    add(lake, *map(snapshot, range(5)))
    retire_twin(lake, TWIN)
    assert sync_twin(lake, TWIN, JOB).reconciled == 5


def test_job_of_poses_that_are_no_numbers_has_nothing_reconciled(lake: Lake) -> None:
    add(lake, *(dataclasses.replace(snapshot(i), position_x=math.nan) for i in range(5)))
    result = sync_twin(lake, TWIN, JOB)
    assert (result.kinds, result.reconciled, result.sync_status) == ({"not_finite": 5}, 0, "synced")


def test_limits_of_the_wheels_come_from_the_model(lake: Lake) -> None:
    model = Path(__file__).parents[3] / "urdf" / "turtlebot3_waffle.urdf"
    create_twin(lake, "drone", "drone", model)
    start_job(lake, "drone", JOB)
    limits = sync_twin(lake, "drone", JOB).limits
    assert limits["linear_velocity"] == {"value": pytest.approx(0.264), "from": "model 1.0.0"}
    assert limits["angular_velocity"] == {"value": pytest.approx(1.8397, abs=1e-4), "from": "model 1.0.0"}
    assert limits["margin"] == {"value": 1.5, "from": "default"}
