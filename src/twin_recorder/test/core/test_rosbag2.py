"""A job's folder in the object store is a rosbag2 bag, for readers that know nothing of the recorder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from mcap.reader import make_reader
from rosbags.highlevel import AnyReader
from rosbags.interfaces import ConnectionExtRosbag2
from rosbags.rosbag2 import Reader

from twin_lakehouse import Lake, Segment, complete_job, expire_lake
from twin_lakehouse.clock import utc_now
from twin_recorder.core.definitions import Definitions, type_hash
from twin_recorder.core.rosbag2 import metadata_yaml, write_bag_metadata
from twin_recorder.core.topics import Qos, TopicSpec

ASSET, JOB = "turtlebot-01", "job-1"
START_NS = 1_700_000_000_000_000_000


@pytest.fixture
def folder(recorder: Any, messages: Any) -> Path:
    """Two segments of a job, with metadata."""
    for began_ns in (1, 2):
        recorder.record(messages.run_of_everything(), began_ns=began_ns)
    return written(recorder)


def written(recorder: Any) -> Path:
    with Lake.open(recorder.settings) as lake:
        key = write_bag_metadata(lake, ASSET, JOB)
    assert key is not None
    return (Path(recorder.settings.storage) / key).parent


def segments(recorder: Any) -> list[Segment]:
    with Lake.open(recorder.settings, read_only=True) as lake:
        return lake.rows(Segment, "true ORDER BY sequence")


def test_all_messages_are_read_in_order(folder: Path, messages: Any) -> None:
    run = messages.run_of_everything()
    with Reader(folder) as reader:
        times = [log_ns for _, log_ns, _ in reader.messages()]
        # Images are stored compressed.
        data = sorted(bytes(cdr) for connection, _, cdr in reader.messages() if "Image" not in connection.msgtype)
    assert times == [START_NS + i * 10_000_000 for i in range(2 * len(run))]
    assert data == sorted([cdr for topic, cdr in run if "image" not in topic] * 2)


def test_messages_are_decoded_by_the_bags_own_definitions(folder: Path) -> None:
    with AnyReader([folder]) as reader:
        decoded = [reader.deserialize(cdr, connection.msgtype) for connection, _, cdr in reader.messages()]
    assert {type(message).__name__ for message in decoded} >= {
        "nav_msgs__msg__Odometry",
        "twin_interfaces__msg__TwinEvent",
    }


def test_metadata_is_that_of_jazzy(folder: Path, recorder: Any) -> None:
    information = yaml.safe_load((folder / "metadata.yaml").read_text())["rosbag2_bagfile_information"]
    files = [Path(segment.raw_path).name for segment in segments(recorder)]
    topics = {entry["topic_metadata"]["name"]: entry for entry in information.pop("topics_with_message_count")}
    assert information == {
        "version": 9,
        "storage_identifier": "mcap",
        "duration": {"nanoseconds": 310_000_000},
        "starting_time": {"nanoseconds_since_epoch": START_NS},
        "message_count": 32,
        "compression_format": "",
        "compression_mode": "",
        "relative_file_paths": files,
        "files": [
            {
                "path": name,
                "starting_time": {"nanoseconds_since_epoch": START_NS + 160_000_000 * number},
                "duration": {"nanoseconds": 150_000_000},
                "message_count": 16,
            }
            for number, name in enumerate(files)
        ],
        "custom_data": {"asset_id": ASSET, "job_id": JOB},
        "ros_distro": "jazzy",
    }
    odometry = topics["/odom"]["topic_metadata"]
    assert topics["/odom"]["message_count"] == 4
    assert (odometry["type"], odometry["serialization_format"]) == ("nav_msgs/msg/Odometry", "cdr")
    # As Jazzy's own `ros2 topic info -v` gives it.
    assert odometry["type_description_hash"] == type_hash(Definitions().find("nav_msgs/msg/Odometry"))


def test_hash_is_the_one_that_jazzy_gives() -> None:
    definition = Definitions().find("std_msgs/msg/String")
    assert type_hash(definition) == "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"


def test_each_file_is_valid_mcap_with_definitions(folder: Path) -> None:
    for path in folder.glob("*.mcap"):
        with path.open("rb") as file:
            reader = make_reader(file, validate_crcs=True)
            summary = reader.get_summary()
            assert summary is not None
            assert reader.get_header().profile == "ros2"
            assert {schema.encoding for schema in summary.schemas.values()} == {"ros2msg"}
            assert all(
                b"std_msgs/Header" in schema.data or b"Time" in schema.data for schema in summary.schemas.values()
            )
            assert summary.statistics is not None
            assert summary.statistics.message_count == sum(1 for _ in reader.iter_messages())


def test_files_are_in_the_order_of_their_times(recorder: Any, messages: Any) -> None:
    recorder.record([("/odom", messages.odometry(0))], began_ns=1)
    recorder.clock.advance(-100.0)
    recorder.record([("/odom", messages.odometry(1))], began_ns=2)
    first, second = (Path(segment.raw_path).name for segment in segments(recorder))
    with Reader(written(recorder)) as reader:
        assert [log_ns - START_NS for _, log_ns, _ in reader.messages()] == [-99_990_000_000, 0]
    assert yaml.safe_load(metadata_yaml(segments(recorder)))["rosbag2_bagfile_information"]["relative_file_paths"] == [
        second,
        first,
    ]


def test_topic_that_only_lost_messages_is_in_no_file(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    pipeline.lost("/imu", 3)
    pipeline.drain(60.0)
    pipeline.close()
    with Reader(written(recorder)) as reader:
        assert [connection.topic for connection in reader.connections] == ["/odom"]


def test_job_without_segments_has_no_metadata(folder: Path, recorder: Any) -> None:
    with Lake.open(recorder.settings) as lake:
        with lake.transaction():
            lake.execute("DELETE FROM lake.recordings.segments WHERE job_id = ?", (JOB,))
        assert write_bag_metadata(lake, ASSET, JOB) is None
    assert not (folder / "metadata.yaml").exists()


def test_recordings_that_were_expired_are_not_in_the_metadata(folder: Path, recorder: Any) -> None:
    with Lake.open(recorder.settings) as lake:
        complete_job(lake, ASSET, JOB)
    with Lake.open(recorder.settings, clock=lambda: utc_now() + timedelta(days=1)) as later:
        expire_lake(later, older_than=timedelta(0), recordings_older_than=timedelta(0))
        assert list(folder.iterdir()) == []
        assert write_bag_metadata(later, ASSET, JOB) is None


def test_rows_of_earlier_versions_still_make_a_bag(recorder: Any, messages: Any) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    (segment,) = segments(recorder)
    old = segment.topics.replace('"stored"', '"unknown"')
    information = yaml.safe_load(metadata_yaml([replace(segment, topics=old)]))["rosbag2_bagfile_information"]
    (topic,) = information["topics_with_message_count"]
    assert (topic["topic_metadata"]["name"], topic["topic_metadata"]["type"]) == ("/odom", "nav_msgs/msg/Odometry")


def test_latched_topic_is_offered_latched_again(recorder: Any, messages: Any) -> None:
    latched = Qos(reliability="reliable", durability="transient_local", depth=1)
    pipeline = recorder.pipeline()
    spec = TopicSpec(name="/latched", type_name="std_msgs/msg/String")
    pipeline.register(spec, Definitions().find(spec.type_name), latched)
    pipeline.capture("/latched", messages.cdr(messages.make("std_msgs/msg/String", "x")))
    pipeline.capture("/odom", messages.odometry(0))
    pipeline.drain(60.0)
    pipeline.close()
    with Reader(written(recorder)) as reader:
        (found,) = [connection for connection in reader.connections if connection.topic == "/latched"]
        topics = {connection.topic for connection, _, _ in reader.messages()}
    assert isinstance(found.ext, ConnectionExtRosbag2)
    (profile,) = found.ext.offered_qos_profiles
    assert (profile.reliability.name, profile.durability.name, profile.depth) == ("RELIABLE", "TRANSIENT_LOCAL", 1)
    assert topics == {"/latched", "/odom"}
