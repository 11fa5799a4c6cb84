"""Values on the page, checked as data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from twin_lakehouse import Lake, ObjectDetection, Segment
from twin_lakehouse.report.collect import collect
from twin_lakehouse.report.objects import CROPS_PER_CLASS, choose

from .conftest import JOB, START, START_NS, TWIN, full_job, header, make, pose, row_id


def test_distance_ignores_a_teleport(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    job.states = [replace(state, position_x=0.1 * i, position_y=0.0) for i, state in enumerate(job.states[:11])]
    job.states[5] = replace(job.states[5], position_x=40.0)
    job.write(lake, tmp_path)
    trajectory = collect(lake, TWIN, JOB).trajectory
    assert trajectory is not None
    assert trajectory.distance[-1] == pytest.approx(0.8)


def test_turns_belong_to_the_place_before_them(lake: Lake, tmp_path: Path) -> None:
    full_job().write(lake, tmp_path)
    places = collect(lake, TWIN, JOB).places
    assert [(place.name, place.outcome, place.turns) for place in places] == [
        ("kitchen", "succeeded", 3),
        ("office", "succeeded", 3),
        ("living_room", "rejected", 0),
        ("bedroom", "canceled", 0),
    ]


def test_one_plan_a_way_and_the_whole_ground_truth(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    job.write(lake, tmp_path)
    view = collect(lake, TWIN, JOB).view
    assert [plan.x.size for plan in view.plans] == [3, 4, 4]
    assert view.ground_truth is not None
    assert view.ground_truth.x.size == len(job.states)
    assert view.map is not None
    assert view.map.extent == pytest.approx((-4.0, 4.0, -3.5, 3.5))


def test_way_in_the_map_is_corrected_and_distance_is_not(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    none = np.zeros(36)
    estimate = make("geometry_msgs/msg/PoseWithCovariance", pose=pose(-3.0, 0.5), covariance=none)
    message = make("geometry_msgs/msg/PoseWithCovarianceStamped", header=header(START_NS), pose=estimate)
    job.messages.append(("/amcl_pose", message, START_NS))
    job.write(lake, tmp_path)
    data = collect(lake, TWIN, JOB)
    assert data.trajectory is not None
    assert data.view.odometry is not None
    assert data.trajectory.y - data.view.odometry.y == pytest.approx(np.full(len(job.states), 0.5), abs=0.01)
    steps = np.hypot(np.diff(data.view.odometry.x), np.diff(data.view.odometry.y))
    assert data.trajectory.distance[-1] == pytest.approx(steps.sum())


def test_object_is_seen_in_the_direction_of_its_box(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    # The last pose looks along -y; a box left of the middle lies counter-clockwise of that.
    last = job.states[-1]
    box = ObjectDetection(
        detection_id=row_id("left"),
        asset_id=TWIN,
        job_id=JOB,
        timestamp=last.timestamp,
        object_class="green",
        score=1.0,
        bbox_x=20,
        bbox_y=100,
        bbox_width=40,
        bbox_height=40,
        image_topic="/camera/color/image_raw",
    )
    job.detections = [box]
    job.write(lake, tmp_path)
    (seen,) = collect(lake, TWIN, JOB).objects
    assert seen.seen_from == pytest.approx((last.position_x, last.position_y))
    assert seen.bearing is not None
    assert np.degrees(seen.bearing) == pytest.approx(-90.0 + 24.2, abs=0.5)


def test_health_counts_the_gap_between_slices(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    job.write(lake, tmp_path)
    second = 10**9
    for sequence, first_s in ((1, 100), (2, 130)):
        topics = {
            "/odom": {
                "type": "nav_msgs/msg/Odometry",
                "messages": 11,
                "lost": 2,
                "first_ns": first_s * second,
                "last_ns": (first_s + 10) * second,
                "max_gap_ns": second,
            }
        }
        segment = Segment(
            segment_id=row_id("segment", sequence),
            asset_id=TWIN,
            job_id=JOB,
            sequence=sequence,
            raw_path="raw/none.mcap",
            started_at=START,
            ended_at=START + timedelta(seconds=10),
            message_count=11,
            size_bytes=1,
            topics=json.dumps(topics),
        )
        lake.commit_segment(segment, {})
    recording = collect(lake, TWIN, JOB).recording
    assert recording is not None
    (odom,) = [topic for topic in recording.topics if topic.topic == "/odom"]
    assert (odom.messages, odom.lost, odom.max_gap_s) == (22, 4, 20.0)
    assert odom.rate_hz == pytest.approx(21 / 40)


def test_payload_that_is_no_json_object_is_ignored(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    job.events = [replace(job.events[-1], payload='["found"]')]
    job.write(lake, tmp_path)
    mission = collect(lake, TWIN, JOB).mission
    assert mission is not None
    assert (mission.succeeded, mission.target, mission.found_near) == (True, "", "")


def test_chosen_views_are_few_apart_and_best_first() -> None:
    detections = [
        ObjectDetection(
            detection_id=row_id(i),
            asset_id=TWIN,
            job_id=JOB,
            timestamp=START + timedelta(seconds=0.5 * i),
            object_class="red",
            score=0.5 + 0.01 * i,
            bbox_x=0,
            bbox_y=0,
            bbox_width=20,
            bbox_height=20,
        )
        for i in range(40)
    ]
    chosen = choose(detections)
    times = [detection.timestamp for detection in chosen]
    assert len(chosen) == CROPS_PER_CLASS
    assert chosen[0] is detections[-1]
    assert times == sorted(times, reverse=True)
    assert min(b - a for a, b in zip(times[1:], times, strict=False)) >= timedelta(seconds=2)
