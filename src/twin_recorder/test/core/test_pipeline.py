"""The data path with a real lake: rows land once each."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from twin_lakehouse import Lake
from twin_recorder.core.definitions import type_hash
from twin_recorder.core.errors import ConfigError
from twin_recorder.core.pipeline import RollPolicy
from twin_recorder.core.topics import TopicSpec, TopicTable

JOB = "job-1"


def test_everything_of_a_job_lands(recorder: Any, messages: Any) -> None:
    assert recorder.record(messages.run_of_everything()) == 0
    counts = {table: len(rows) for table, rows in recorder.everything().items()}
    assert counts == {
        "twins.state_snapshots": 2,
        "twins.sensor_readings": 8,
        "twins.events": 2,
        "event_log.object_detections": 2,
        "event_log.ros_navigation_trials": 2,
    }
    assert [path.name for path in recorder.spool.iterdir()] == [".lock"]


def test_snapshots_equal_messages_one_by_one(recorder: Any, messages: Any, definitions: Any) -> None:
    run = [("/odom", messages.odometry(i)) for i in range(200)]
    recorder.record(run)
    sent = [definitions.store.deserialize_cdr(cdr, "nav_msgs/msg/Odometry") for _, cdr in run]
    columns = "epoch_us(timestamp) AS t, position_x AS x, position_y AS y, orientation_qz AS z, linear_velocity AS v"
    assert [tuple(row.values()) for row in recorder.rows("twins.state_snapshots", columns)] == [
        (
            m.header.stamp.sec * 1_000_000 + m.header.stamp.nanosec // 1000,
            m.pose.pose.position.x,
            m.pose.pose.position.y,
            m.pose.pose.orientation.z,
            m.twist.twist.linear.x,
        )
        for m in sent
    ]


def test_twin_and_job_are_made_where_they_are_missing(recorder: Any, messages: Any) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    assert [row["asset_id"] for row in recorder.rows("twins.assets")] == ["turtlebot-01"]
    (job,) = recorder.rows("twins.twin_jobs")
    assert (job["job_id"], job["environment"], job["sync_status"]) == (JOB, "ros.dev.gpu", "pending")


def test_job_is_in_the_lake_before_its_first_rows(recorder: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.begin("turtlebot-01", JOB, "torch.dev.gpu")
    pipeline.close()
    (job,) = recorder.rows("twins.twin_jobs")
    assert (job["twin_id"], job["job_id"], job["environment"]) == ("turtlebot-01", JOB, "torch.dev.gpu")


def test_segment_row_says_what_was_recorded(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    recorder.clock.advance(0.5)
    pipeline.capture("/odom", messages.odometry(1))
    pipeline.lost("/imu", 4)
    pipeline.drain(60.0)
    pipeline.close()
    (row,) = recorder.rows("recordings.segments")
    first_ns = 1_700_000_000_000_000_000
    assert json.loads(row["topics"]) == {
        "/odom": {
            "type": "nav_msgs/msg/Odometry",
            "messages": 2,
            "lost": 0,
            "first_ns": first_ns,
            "last_ns": first_ns + 500_000_000,
            "max_gap_ns": 500_000_000,
            "stored": {
                "/odom": {
                    "type": "nav_msgs/msg/Odometry",
                    "type_hash": type_hash(recorder.definitions["/odom"]),
                    "offered_qos": "",
                    "messages": 2,
                }
            },
        },
        "/imu": {
            "type": "sensor_msgs/msg/Imu",
            "messages": 0,
            "lost": 4,
            "first_ns": None,
            "last_ns": None,
            "max_gap_ns": None,
            "stored": {},
        },
    }
    assert (row["sequence"], row["message_count"]) == (0, 2)
    assert json.loads(row["config"]) == {
        "environment": "ros.dev.gpu",
        "pose": {"rule": "auto", "map_frame": "map", "base_frame": "base_footprint", "odom": 2},
        "pose_after": {"odometry_since_ns": 1_700_000_000_000_000_000, "transforms": []},
        "rows": {"twins.sensor_readings": 2, "twins.state_snapshots": 2},
    }
    assert (row["ended_at"] - row["started_at"]).total_seconds() == 0.5
    assert row["raw_path"] == f"raw/turtlebot-01/job_id={JOB}/000000-{row['segment_id'][:8]}.mcap"
    raw = Path(recorder.settings.storage) / row["raw_path"]
    assert raw.stat().st_size == row["size_bytes"]


def test_step_rolls_when_due_and_not_before(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline(max_bytes=2000)
    pipeline.capture("/odom", messages.odometry(0))
    assert pipeline.step() == []
    recorder.clock.advance(1.0)
    assert [done.rows for done in pipeline.step()] == [2]
    for i in range(3):  # 700 bytes each
        pipeline.capture("/odom", messages.odometry(i))
    assert [done.rows for done in pipeline.step()] == [6]
    pipeline.close()


def test_replayed_segment_adds_no_rows(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a crash between commit and clean-up: the segment is in the lake and still in the spool."""
    caplog.set_level(logging.INFO)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", lambda *_, **__: None)
        recorder.record(messages.run_of_everything())
    before = recorder.everything(ids=True)
    assert recorder.record([], began_ns=2) == 0
    assert recorder.everything(ids=True) == before
    assert "segment=0000 rows=0" in caplog.text
    assert "(was there already)" in caplog.text


def test_two_writers_of_a_job_keep_their_own_raw_files(recorder: Any, messages: Any, tmp_path: Path) -> None:
    """An ingest into the job that is being recorded: both number their segments by themselves."""
    pipelines = [
        replace(recorder, folder=tmp_path / name).pipeline(began_ns=began_ns)
        for began_ns, name in enumerate(("one", "two"))
    ]
    for i in range(3):
        for pipeline in pipelines:
            pipeline.capture("/odom", messages.odometry(i))
            pipeline.flush()
    for pipeline in pipelines:
        pipeline.close()
    paths = {row["raw_path"] for row in recorder.rows("recordings.segments")}
    assert len(paths) == 6


def test_latched_events_that_arrive_again_are_one_row(recorder: Any, messages: Any) -> None:
    event = messages.event(0, "nav.goal_set", event_id=str(UUID(int=1)))
    trial = messages.trial(100, str(UUID(int=2)))
    run = [("/twin/events", event), ("/twin/events", event), ("/twin/navigation_trials", trial)]
    recorder.record(run)
    recorder.record([*run, ("/twin/events", messages.event(1, "nav.goal_reached"))], began_ns=2)
    assert len(recorder.rows("event_log.ros_navigation_trials")) == 1
    events = recorder.rows("twins.events", "event_type", "job_id IS NOT NULL")
    assert [row["event_type"] for row in events] == ["nav.goal_reached", "nav.goal_set"]


def test_restarted_job_goes_on_with_the_next_sequence(recorder: Any, messages: Any) -> None:
    for began_ns in (1, 2, 3):
        recorder.record([("/odom", messages.odometry(0))], began_ns=began_ns)
    assert [row["sequence"] for row in recorder.rows("recordings.segments", "sequence")] == [0, 1, 2]
    assert len({row["snapshot_id"] for row in recorder.rows("twins.state_snapshots")}) == 3


def test_deleted_rows_come_back_from_the_raw_file(recorder: Any, messages: Any) -> None:
    """The tables are a projection of the segments."""
    from twin_recorder.core.project import project
    from twin_recorder.core.segment import read_segment

    recorder.record(messages.run_of_everything())
    before = recorder.everything(ids=True)
    (row,) = recorder.rows("recordings.segments")
    contents = read_segment(Path(recorder.settings.storage) / row["raw_path"])
    with Lake.open(recorder.settings) as lake, lake.transaction():
        tables = project(contents, row["raw_path"]).tables
        for name, rows in tables.items():
            lake.execute(f"DELETE FROM lake.{name} WHERE job_id = ?", (JOB,))  # noqa: S608
            lake.insert_table(name, rows)
    assert recorder.everything(ids=True) == before


def test_rate_limit_keeps_that_many_messages_a_second(recorder: Any, messages: Any) -> None:
    odometry = next(topic for topic in recorder.topics.named if topic.name == "/odom")
    pipeline = replace(recorder, topics=TopicTable.of([replace(odometry, max_rate_hz=10.0)])).pipeline()
    for i in range(30):
        pipeline.capture("/odom", messages.odometry(i), recorder.clock.now_ns + i * 1_000_000_000 // 30)
    counts = pipeline.counts()["/odom"]
    assert (counts.messages, counts.skipped) == (10, 20)
    pipeline.close()


def test_topic_that_comes_later_is_recorded_in_the_open_segment(recorder: Any, messages: Any) -> None:
    pipeline = replace(recorder, topics=TopicTable(rules=recorder.topics.rules), definitions={}).pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    late = TopicSpec(name="/late", type_name="sensor_msgs/msg/Imu")
    for _ in range(2):  # again: nothing changes
        pipeline.register(late, messages.definitions.find(late.type_name))
        pipeline.capture("/late", messages.imu(0))
    pipeline.drain(60.0)
    pipeline.close()
    (row,) = recorder.rows("recordings.segments")
    assert {name: topic["messages"] for name, topic in json.loads(row["topics"]).items()} == {"/odom": 1, "/late": 2}


@pytest.mark.parametrize(("max_bytes", "max_age_ns"), [(0, 1), (1, 0), (-1, -1)])
def test_policy_without_a_limit_is_refused(max_bytes: int, max_age_ns: int) -> None:
    with pytest.raises(ConfigError, match=r"both must be > 0; set parameters roll\.max_bytes and roll\.max_age"):
        RollPolicy(max_bytes=max_bytes, max_age_ns=max_age_ns)
