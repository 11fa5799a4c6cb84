"""From a segment's file to Parquet files with ids and payloads, beside rosbags and the standard library one by one.

CPU seconds of one core, so that other work on the machine matters less. Both sides write the same rows, by pyarrow, in
the layout of the lake's files: zstd of level 1, row groups of 16,384 rows, ids of 16 bytes.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rosbags.typesys import Stores, get_typestore

from tests.bench.harness import Figure, Goal
from twin_lakehouse import arrow_schema, named_uuid
from twin_recorder.core.definitions import Definition, Definitions
from twin_recorder.core.project import project
from twin_recorder.core.segment import SegmentInfo, read_segment
from twin_recorder.core.store import SegmentStore
from twin_recorder.core.topics import Becomes, TopicSpec, TopicTable

Value = Any  # rosbags' message classes are made at run time

STORE = get_typestore(Stores.ROS2_JAZZY)
ODOMETRY, SCAN, IMU = "nav_msgs/msg/Odometry", "sensor_msgs/msg/LaserScan", "sensor_msgs/msg/Imu"
KEY = "raw/turtlebot-01/job_id=bench/000000-12345678.mcap"
LOG_NS = 1_700_000_000_000_000_000
RUNS = 5
# A segment of the recorder at 2,000 messages a second, and one of an ingest.
SMALL, LARGE, PEER = 2_000, 20_000, 2_000
QUARTER_MILLION = Goal(subject="value", bound=250_000, at_most=False)
EIGHT_MS = Goal(subject="value", bound=8.0, at_most=True)
# Columns whose values repeat; the others would only be looked up in vain.
REPEATED = ["asset_id", "job_id", "source", "sensor_type"]


def make(name: str, *values: Value) -> Value:
    return STORE.types[name](*values)


def vector(*values: float) -> Value:
    return make("geometry_msgs/msg/Vector3", *values)


def header(i: int, frame_id: str) -> Value:
    return make("std_msgs/msg/Header", make("builtin_interfaces/msg/Time", 1_700_000_000 + i, i), frame_id)


def odometry(i: int, noise: np.random.Generator) -> Value:
    """A robot on a circle, with the digits that a filter's output has."""
    yaw = 0.001 * i + noise.normal(0.0, 1e-3)
    turn = make("geometry_msgs/msg/Quaternion", 0.0, 0.0, math.sin(yaw / 2), math.cos(yaw / 2))
    pose = make("geometry_msgs/msg/Pose", make("geometry_msgs/msg/Point", math.cos(yaw), math.sin(yaw), 0.0), turn)
    speed = vector(0.2 + noise.normal(0.0, 0.01), 0.0, 0.0), vector(0.0, 0.0, noise.normal(0.0, 0.1))
    covered = make("geometry_msgs/msg/PoseWithCovariance", pose, np.zeros(36))
    moving = make("geometry_msgs/msg/TwistWithCovariance", make("geometry_msgs/msg/Twist", *speed), np.zeros(36))
    return make(ODOMETRY, header(i, "odom"), "base_footprint", covered, moving)


def imu(i: int, noise: np.random.Generator) -> Value:
    none, turn = np.zeros(9), make("geometry_msgs/msg/Quaternion", 0.0, 0.0, 0.0, 1.0)
    rate, push = vector(*noise.normal(0.0, 0.01, 3).tolist()), vector(*noise.normal(0.0, 0.1, 3).tolist())
    return make(IMU, header(i, "imu_link"), turn, none, rate, none, push, none)


def scan(i: int, noise: np.random.Generator) -> Value:
    ranges = noise.uniform(0.2, 3.4, 360).astype(np.float32)
    limits = (0.0, 6.28, 0.017, 0.0, 0.0, 0.12, 3.5)
    return make(SCAN, header(i, "base_scan"), *limits, ranges, np.zeros(0, np.float32))


MAKERS: dict[str, Callable[[int, np.random.Generator], Value]] = {ODOMETRY: odometry, IMU: imu, SCAN: scan}


def spec(type_name: str) -> TopicSpec:
    """What the default topic table makes of the type."""
    sensor = {ODOMETRY: "odometry", IMU: "imu", SCAN: "lidar"}[type_name]
    reading = Becomes(table="sensor_readings", options={"sensor_type": sensor})
    snapshot = Becomes(table="state_snapshots", options={"source": "ros_job"})
    becomes = (snapshot, reading) if type_name == ODOMETRY else (reading,)
    return TopicSpec(name="/topic", type_name=type_name, becomes=becomes)


def segment(folder: Path, definition: Definition, messages: list[bytes]) -> Path:
    """A closed segment's file."""
    topics = TopicTable.of([spec(definition.type_name)])
    info = SegmentInfo(segment_id=UUID(int=1), asset_id="turtlebot-01", job_id="bench", topics=topics)
    store = SegmentStore(folder, lambda _: info, {"/topic": definition})
    for number, cdr in enumerate(messages):
        store.append("/topic", cdr, LOG_NS + number)
    store.roll()
    (closed,) = store.closed()
    store.close()
    return closed.path


def write(folder: Path, tables: dict[str, pa.Table]) -> None:
    for name, table in tables.items():
        pq.write_table(
            table,
            folder / f"{name}.parquet",
            compression="zstd",
            compression_level=1,
            row_group_size=16_384,
            use_dictionary=[column for column in table.column_names if column in REPEATED],
        )


def lake_schema(name: str) -> pa.Schema:
    """The table's columns, and its ids as UUIDs, as the lake stores them."""
    schema = arrow_schema(name)
    return schema.set(0, schema.field(0).with_type(pa.uuid()))


def ours(folder: Path, path: Path) -> None:
    write(folder, dict(project(read_segment(path), KEY).tables))


def peer(folder: Path, type_name: str, messages: list[bytes]) -> None:
    """The same rows, message by message."""
    readings: list[dict[str, object]] = []
    snapshots: list[dict[str, object]] = []
    for number, cdr in enumerate(messages):
        message: Value = STORE.deserialize_cdr(cdr, type_name)
        stamp = message.header.stamp
        common = {
            "asset_id": "turtlebot-01",
            "job_id": "bench",
            "timestamp": stamp.sec * 1_000_000 + stamp.nanosec // 1000,
        }
        own_id = named_uuid(str(UUID(int=1)), "sensor_readings", "/topic", number)
        payload = json.dumps({"frame_id": message.header.frame_id, **fields(message)}, allow_nan=False)
        raw_path = f"{KEY}#log_time={LOG_NS + number}"
        options = spec(type_name).becomes[-1].options
        readings.append({**common, **options, "reading_id": own_id, "payload": payload, "raw_path": raw_path})
        if type_name == ODOMETRY:
            snapshots.append({**common, **snapshot(message, number)})
    tables = {"twins.sensor_readings": readings, "twins.state_snapshots": snapshots}
    write(folder, {name: pa.Table.from_pylist(rows, lake_schema(name)) for name, rows in tables.items() if rows})


def fields(message: Value) -> dict[str, object]:
    """What a payload has of a message, as plain values."""
    plain: dict[str, object] = {}
    for name, value in vars(message).items():
        if name in ("header", "__msgtype__") or name.endswith("covariance"):
            continue
        if isinstance(value, np.ndarray):
            plain[name] = value.tolist()
        else:
            plain[name] = fields(value) if hasattr(value, "__msgtype__") else value
    return plain


def snapshot(message: Value, number: int) -> dict[str, object]:
    pose, twist = message.pose.pose, message.twist.twist
    return {
        "snapshot_id": named_uuid(str(UUID(int=1)), "state_snapshots", "/topic", number),
        "source": "ros_job",
        **{f"position_{axis}": getattr(pose.position, axis) for axis in "xyz"},
        **{f"orientation_q{axis}": getattr(pose.orientation, axis) for axis in "xyzw"},
        "linear_velocity": twist.linear.x,
        "angular_velocity": twist.angular.z,
        "reconciled": False,
    }


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and the threads that it starts, on one core."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def cpu_s(work: Callable[[], object]) -> float:
    """Least CPU seconds of a few runs: another process on the core only ever adds to them."""
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def rate(folder: Path, definition: Definition, count: int) -> Figure:
    """Messages a second of CPU time, of a large segment."""
    noise = np.random.default_rng(1)
    type_name = definition.type_name
    messages = [bytes(STORE.serialize_cdr(MAKERS[type_name](i, noise), type_name)) for i in range(count)]
    path, few = segment(folder / "spool", definition, messages), messages[:PEER]
    return Figure(
        name=f"project {type_name.split('/')[-1]}",
        value=count / cpu_s(lambda: ours(folder, path)),
        unit="messages/s",
        runs=RUNS,
        peer=len(few) / cpu_s(lambda: peer(folder, type_name, few)),
        peer_name="rosbags one by one",
        goals=(QUARTER_MILLION,) if type_name == ODOMETRY else (),
    )


def small(folder: Path, definition: Definition) -> Figure:
    """CPU time of one second's segment, without its Parquet files."""
    noise = np.random.default_rng(1)
    messages = [bytes(STORE.serialize_cdr(odometry(i, noise), ODOMETRY)) for i in range(SMALL)]
    contents = read_segment(segment(folder / "spool", definition, messages))
    taken_s = cpu_s(lambda: project(contents, KEY))
    return Figure(name=f"project {SMALL} Odometry", value=1e3 * taken_s, unit="ms", runs=RUNS, goals=(EIGHT_MS,))


def figures() -> list[Figure]:
    """Odometry, IMU and scans; and a segment as the recorder makes it each second."""
    definitions = Definitions()
    found: list[Figure] = []
    with one_core():
        for type_name, count in ((ODOMETRY, LARGE), (IMU, LARGE), (SCAN, LARGE // 10)):
            with tempfile.TemporaryDirectory() as folder:
                found.append(rate(Path(folder), definitions.find(type_name), count))
        with tempfile.TemporaryDirectory() as folder:
            found.append(small(Path(folder), definitions.find(ODOMETRY)))
    return found
