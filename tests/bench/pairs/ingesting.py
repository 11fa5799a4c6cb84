"""Ingest of a bag beside what a user does without it: rosbags message by message, and a JSONL logger with DuckDB.

All are timed by the clock, as a user waits, in turn, on one bag of Odometry and IMU; the lake is there before. Beside
that are CPU seconds of all threads: an ingest does several things at a time, the peers one.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from rosbags.highlevel import AnyReader
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_typestore

from tests.bench.harness import Figure, Goal
from twin_lakehouse import Lake, LakeSettings, create_twin
from twin_recorder.core.definitions import Definitions
from twin_recorder.core.ingest import IngestConfig, ingest
from twin_recorder.core.topics import Becomes, TopicSpec, TopicTable

Value = Any  # rosbags' message classes are made at run time

PAIRS = 500_000  # an hour and a half at 100 Hz
RUNS = 3
START_NS = 1_700_000_000_000_000_000
STORE = get_typestore(Stores.ROS2_JAZZY)
ODOMETRY, IMU = "nav_msgs/msg/Odometry", "sensor_msgs/msg/Imu"
FIVE_TIMES = Goal(subject="ratio", bound=5.0, at_most=False)
TWENTY_TIMES = Goal(subject="ratio", bound=20.0, at_most=False)


def make(name: str, *values: Value) -> Value:
    return STORE.types[name](*values)


def odometry(i: int) -> bytes:
    """As a robot sends it: every number another one, with all its digits."""
    x, y, yaw, speed = np.sin(i / 997.0) * 3, np.cos(i / 499.0) * 2, i / 313.0, 0.2 + np.sin(i) / 50
    stamp = make("builtin_interfaces/msg/Time", 1_700_000_000 + i // 100, i % 100 * 10_000_000)
    turn = make("geometry_msgs/msg/Quaternion", 0.0, 0.0, float(np.sin(yaw / 2)), float(np.cos(yaw / 2)))
    pose = make("geometry_msgs/msg/Pose", make("geometry_msgs/msg/Point", float(x), float(y), 0.0), turn)
    zero = make("geometry_msgs/msg/Vector3", 0.0, 0.0, 0.0)
    twist = make("geometry_msgs/msg/Twist", make("geometry_msgs/msg/Vector3", float(speed), 0.0, 0.0), zero)
    message = make(
        ODOMETRY,
        *(make("std_msgs/msg/Header", stamp, "odom"), "base_footprint"),
        make("geometry_msgs/msg/PoseWithCovariance", pose, np.full(36, 0.01)),
        make("geometry_msgs/msg/TwistWithCovariance", twist, np.full(36, 0.01)),
    )
    return bytes(STORE.serialize_cdr(message, ODOMETRY))


def imu(i: int) -> bytes:
    """As above."""
    stamp = make("builtin_interfaces/msg/Time", 1_700_000_000 + i // 100, i % 100 * 10_000_000 + 5_000_000)
    rate = make("geometry_msgs/msg/Vector3", 0.0, 0.0, float(np.sin(i / 7)))
    acceleration = make("geometry_msgs/msg/Vector3", float(np.cos(i / 5)), 0.1, 9.81 + float(np.sin(i / 3)) / 10)
    turn, none = make("geometry_msgs/msg/Quaternion", 0.0, 0.0, 0.0, 1.0), np.zeros(9)
    message = make(IMU, make("std_msgs/msg/Header", stamp, "imu_link"), turn, none, rate, none, acceleration, none)
    return bytes(STORE.serialize_cdr(message, IMU))


def write_bag(path: Path) -> Path:
    """PAIRS of both, one each 5 ms."""
    with Writer(path, version=9, storage_plugin=StoragePlugin.MCAP) as writer:
        odom = writer.add_connection("/odom", ODOMETRY, typestore=STORE)
        inertial = writer.add_connection("/imu", IMU, typestore=STORE)
        for i in range(PAIRS):
            writer.write(odom, START_NS + i * 10_000_000, odometry(i))
            writer.write(inertial, START_NS + i * 10_000_000 + 5_000_000, imu(i))
    return path


def table() -> TopicTable:
    """What the recorder's own table makes of both."""
    state = Becomes(table="state_snapshots", options={"source": "ros_job"})
    readings = {kind: Becomes(table="sensor_readings", options={"sensor_type": kind}) for kind in ("odometry", "imu")}
    odom = TopicSpec(name="/odom", type_name=ODOMETRY, becomes=(state, readings["odometry"]))
    return TopicTable.of([odom, TopicSpec(name="/imu", type_name=IMU, becomes=(readings["imu"],))])


def deserialised(bag: Path) -> Iterator[tuple[str, int, Value]]:
    """Topic, log time and message, one by one."""
    with AnyReader([bag]) as reader:
        for connection, log_ns, data in reader.messages():
            yield connection.topic, log_ns, reader.deserialize(data, connection.msgtype)


def drain(bag: Path) -> None:
    for _ in deserialised(bag):
        pass


def plain(value: Value) -> Value:
    """A message as JSON has it."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__ if name != "__msgtype__"}
    return value


def log_and_load(bag: Path, folder: Path) -> None:
    """A JSONL logger, and its lines as a table."""
    path = folder / "log.jsonl"
    with path.open("w") as file:
        for topic, log_ns, message in deserialised(bag):
            file.write(json.dumps({"topic": topic, "log_ns": log_ns, "message": plain(message)}) + "\n")
    with duckdb.connect(str(folder / "log.duckdb")) as connection:
        connection.execute("CREATE OR REPLACE TABLE log AS SELECT * FROM read_json(?)", [str(path)])


def timed_s(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock; and CPU seconds of this process, all threads."""
    os.sync()  # what the one before wrote doesn't go to the disk beside this one
    began, began_cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - began_cpu


def figures() -> list[Figure]:
    """Ours beside both peers in turn, by the clock and by CPU time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bag = write_bag(folder / "bag")
        lake = LakeSettings(
            catalog=f"sqlite:{folder / 'lake' / 'catalog.sqlite'}", storage=str(folder / "lake" / "data")
        )
        with Lake.open(lake) as opened:
            create_twin(opened, "robot", "robot")
        definitions, jobs = Definitions(), itertools.count()

        def ours() -> None:
            ingest(
                bag,
                IngestConfig(asset_id="robot", job_id=f"job-{next(jobs)}", topics=table()),
                lake=lake,
                definitions=definitions,
            )

        rounds = [
            (timed_s(ours), timed_s(lambda: drain(bag)), timed_s(lambda: log_and_load(bag, folder)))
            for _ in range(RUNS)
        ]
    own, one_by_one, jsonl = (_medians(each) for each in zip(*rounds, strict=True))
    deserialised_name, logged_name = "rosbags, only deserialised", "JSONL logger + read_json"
    return [
        _figure("ingest to rows", "msg/s", own[0], one_by_one[0], deserialised_name, FIVE_TIMES),
        _figure("ingest to rows, or logged", "msg/s", own[0], jsonl[0], logged_name, TWENTY_TIMES),
        _figure("ingest to rows, processor time", "msg/s CPU", own[1], one_by_one[1], deserialised_name),
        _figure("ingest to rows, or logged, processor time", "msg/s CPU", own[1], jsonl[1], logged_name),
    ]


def _medians(timed: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Of seconds of the clock and of CPU seconds."""
    clock, cpu = zip(*timed, strict=True)
    return statistics.median(clock), statistics.median(cpu)


def _figure(name: str, unit: str, own_s: float, peer_s: float, peer: str, *goals: Goal) -> Figure:
    """Messages a second."""
    messages = 2 * PAIRS
    return Figure(
        name=name,
        value=messages / own_s,
        unit=unit,
        runs=RUNS,
        peer=messages / peer_s,
        peer_name=peer,
        goals=goals,
    )
