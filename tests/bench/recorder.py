"""The recorder as a whole beside a robot, and its hot paths: capture of a message, columns out of a segment."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from mcap.writer import CompressionType, Writer
from rosbags.typesys import Stores, get_typestore

from tests.bench.harness import Figure, Goal, time_paired
from tests.bench.pairs import ingesting, projection, recording
from twin_recorder.core.buffers import Buffers
from twin_recorder.core.decode import decode, decode_one_by_one
from twin_recorder.core.definitions import Definition, Definitions
from twin_recorder.core.segment import SegmentInfo
from twin_recorder.core.store import SegmentStore
from twin_recorder.core.topics import Becomes, TopicSpec, TopicTable

Value = Any  # rosbags' message classes are made at run time

MESSAGES = 20_000
STORE = get_typestore(Stores.ROS2_JAZZY)
MICROSECONDS = Goal(subject="value", bound=10.0, at_most=True)
TEN_TIMES = Goal(subject="ratio", bound=10.0, at_most=False)
ODOMETRY, SCAN, IMU = "nav_msgs/msg/Odometry", "sensor_msgs/msg/LaserScan", "sensor_msgs/msg/Imu"


def make(name: str, *values: Value) -> Value:
    return STORE.types[name](*values)


def header(i: int) -> Value:
    return make("std_msgs/msg/Header", make("builtin_interfaces/msg/Time", 1_700_000_000 + i, 0), "odom")


def vector(x: float) -> Value:
    return make("geometry_msgs/msg/Vector3", x, 0.0, 0.0)


def quaternion() -> Value:
    return make("geometry_msgs/msg/Quaternion", 0.0, 0.0, 0.0, 1.0)


def message(type_name: str, i: int) -> bytes:
    """One message as a TurtleBot sends it."""
    if type_name == ODOMETRY:
        pose = make("geometry_msgs/msg/Pose", make("geometry_msgs/msg/Point", float(i), 0.0, 0.0), quaternion())
        twist = make("geometry_msgs/msg/Twist", vector(0.2), vector(0.0))
        covered = make("geometry_msgs/msg/PoseWithCovariance", pose, np.zeros(36))
        speed = make("geometry_msgs/msg/TwistWithCovariance", twist, np.zeros(36))
        values: tuple[Value, ...] = (header(i), "base_footprint", covered, speed)
    elif type_name == IMU:
        none = np.zeros(9)
        values = (header(i), quaternion(), none, vector(0.1), none, vector(9.8), none)
    else:
        ranges = np.linspace(0.2, 3.4, 360, dtype=np.float32)
        values = (header(i), 0.0, 6.28, 0.017, 0.0, 0.0, 0.12, 3.5, ranges, np.zeros(0, np.float32))
    return bytes(STORE.serialize_cdr(make(type_name, *values), type_name))


def table(type_name: str) -> TopicTable:
    """A topic table of one topic."""
    kind = Becomes(table="sensor_readings", options={"sensor_type": "lidar"})
    if type_name == ODOMETRY:
        kind = Becomes(table="state_snapshots", options={"source": "ros_job"})
    return TopicTable.of([TopicSpec(name="/topic", type_name=type_name, becomes=(kind,))])


def store(folder: Path, definition: Definition) -> SegmentStore:
    info = SegmentInfo(segment_id=UUID(int=1), asset_id="a", job_id="j", topics=table(definition.type_name))
    return SegmentStore(folder, lambda _: info, {"/topic": definition})


def capture(folder: Path, definition: Definition, payloads: list[bytes]) -> Figure:
    """Time to append a message to the open segment, beside the mcap library's writer on an unbuffered file."""
    segments = store(folder / "spool", definition)

    def ours() -> None:
        for number, payload in enumerate(payloads):
            segments.append("/topic", payload, number)

    def peer() -> None:
        with (folder / "peer.mcap").open("wb", buffering=0) as file:
            writer = Writer(file, compression=CompressionType.NONE, use_chunking=False)
            writer.start(profile="ros2")
            schema = writer.register_schema(definition.type_name, "ros2msg", definition.text.encode())
            channel = writer.register_channel("/topic", "cdr", schema)
            for number, payload in enumerate(payloads):
                writer.add_message(channel, number, payload, number, number)

    ours_s, peer_s = time_paired(ours, peer, runs=5)
    segments.close()
    per_message = 1e6 / len(payloads)
    return Figure(
        name=f"capture {definition.type_name.split('/')[-1]}",
        value=ours_s * per_message,
        unit="us",
        runs=5,
        peer=peer_s * per_message,
        peer_name="mcap.Writer",
        goals=(MICROSECONDS,),
    )


def columns(definition: Definition, payloads: Buffers) -> Figure:
    """Rows decoded a second, beside rosbags' one-by-one decoding of the same messages into the same Arrow array."""
    few = payloads[: len(payloads) // 10]
    ours_s, peer_s = time_paired(
        lambda: decode(definition, payloads), lambda: decode_one_by_one(definition, few, range(len(few))), runs=3
    )
    return Figure(
        name=f"decode {definition.type_name.split('/')[-1]}",
        value=len(payloads) / ours_s,
        unit="rows/s",
        runs=3,
        peer=len(few) / peer_s,
        peer_name="rosbags one by one",
        goals=(TEN_TIMES,) if definition.type_name != SCAN else (),
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """How long a robot is recorded."""
    parser.add_argument("--seconds", type=float, default=60.0, help="of recording a robot, twice (default: 60)")


def measure(options: argparse.Namespace) -> list[Figure]:
    """The recorder as a whole, then its steps for each kind of message."""
    return [*recording.figures(options.seconds), *ingesting.figures(), *steps(), *projection.figures()]


def steps() -> list[Figure]:
    """Capture and decoding for each kind of message."""
    definitions = Definitions()
    figures = []
    for type_name, count in ((ODOMETRY, MESSAGES), (IMU, MESSAGES), (SCAN, MESSAGES // 10)):
        definition = definitions.find(type_name)
        payloads = [message(type_name, i) for i in range(count)]
        with tempfile.TemporaryDirectory() as folder:
            figures.append(capture(Path(folder), definition, payloads))
            figures.append(columns(definition, Buffers.of(payloads)))
    return figures
