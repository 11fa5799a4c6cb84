"""A job as a simulated robot would leave it: rows in a lake and one raw slice beside them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import pytest
from mcap.writer import Writer
from rosbags.typesys import Stores, get_typestore

from twin_lakehouse import (
    TWIN_NAMESPACE,
    Event,
    Lake,
    LakeSettings,
    NavigationTrial,
    ObjectDetection,
    Segment,
    StateSnapshot,
    create_twin,
    start_job,
    to_arrow,
)

TWIN, JOB = "turtlebot-01", "maze-0001"
START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC).replace(tzinfo=None)
START_NS = int(START.replace(tzinfo=UTC).timestamp()) * 1_000_000_000
STORE = get_typestore(Stores.ROS2_JAZZY)
IMAGE_TOPIC = "/camera/color/image_raw"
WAY = [
    (-3.0, 0.0),
    (-1.3, 0.0),
    (-1.3, 1.7),
    (-1.3, 0.0),
    (-1.0, -0.1),
    (-1.0, -1.7),
    (-1.0, 0.0),
    (2.2, 0.0),
    (2.2, -1.2),
]
SPEED = 0.19
RATE_HZ = 10.0


def row_id(*names: object) -> UUID:
    return uuid5(TWIN_NAMESPACE, "/".join(map(str, names)))


@dataclass(kw_only=True)
class SyntheticJob:
    """What goes into the lake; tests leave parts out."""

    states: list[StateSnapshot] = field(default_factory=list)
    trials: list[NavigationTrial] = field(default_factory=list)
    detections: list[ObjectDetection] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    messages: list[tuple[str, Any, int]] = field(default_factory=list)

    def write(self, lake: Lake, folder: Path, *, slice_bytes: bytes | None = None) -> None:
        """Creates twin and job and commits everything as one segment."""
        create_twin(lake, TWIN, "robot", display_name="TurtleBot 01")
        start_job(lake, TWIN, JOB, started_at=START)
        path = folder / "000000.mcap"
        topics = write_slice(path, self.messages)
        if slice_bytes is not None:
            path.write_bytes(slice_bytes)
        segment = Segment(
            segment_id=row_id("segment"),
            asset_id=TWIN,
            job_id=JOB,
            sequence=0,
            raw_path=lake.storage.put(path, f"raw/{TWIN}/job_id={JOB}/000000.mcap"),
            started_at=START,
            ended_at=START + timedelta(seconds=60),
            message_count=len(self.messages),
            size_bytes=path.stat().st_size,
            topics=json.dumps(topics),
        )
        rows: Mapping[str, Sequence[Any]] = {
            "twins.state_snapshots": self.states,
            "twins.events": self.events,
            "event_log.ros_navigation_trials": self.trials,
            "event_log.object_detections": self.detections,
        }
        lake.commit_segment(segment, {name: to_arrow(records) for name, records in rows.items() if records})


def write_slice(path: Path, messages: Sequence[tuple[str, Any, int]]) -> dict[str, dict[str, object]]:
    """An MCAP file of (topic, message, time ns); returns the segment's `topics`."""
    topics: dict[str, dict[str, object]] = {}
    last: dict[str, int] = {}
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start(profile="ros2")
        channels: dict[str, int] = {}
        for topic, message, stamp_ns in messages:
            type_name = message.__msgtype__
            if topic not in channels:
                schema = writer.register_schema(name=type_name, encoding="ros2msg", data=b"")
                channels[topic] = writer.register_channel(topic=topic, message_encoding="cdr", schema_id=schema)
                topics[topic] = {
                    "type": type_name,
                    "messages": 0,
                    "lost": 0,
                    "first_ns": stamp_ns,
                    "last_ns": stamp_ns,
                    "max_gap_ns": 0,
                }
            data = bytes(STORE.serialize_cdr(message, type_name))
            writer.add_message(channels[topic], log_time=stamp_ns, publish_time=stamp_ns, data=data)
            entry = topics[topic]
            gap = stamp_ns - last.get(topic, stamp_ns)
            entry["messages"] = int(str(entry["messages"])) + 1
            entry["max_gap_ns"] = max(gap, int(str(entry["max_gap_ns"])))
            entry["last_ns"] = last[topic] = stamp_ns
        writer.finish()  # type: ignore[no-untyped-call]
    return topics


def make(type_name: str, **fields: Any) -> Any:
    return STORE.types[type_name](**fields)


def stamp(time_ns: int) -> Any:
    return make("builtin_interfaces/msg/Time", sec=time_ns // 10**9, nanosec=time_ns % 10**9)


def header(time_ns: int, frame: str = "map") -> Any:
    return make("std_msgs/msg/Header", stamp=stamp(time_ns), frame_id=frame)


def pose(x: float, y: float) -> Any:
    return make(
        "geometry_msgs/msg/Pose",
        position=make("geometry_msgs/msg/Point", x=x, y=y, z=0.0),
        orientation=make("geometry_msgs/msg/Quaternion", x=0.0, y=0.0, z=0.0, w=1.0),
    )


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def at_ns(seconds: float) -> int:
    return START_NS + round(seconds * 1e9)


def drive(
    points: Sequence[tuple[float, float]], rate_hz: float = RATE_HZ
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Time, x, y, yaw along straight legs, with two seconds' rest at each corner."""
    rows: list[tuple[float, float, float]] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        count = max(2, round(math.hypot(x1 - x0, y1 - y0) / SPEED * rate_hz))
        pace = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.7 * rate_hz) + 0.02)
        ease = np.cumsum(pace) / pace.sum()
        heading = math.atan2(y1 - y0, x1 - x0)
        rows += [(x0 + e * (x1 - x0), y0 + e * (y1 - y0), heading) for e in ease]
        rows += [(x1, y1, heading)] * round(2 * rate_hz)
    table = np.array(rows)
    wobble = 0.02 * np.sin(np.arange(len(table)) / (3.0 * rate_hz))
    return np.arange(len(table)) / rate_hz, table[:, 0] + wobble, table[:, 1] - wobble, table[:, 2]


def house_map() -> np.ndarray:
    """Cells of a house of 7 m by 6 m at 0.05 m, unknown outside."""
    cells = np.full((140, 160), -1, dtype=np.int8)
    cells[8:132, 8:152] = 0
    for rows, columns in (
        ((8, 10), (8, 152)),
        ((130, 132), (8, 152)),
        ((8, 132), (8, 10)),
        ((8, 132), (150, 152)),
        ((81, 83), (8, 44)),
        ((81, 83), (66, 100)),
        ((81, 83), (124, 152)),
        ((57, 59), (8, 50)),
        ((57, 59), (72, 116)),
        ((57, 59), (136, 152)),
        ((8, 59), (86, 88)),
        ((81, 96), (75, 77)),
        ((118, 132), (75, 77)),
    ):
        cells[slice(*rows), slice(*columns)] = 100
    cells[12:18, 132:138] = 100
    return cells


def map_message() -> Any:
    cells = house_map()
    info = make(
        "nav_msgs/msg/MapMetaData",
        map_load_time=stamp(0),
        resolution=0.05,
        width=cells.shape[1],
        height=cells.shape[0],
        origin=pose(-4.0, -3.5),
    )
    return make("nav_msgs/msg/OccupancyGrid", header=header(START_NS), info=info, data=cells.reshape(-1))


def path_message(points: Sequence[tuple[float, float]], time_ns: int) -> Any:
    poses = [make("geometry_msgs/msg/PoseStamped", header=header(time_ns), pose=pose(x, y)) for x, y in points]
    return make("nav_msgs/msg/Path", header=header(time_ns), poses=poses)


def odometry_message(x: float, y: float, time_ns: int) -> Any:
    none = np.zeros(36)
    zero = make("geometry_msgs/msg/Vector3", x=0.0, y=0.0, z=0.0)
    return make(
        "nav_msgs/msg/Odometry",
        header=header(time_ns),
        child_frame_id="base_footprint",
        pose=make("geometry_msgs/msg/PoseWithCovariance", pose=pose(x, y), covariance=none),
        twist=make(
            "geometry_msgs/msg/TwistWithCovariance",
            covariance=none,
            twist=make("geometry_msgs/msg/Twist", linear=zero, angular=zero),
        ),
    )


def image_message(time_ns: int, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> Any:
    rng = np.random.default_rng(time_ns % 2**32)
    pixels = np.full((240, 320, 3), (186, 190, 196), dtype=np.float64)
    pixels[130:] = (141, 128, 112)
    pixels += np.linspace(12, -18, 320)[None, :, None]
    x, y, width, height = box
    pixels[y : y + height, x : x + width] = colour
    pixels[y : y + height, x : x + width // 4] = np.array(colour) * 0.7
    pixels = np.clip(pixels + rng.normal(0.0, 6.0, pixels.shape), 0, 255).astype(np.uint8)
    return make(
        "sensor_msgs/msg/Image",
        header=header(time_ns, "camera_rgb_optical_frame"),
        height=240,
        width=320,
        encoding="rgb8",
        is_bigendian=0,
        step=960,
        data=pixels.reshape(-1),
    )


def _add_motion(job: SyntheticJob) -> None:
    times, xs, ys, yaws = drive(WAY)
    speeds = np.hypot(np.gradient(xs, times), np.gradient(ys, times))
    speeds += np.random.default_rng(7).normal(0.0, 0.006, speeds.size)
    for index, (t, x, y, yaw) in enumerate(zip(times, xs, ys, yaws, strict=True)):
        job.states.append(
            StateSnapshot(
                snapshot_id=row_id("state", index),
                asset_id=TWIN,
                job_id=JOB,
                timestamp=at(float(t)),
                source="simulation",
                position_x=float(x),
                position_y=float(y),
                position_z=0.0,
                orientation_qx=0.0,
                orientation_qy=0.0,
                orientation_qz=math.sin(yaw / 2),
                orientation_qw=math.cos(yaw / 2),
                linear_velocity=float(speeds[index]),
                angular_velocity=0.0,
            )
        )
        drift = 0.0005 * t
        job.messages.append(("/ground_truth/odom", odometry_message(x + drift, y - drift, at_ns(t)), at_ns(t)))


# Place, corner of WAY where it ends, outcome, what the server said.
_TRIPS = (
    ("kitchen", 2, "SUCCEEDED", ""),
    ("office", 5, "SUCCEEDED", ""),
    ("living_room", 5, "REJECTED", "goal (1.60, 1.60) map: 0.05 m from an obstacle, needs 0.18 m"),
    ("bedroom", 8, "CANCELED", "target seen"),
)


def _add_goals(job: SyntheticJob) -> None:
    corner_s = _corner_times()
    begin, last_corner = 0.0, 0
    for name, corner, outcome, error in _TRIPS:
        if outcome == "REJECTED":
            job.trials.append(_trial(name, (begin, begin + 0.2), (1.6, 1.6), outcome, error))
            begin += 0.2
            continue
        end = corner_s[corner] - 2.0 + (name == "bedroom")
        job.messages.append(
            ("/plan", path_message(WAY[last_corner : corner + 1], at_ns(begin + 0.1)), at_ns(begin + 0.1))
        )
        job.trials.append(_trial(name, (begin, end), WAY[corner], outcome, error))
        begin, last_corner = end, corner
        if outcome == "SUCCEEDED":
            for _ in range(3):
                job.trials.append(_trial(f"{name}/look", (begin, begin + 0.6), WAY[corner], "SUCCEEDED", ""))
                begin += 0.6


def _corner_times() -> list[float]:
    times, moment = [0.0], 0.0
    for (x0, y0), (x1, y1) in pairwise(WAY):
        moment += max(2, round(math.hypot(x1 - x0, y1 - y0) / SPEED * RATE_HZ)) / RATE_HZ + 2.0
        times.append(moment)
    return times


def _trial(
    name: str, span_s: tuple[float, float], goal: tuple[float, float], outcome: str, error: str
) -> NavigationTrial:
    begin, end = span_s
    return NavigationTrial(
        trial_id=row_id("trial", name, begin),
        asset_id=TWIN,
        job_id=JOB,
        location=name,
        start_x=0.0,
        start_y=0.0,
        start_yaw=0.0,
        goal_x=goal[0],
        goal_y=goal[1],
        goal_yaw=0.0,
        outcome=outcome,
        error_code=0,
        error_msg=error,
        started_at=at(begin),
        ended_at=at(end),
        duration_s=end - begin,
        distance_m=SPEED * 0.9 * (end - begin),
        recoveries=0,
    )


def _add_detections(job: SyntheticJob) -> None:
    end_s = _corner_times()[-1]
    sights = [("blue", 21.0 + 0.5 * i, (40 + 3 * i, 118, 26 + i, 24 + i), (31, 72, 180)) for i in range(9)]
    sights += [
        ("red", end_s - 5.0 + 0.5 * i, (180 - 6 * i, 112, 20 + 5 * i, 20 + 5 * i), (196, 36, 28)) for i in range(10)
    ]
    for name, seconds, box, colour in sights:
        time_ns = at_ns(seconds)
        job.messages.append((IMAGE_TOPIC, image_message(time_ns, box, colour), time_ns))
        job.detections.append(
            ObjectDetection(
                detection_id=row_id("detection", name, seconds),
                asset_id=TWIN,
                job_id=JOB,
                timestamp=at(seconds),
                object_class=name,
                score=0.7 + box[2] / 400,
                bbox_x=box[0],
                bbox_y=box[1],
                bbox_width=box[2],
                bbox_height=box[3],
                image_topic=IMAGE_TOPIC,
                frame_id="camera_rgb_optical_frame",
            )
        )


def _add_events(job: SyntheticJob) -> None:
    end_s = _corner_times()[-1] - 1.0
    entries: list[tuple[float, str, dict[str, object]]] = [(0.0, "mission.started", {"target": "red"})]
    for trial in job.trials:
        begin = (trial.started_at - START).total_seconds()
        entries.append((begin, "nav.goal_set", {"location": trial.location}))
        ending = {"SUCCEEDED": "nav.goal_reached", "REJECTED": "nav.goal_failed"}.get(
            trial.outcome, "nav.goal_canceled"
        )
        entries.append((begin + trial.duration_s, ending, {"location": trial.location, "reason": trial.error_msg}))
        if trial.outcome == "REJECTED":
            entries.append((begin + trial.duration_s, "nav.location_skipped", {"location": trial.location}))
    entries.append((31.0, "nav.obstacle_detected", {"location": "office", "recoveries": 1}))
    entries.append((end_s, "perception.target_seen", {"target": "red"}))
    done = {"target": "red", "found": True, "found_near": "bedroom", "reason": ""}
    entries.append((end_s, "mission.succeeded", done))
    for number, (seconds, event_type, payload) in enumerate(entries):
        job.events.append(
            Event(
                event_id=row_id("event", number),
                asset_id=TWIN,
                job_id=JOB,
                event_type=event_type,
                timestamp=at(seconds),
                actor="twin_navigator",
                payload=json.dumps(payload),
            )
        )


def full_job() -> SyntheticJob:
    """A search of three rooms that finds a red block."""
    job = SyntheticJob()
    job.messages.append(("/map", map_message(), START_NS))
    _add_motion(job)
    _add_goals(job)
    _add_detections(job)
    _add_events(job)
    job.messages.sort(key=lambda item: item[2])
    return job


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    settings = LakeSettings.from_env(
        {"TWIN_CATALOG": f"sqlite:{tmp_path}/lake/catalog.sqlite", "TWIN_STORAGE": f"{tmp_path}/lake/data"}
    )
    with Lake.open(settings) as opened:
        yield opened
