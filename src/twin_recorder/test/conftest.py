"""Messages as CDR, a lake and a recorder in the test's folder."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from twin_lakehouse import Lake, LakeSettings
from twin_recorder import command, recover_command
from twin_recorder.core.commit import LakeCommitter
from twin_recorder.core.definitions import Definition, Definitions, default_prefixes
from twin_recorder.core.ids import segment_uuid
from twin_recorder.core.pipeline import Pipeline, RollPolicy
from twin_recorder.core.segment import SegmentInfo
from twin_recorder.core.store import WRITE_THROUGH, HoldPolicy, SegmentStore
from twin_recorder.core.topics import TopicTable, load_topics

SOURCES = Path(__file__).resolve().parents[2]
ASSET, JOB = "turtlebot-01", "job-1"
T0_S = 1_700_000_000
TYPES = {
    "/odom": "nav_msgs/msg/Odometry",
    "/imu": "sensor_msgs/msg/Imu",
    "/scan": "sensor_msgs/msg/LaserScan",
    "/camera/color/image_raw": "sensor_msgs/msg/Image",
    "/camera/depth/image_rect_raw": "sensor_msgs/msg/Image",
    "/twin/events": "twin_interfaces/msg/TwinEvent",
    "/detections": "vision_msgs/msg/Detection2DArray",
    "/twin/navigation_trials": "twin_interfaces/msg/NavigationTrial",
    "/camera/color/camera_info": "sensor_msgs/msg/CameraInfo",
    "/cmd_vel": "geometry_msgs/msg/Twist",
    "/ground_truth/odom": "nav_msgs/msg/Odometry",
    "/tf": "tf2_msgs/msg/TFMessage",
    "/tf_static": "tf2_msgs/msg/TFMessage",
    "/map": "nav_msgs/msg/OccupancyGrid",
    "/plan": "nav_msgs/msg/Path",
    "/amcl_pose": "geometry_msgs/msg/PoseWithCovarianceStamped",
    "/twin_navigator/tree": "twin_interfaces/msg/BehaviorTree",
}


class Messages:
    """CDR messages of the default topic table, numbered; message `i` is stamped T0 + 0.1 s * i."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def make(self, type_name: str, *values: Any) -> Any:
        """A rosbags message object, fields in order."""
        self.definitions.find(type_name)
        return self.definitions.store.types[type_name](*values)

    def cdr(self, message: Any, *, little_endian: bool = True) -> bytes:
        return bytes(self.definitions.store.serialize_cdr(message, message.__msgtype__, little_endian=little_endian))

    def stamp(self, i: int) -> Any:
        return self.make("builtin_interfaces/msg/Time", T0_S + i // 10, i % 10 * 100_000_000)

    def header(self, i: int, frame_id: str = "odom") -> Any:
        return self.make("std_msgs/msg/Header", self.stamp(i), frame_id)

    def vector(self, x: float, y: float, z: float) -> Any:
        return self.make("geometry_msgs/msg/Vector3", x, y, z)

    def pose(self, x: float, y: float, yaw: float = 0.0) -> Any:
        point = self.make("geometry_msgs/msg/Point", x, y, 0.0)
        turn = self.make("geometry_msgs/msg/Quaternion", 0.0, 0.0, float(np.sin(yaw / 2)), float(np.cos(yaw / 2)))
        return self.make("geometry_msgs/msg/Pose", point, turn)

    def odometry(self, i: int, frame_id: str = "odom", *, little_endian: bool = True) -> bytes:
        none = np.zeros(36)
        pose = self.make("geometry_msgs/msg/PoseWithCovariance", self.pose(0.1 * i, -0.2 * i, 0.01 * i), none)
        twist = self.make("geometry_msgs/msg/Twist", self.vector(0.2, 0.0, 0.0), self.vector(0.0, 0.0, -0.1))
        speed = self.make("geometry_msgs/msg/TwistWithCovariance", twist, none)
        message = self.make("nav_msgs/msg/Odometry", self.header(i, frame_id), "base_footprint", pose, speed)
        return self.cdr(message, little_endian=little_endian)

    def posed(
        self, i: int, x: float, y: float, yaw: float, *, frame_id: str = "odom", child: str = "base_footprint"
    ) -> bytes:
        """Odometry in a plane."""
        none, still = np.zeros(36), self.vector(0.0, 0.0, 0.0)
        pose = self.make("geometry_msgs/msg/PoseWithCovariance", self.pose(x, y, yaw), none)
        speed = self.make(
            "geometry_msgs/msg/TwistWithCovariance", self.make("geometry_msgs/msg/Twist", still, still), none
        )
        return self.cdr(self.make("nav_msgs/msg/Odometry", self.header(i, frame_id), child, pose, speed))

    def amcl(self, i: int, x: float, y: float, yaw: float) -> bytes:
        pose = self.make("geometry_msgs/msg/PoseWithCovariance", self.pose(x, y, yaw), np.zeros(36))
        return self.cdr(self.make("geometry_msgs/msg/PoseWithCovarianceStamped", self.header(i, "map"), pose))

    def tf(self, i: int, *transforms: tuple[str, str, float, float, float]) -> bytes:
        """Transforms of (parent, child, x, y, yaw), all of one stamp."""
        made = []
        for parent, child, x, y, yaw in transforms:
            turn = self.make("geometry_msgs/msg/Quaternion", 0.0, 0.0, float(np.sin(yaw / 2)), float(np.cos(yaw / 2)))
            transform = self.make("geometry_msgs/msg/Transform", self.vector(x, y, 0.0), turn)
            made.append(self.make("geometry_msgs/msg/TransformStamped", self.header(i, parent), child, transform))
        return self.cdr(self.make("tf2_msgs/msg/TFMessage", made))

    def imu(self, i: int) -> bytes:
        none = np.zeros(9)
        turn = self.make("geometry_msgs/msg/Quaternion", 0.0, 0.0, 0.0, 1.0)
        rate, acceleration = self.vector(0.0, 0.0, 0.5), self.vector(0.1, 0.0, 9.81 + i)
        return self.cdr(
            self.make("sensor_msgs/msg/Imu", self.header(i, "imu_link"), turn, none, rate, none, acceleration, none)
        )

    def scan(self, i: int, ranges: Sequence[float] = (1.5, float("inf"), float("nan"), 0.5)) -> bytes:
        values = np.array(ranges, dtype=np.float32)
        nothing = np.zeros(0, dtype=np.float32)
        limits = (0.0, 6.25, 1.5, 0.0, 0.0, 0.125, 3.5)
        return self.cdr(self.make("sensor_msgs/msg/LaserScan", self.header(i, "base_scan"), *limits, values, nothing))

    def image(self, i: int, width: int = 8, height: int = 4) -> bytes:
        pixels = np.full(width * height * 3, i % 256, dtype=np.uint8)
        header = self.header(i, "camera_rgb_optical_frame")
        return self.cdr(self.make("sensor_msgs/msg/Image", header, height, width, "rgb8", 0, 3 * width, pixels))

    def event(
        self, i: int, event_type: str, *, event_id: str = "", payload: str = "", job_id: str = "", asset_id: str = ""
    ) -> bytes:
        given = (event_id, asset_id, job_id, event_type, "tester", payload)
        return self.cdr(self.make("twin_interfaces/msg/TwinEvent", self.stamp(i), *given))

    def trial(self, i: int, trial_id: str, outcome: int = 4) -> bytes:
        return self.cdr(
            self.make(
                "twin_interfaces/msg/NavigationTrial",
                *(self.header(i, "map"), trial_id, ASSET, JOB, "kitchen"),
                *(self.pose(0.0, 0.0), self.pose(3.0, 1.0, 1.0)),
                *(outcome, 0, "", self.stamp(i - 50), 5.0, 3.5, 2),
            )
        )

    def detections(self, i: int, *scores: dict[str, float]) -> bytes:
        header = self.header(i, "camera_rgb_optical_frame")
        found = [self._detection(header, classes) for classes in scores]
        return self.cdr(self.make("vision_msgs/msg/Detection2DArray", header, found))

    def _detection(self, header: Any, classes: dict[str, float]) -> Any:
        pose = self.make("geometry_msgs/msg/PoseWithCovariance", self.pose(0.0, 0.0), np.zeros(36))
        results = [
            self.make(
                "vision_msgs/msg/ObjectHypothesisWithPose",
                self.make("vision_msgs/msg/ObjectHypothesis", name, score),
                pose,
            )
            for name, score in classes.items()
        ]
        centre = self.make("vision_msgs/msg/Pose2D", self.make("vision_msgs/msg/Point2D", 100.0, 50.0), 0.0)
        box = self.make("vision_msgs/msg/BoundingBox2D", centre, 20.0, 10.0)
        return self.make("vision_msgs/msg/Detection2D", header, results, box, "")

    def run_of_everything(self) -> list[tuple[str, bytes]]:
        """A small job: two of everything that makes rows, and something that doesn't."""
        run: list[tuple[str, bytes]] = []
        for i in range(2):
            run += [("/odom", self.odometry(i)), ("/imu", self.imu(i)), ("/scan", self.scan(i))]
            run += [("/camera/color/image_raw", self.image(i)), ("/detections", self.detections(i, {"red": 0.9}))]
            run += [("/twin/events", self.event(i, f"nav.goal_{i}")), ("/ground_truth/odom", self.odometry(i))]
            run += [("/twin/navigation_trials", self.trial(i, str(UUID(int=i + 1))))]
        return run


@dataclass
class Clock:
    """Log time and monotonic time, both ns, moved by the test."""

    now_ns: int = T0_S * 1_000_000_000
    mono_ns: int = 0

    def advance(self, seconds: float) -> None:
        self.now_ns += int(seconds * 1e9)
        self.mono_ns += int(seconds * 1e9)


@dataclass(frozen=True)
class Recorder:
    """Opens pipelines on one spool and one lake, as one process after the other would."""

    folder: Path
    settings: LakeSettings
    topics: TopicTable
    definitions: dict[str, Definition | None]
    clock: Clock

    @property
    def spool(self) -> Path:
        return self.folder / "spool" / ASSET

    def store(self, job_id: str = JOB, began_ns: int = 1, hold: HoldPolicy = WRITE_THROUGH) -> SegmentStore:
        def new_info(number: int) -> SegmentInfo:
            return SegmentInfo(
                segment_id=segment_uuid(ASSET, job_id, began_ns, number),
                asset_id=ASSET,
                job_id=job_id,
                topics=self.topics,
                config={"environment": "ros.dev.gpu"},
            )

        return SegmentStore(self.spool, new_info, self.definitions, lambda: self.clock.mono_ns, hold)

    def pipeline(self, job_id: str = JOB, *, began_ns: int = 1, max_bytes: int = 1 << 20, lake: Any = None) -> Pipeline:
        pipeline = Pipeline(
            store=self.store(job_id, began_ns),
            lake=lake or LakeCommitter(self.settings),
            roll=RollPolicy(max_bytes=max_bytes, max_age_ns=1_000_000_000),
            now_ns=lambda: self.clock.now_ns,
            mono_ns=lambda: self.clock.mono_ns,
            sleep=self.clock.advance,
        )
        for topic in self.topics.named:
            pipeline.register(topic, self.definitions.get(topic.name))
        return pipeline

    def record(self, run: Sequence[tuple[str, bytes]], job_id: str = JOB, began_ns: int = 1) -> int:
        """Record, commit, end; the number of segments left in the spool."""
        pipeline = self.pipeline(job_id, began_ns=began_ns)
        for topic, cdr in run:
            pipeline.capture(topic, cdr)
            self.clock.advance(0.01)
        left = pipeline.drain(60.0)
        pipeline.close()
        return left

    def rows(self, table: str, columns: str = "*", where: str = "true") -> list[dict[str, Any]]:
        with Lake.open(self.settings, read_only=True) as lake:
            query = f"SELECT {columns} FROM lake.{table} WHERE {where} ORDER BY ALL"  # noqa: S608
            rows: list[dict[str, Any]] = lake.query(query).to_pylist()
        return rows

    def everything(self, ids: bool = False) -> dict[str, list[str]]:
        """All rows of all tables that messages become, as texts, to be compared whole; without `ids` those of the
        segments, which are in raw_path, are left out as well.
        """
        tables = {
            "twins.state_snapshots": "snapshot_id",
            "twins.sensor_readings": "reading_id",
            "twins.events": "event_id",
            "event_log.object_detections": "detection_id",
            "event_log.ros_navigation_trials": "trial_id",
        }
        return {
            table: [
                re.sub(r"" if ids else r"-[0-9a-f]{8}(?=\.mcap)", "", json.dumps(row, default=str))
                for row in self.rows(table, "*" if ids else f"* EXCLUDE ({row_id})", "job_id IS NOT NULL")
            ]
            for table, row_id in tables.items()
        }


@pytest.fixture(scope="session")
def prefixes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Prefixes with every package of the topic table, built or not."""
    prefix = tmp_path_factory.mktemp("prefix")
    (prefix / "share").mkdir()
    (prefix / "share" / "twin_interfaces").symlink_to(SOURCES / "twin_interfaces")
    return (prefix, *default_prefixes(), SOURCES / "embedded_ros" / "embedded_ros" / "prefix")


@pytest.fixture(scope="session")
def definitions(prefixes: tuple[Path, ...]) -> Definitions:
    return Definitions(prefixes)


@pytest.fixture(scope="session")
def messages(definitions: Definitions) -> Messages:
    return Messages(definitions)


@pytest.fixture(scope="session")
def packaged() -> TopicTable:
    """The table as it is installed."""
    return load_topics(SOURCES / "twin_recorder" / "config" / "topics.yaml")


@pytest.fixture(scope="session")
def topics(packaged: TopicTable) -> TopicTable:
    """What the packaged table makes of a TurtleBot's topics, and no others."""
    return TopicTable.of(spec for name, type_name in TYPES.items() if (spec := packaged.spec(name, type_name)))


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(
        catalog=f"sqlite:{tmp_path / 'lake' / 'catalog.sqlite'}", storage=str(tmp_path / "lake" / "data")
    )


@pytest.fixture
def twin(settings: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The `twin` command with this package's sub-commands, on the test's lake; gives the exit code."""
    monkeypatch.setenv("TWIN_CATALOG", settings.catalog)
    monkeypatch.setenv("TWIN_STORAGE", settings.storage)
    parser = argparse.ArgumentParser(prog="twin")
    subparsers = parser.add_subparsers(required=True)
    for register in (command.register, recover_command.register):
        register(subparsers)

    def run(*arguments: str) -> int:
        parsed = parser.parse_args(arguments)
        result: int = parsed.run(parsed)
        return result

    return run


@pytest.fixture
def recorder(tmp_path: Path, settings: LakeSettings, topics: TopicTable, definitions: Definitions) -> Recorder:
    found: dict[str, Definition | None] = {topic.name: definitions.find(topic.type_name) for topic in topics.named}
    return Recorder(tmp_path, settings, topics, found, Clock())
