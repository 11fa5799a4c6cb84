"""From messages to rows: each table's columns, ids, times, JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from twin_lakehouse.ids import named_uuid
from twin_recorder.core.project import Projection, project
from twin_recorder.core.segment import SegmentContents, read_segment

LOG_NS = 1_700_000_000_000_000_000
RAW_PATH = "raw/turtlebot-01/job_id=job-1/000000.mcap"
NESTED = '{"d": %s%s}'


def utc(*parts: int) -> datetime:
    """As the lake keeps it: UTC without zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


def segment(recorder: Any, run: list[tuple[str, bytes]]) -> SegmentContents:
    """The run as one closed segment, read."""
    store = recorder.store()
    for topic, cdr in run:
        store.append(topic, cdr, recorder.clock.now_ns)
    store.roll()
    (closed,) = store.closed()
    contents = read_segment(closed.path)
    store.close()
    return contents


def rows(recorder: Any, table: str, *run: tuple[str, bytes]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project(segment(recorder, list(run)), RAW_PATH).tables[table].to_pylist()
    return found


def test_odometry_becomes_a_snapshot(recorder: Any, messages: Any) -> None:
    contents = segment(recorder, [("/odom", messages.odometry(15))])
    (row,) = project(contents, RAW_PATH).tables["twins.state_snapshots"].to_pylist()
    assert row == {
        "snapshot_id": named_uuid(str(contents.info.segment_id), "state_snapshots", "/odom", 0),
        "asset_id": "turtlebot-01",
        "job_id": "job-1",
        "timestamp": utc(2023, 11, 14, 22, 13, 21, 500_000),
        "source": "ros_job",
        "position_x": 0.1 * 15,
        "position_y": -0.2 * 15,
        "position_z": 0.0,
        "orientation_qx": 0.0,
        "orientation_qy": 0.0,
        "orientation_qz": math.sin(0.075),
        "orientation_qw": math.cos(0.075),
        "linear_velocity": 0.2,
        "angular_velocity": -0.1,
        "reconciled": False,
        "cosmos_model": None,
        "predicted_from_snapshot_id": None,
    }


def test_reading_names_its_sensor_and_the_raw_file(recorder: Any, messages: Any) -> None:
    (row,) = rows(recorder, "twins.sensor_readings", ("/imu", messages.imu(0)))
    assert (row["sensor_type"], row["raw_path"]) == ("imu", f"{RAW_PATH}#log_time={LOG_NS}")
    assert json.loads(row["payload"]) == {
        "frame_id": "imu_link",
        "orientation": {"x": 0.0, "y": 0.0, "z": 0.0, "w": 1.0},
        "angular_velocity": {"x": 0.0, "y": 0.0, "z": 0.5},
        "linear_acceleration": {"x": 0.1, "y": 0.0, "z": 9.81},
    }


def test_rays_that_hit_nothing_are_null_in_json(recorder: Any, messages: Any) -> None:
    (row,) = rows(recorder, "twins.sensor_readings", ("/scan", messages.scan(0)))
    payload = json.loads(row["payload"])
    assert payload["ranges"] == [1.5, None, None, 0.5]
    assert (payload["range_max"], payload["intensities"]) == (3.5, [])


def test_camera_reading_has_no_pixels(recorder: Any, messages: Any) -> None:
    (row,) = rows(recorder, "twins.sensor_readings", ("/camera/color/image_raw", messages.image(0)))
    assert json.loads(row["payload"]) == {
        "frame_id": "camera_rgb_optical_frame",
        "height": 4,
        "width": 8,
        "encoding": "rgb8",
        "is_bigendian": 0,
        "step": 24,
    }


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        ("", {}),
        ('{"goal": "kitchen", "d": 1.5}', {"goal": "kitchen", "d": 1.5}),
        ("no json", {"text": "no json"}),
        ("[1, 2]", {"text": "[1, 2]"}),
        ('{"d": NaN}', {"text": '{"d": NaN}'}),
        (r'{"d": "\ud800"}', {"text": r'{"d": "\ud800"}'}),
        ('{"d": "<b>ü😀</b>"}', {"d": "<b>ü😀</b>"}),
        (NESTED % ("[" * 62, "]" * 62), json.loads(NESTED % ("[" * 62, "]" * 62))),
        (NESTED % ("[" * 500, "]" * 500), {"text": NESTED % ("[" * 500, "]" * 500)}),
        (NESTED % ("[" * 100_000, "]" * 100_000), {"text": NESTED % ("[" * 100_000, "]" * 100_000)}),
    ],
)
def test_event_payload_is_always_a_json_object(recorder: Any, messages: Any, payload: str, kept: object) -> None:
    (row,) = rows(recorder, "twins.events", ("/twin/events", messages.event(0, "nav.goal_set", payload=payload)))
    assert json.loads(row["payload"]) == kept
    assert (row["event_type"], row["actor"], row["asset_id"], row["job_id"]) == (
        "nav.goal_set",
        "tester",
        "turtlebot-01",
        "job-1",
    )


def test_event_keeps_its_own_id_and_job(recorder: Any, messages: Any) -> None:
    event_id = str(UUID(int=5))
    event = messages.event(0, "gate.go", event_id=event_id.upper(), job_id="other")
    (row,) = rows(recorder, "twins.events", ("/twin/events", event))
    assert (row["event_id"], row["job_id"]) == (event_id, "other")


@pytest.mark.parametrize("given", ["../../evil", "a/b", "j" * 300, "a\0b", "ü"])
def test_event_that_names_no_possible_id_gets_the_recorders(recorder: Any, messages: Any, given: str) -> None:
    """It would be a folder's name, and keep every later segment from the lake."""
    event = messages.event(0, "gate.go", job_id=given, asset_id=given)
    (row,) = rows(recorder, "twins.events", ("/twin/events", event))
    assert (row["asset_id"], row["job_id"]) == ("turtlebot-01", "job-1")


def test_detection_becomes_its_most_likely_class_and_top_left_corner(recorder: Any, messages: Any) -> None:
    found = messages.detections(10, {"red": 0.25, "blue": 0.75}, {"green": 0.5}, {})
    table = rows(recorder, "event_log.object_detections", ("/detections", found))
    assert [(row["class"], row["score"]) for row in table] == [("blue", 0.75), ("green", 0.5), ("", 0.0)]
    assert len({row["detection_id"] for row in table}) == 3
    first = table[0]
    box = [first[f"bbox_{name}"] for name in ("x", "y", "width", "height")]
    assert box == [90.0, 45.0, 20.0, 10.0]
    assert first["timestamp"] == utc(2023, 11, 14, 22, 13, 21)
    assert (first["model"], first["frame_id"], first["image_topic"], first["raw_path"]) == (
        "hsv-colour",
        "camera_rgb_optical_frame",
        "/camera/color/image_raw",
        f"{RAW_PATH}#log_time={LOG_NS}",
    )


def test_no_detections_make_no_rows(recorder: Any, messages: Any) -> None:
    contents = segment(recorder, [("/detections", messages.detections(0))])
    assert project(contents, RAW_PATH) == Projection(tables={}, skipped=())


def test_trial_has_plane_poses_outcome_and_times(recorder: Any, messages: Any) -> None:
    trial_id = str(UUID(int=9))
    trial = messages.trial(100, trial_id, outcome=6)
    (row,) = rows(recorder, "event_log.ros_navigation_trials", ("/twin/navigation_trials", trial))
    assert (row["trial_id"], row["outcome"], row["location"]) == (trial_id, "ABORTED", "kitchen")
    assert (row["goal_x"], row["goal_y"], row["goal_yaw"]) == (3.0, 1.0, pytest.approx(1.0))
    assert (row["ended_at"] - row["started_at"]).total_seconds() == 5.0
    assert (row["duration_s"], row["distance_m"], row["recoveries"]) == (5.0, 3.5, 2)


def test_raw_topics_and_topics_outside_the_table_make_no_rows(recorder: Any, messages: Any) -> None:
    contents = segment(recorder, [("/ground_truth/odom", messages.odometry(0))])
    assert project(contents, RAW_PATH).tables == {}


def test_message_without_stamp_gets_its_log_time(recorder: Any, messages: Any) -> None:
    unstamped = messages.cdr(
        messages.make(
            "twin_interfaces/msg/TwinEvent",
            *(messages.make("builtin_interfaces/msg/Time", 0, 0), "", "", "", "x", "", ""),
        )
    )
    (row,) = rows(recorder, "twins.events", ("/twin/events", unstamped))
    assert row["timestamp"] == utc(2023, 11, 14, 22, 13, 20)


def test_damaged_messages_are_reported_and_the_others_projected(recorder: Any, messages: Any) -> None:
    projection = project(segment(recorder, [("/odom", messages.odometry(0)), ("/odom", b"\0\1\0\0rubbish")]), RAW_PATH)
    assert projection.tables["twins.state_snapshots"].num_rows == 1
    (skipped,) = projection.skipped
    assert (skipped.topic, skipped.messages) == ("/odom", 1)
    assert "the first is number 1" in skipped.reason


def test_other_version_of_a_definition_is_named(recorder: Any, messages: Any) -> None:
    contents = segment(recorder, [("/odom", messages.odometry(0))])
    (stream,) = contents.streams
    assert stream.definition is not None
    text = stream.definition.text.replace("PoseWithCovariance pose", "PoseWithCovariance place", 1)
    older = replace(contents, streams=(replace(stream, definition=replace(stream.definition, text=text)),))
    (skipped,) = project(older, RAW_PATH).skipped
    assert "messages on /odom have no field pose: their definition" in skipped.reason


def test_projecting_twice_gives_the_same_rows(recorder: Any, messages: Any) -> None:
    contents = segment(recorder, messages.run_of_everything())
    assert project(contents, RAW_PATH) == project(contents, RAW_PATH)
