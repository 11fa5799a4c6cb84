"""Bags that something else made give the rows that live recording gives."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import yaml
from rosbags.rosbag1 import Writer as Writer1
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Writer2
from rosbags.typesys import Stores, get_typestore

from twin_lakehouse import Lake, LakeSettings, create_twin, retire_twin
from twin_lakehouse.errors import LakeAwayError, RetiredTwinError
from twin_recorder.core import ingest as ingest_module
from twin_recorder.core.commit import Committed, LakeCommitter, Prepared
from twin_recorder.core.errors import BagError
from twin_recorder.core.ingest import IngestConfig, IngestResult, ingest, plan
from twin_recorder.core.pose import PoseRule
from twin_recorder.core.topics import TopicTable, load_topics, parse_topics
from twin_recorder.share import default_topics_file

CHILD = Path(__file__).resolve().parents[1] / "ingest_child.py"
BAG_KINDS = ("sqlite3", "mcap")
START_NS = 1_700_000_000_000_000_000


def write_bag(
    path: Path,
    run: list[tuple[str, bytes]],
    recorder: Any,
    kind: Literal["sqlite3", "mcap"] = "mcap",
) -> Path:
    """A rosbag2 of the run, one message every 10 ms as in Recorder.record, with the types of the topic table."""
    types = {topic.name: topic.type_name for topic in recorder.topics.named}
    store = recorder.messages.definitions.store
    plugin = StoragePlugin.SQLITE3 if kind == "sqlite3" else StoragePlugin.MCAP
    with Writer2(path, version=9, storage_plugin=plugin) as writer:
        connections: dict[str, Any] = {}
        for number, (topic, cdr) in enumerate(run):
            if topic not in connections:
                type_name = types.get(topic, "std_msgs/msg/String")
                connections[topic] = writer.add_connection(topic, type_name, typestore=store)
            writer.write(connections[topic], START_NS + number * 10_000_000, cdr)
    return path


@pytest.fixture
def bags(recorder: Any, messages: Any) -> Any:
    """The recorder, with the messages at hand."""

    class Bags:
        topics = recorder.topics

        def __init__(self) -> None:
            self.messages = messages

        def write(self, name: str, run: list[tuple[str, bytes]], kind: Any = "mcap") -> Path:
            return write_bag(recorder.folder / name, run, self, kind)

        def ingest(self, path: Path, job_id: str = "job-1", **changes: Any) -> IngestResult:
            lake = changes.pop("lake", recorder.settings)
            config = self.config(job_id=job_id, **changes)
            return ingest(path, config, lake=lake, definitions=messages.definitions)

        def config(self, **changes: Any) -> IngestConfig:
            given = {"asset_id": "turtlebot-01", "job_id": "job-1", "topics": recorder.topics}
            return IngestConfig(**{**given, **changes})

    return Bags()


@pytest.mark.parametrize("kind", BAG_KINDS)
def test_bag_gives_the_rows_of_live_recording(bags: Any, recorder: Any, messages: Any, kind: str) -> None:
    run = messages.run_of_everything()
    recorder.record(run, "job-1")
    live = recorder.everything()
    elsewhere = replace(recorder, settings=replace(recorder.settings, catalog=recorder.settings.catalog + "2"))
    other = replace(elsewhere, settings=replace(elsewhere.settings, storage=recorder.settings.storage + "2"))
    result = bags.ingest(bags.write("bag", run, kind), lake=other.settings)
    assert other.everything() == live
    assert (result.messages, result.segments, result.skipped) == (len(run), 1, ())
    assert result.rows == sum(map(len, live.values()))


def test_ingesting_again_adds_nothing_wherever_the_bag_lies(bags: Any, recorder: Any, messages: Any) -> None:
    path = bags.write("bag", messages.run_of_everything())
    bags.ingest(path)
    before = recorder.everything(ids=True)
    again = bags.ingest(path.rename(path.with_name("moved")))
    assert (again.rows, again.replayed_segments) == (0, 1)
    assert recorder.everything(ids=True) == before


def test_long_bag_is_cut_into_segments_at_the_same_places(
    bags: Any, recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "_SEGMENT_BYTES", 3000)
    path = bags.write("bag", [("/odom", messages.odometry(i)) for i in range(20)])
    assert (bags.ingest(path).segments, bags.ingest(path).rows) == (4, 0)
    assert [row["sequence"] for row in recorder.rows("recordings.segments", "sequence")] == [0, 1, 2, 3]
    assert len(recorder.rows("twins.state_snapshots")) == 20


def test_bag_and_live_recording_share_a_job(bags: Any, recorder: Any, messages: Any) -> None:
    bags.ingest(bags.write("bag", [("/odom", messages.odometry(1))]))
    recorder.clock.advance(1.0)
    recorder.record([("/odom", messages.odometry(2))])
    assert [row["sequence"] for row in recorder.rows("recordings.segments", "sequence")] == [0, 1]
    assert len(recorder.rows("twins.state_snapshots")) == 2


def test_bag_without_definitions_is_read_by_those_that_are_known(bags: Any, messages: Any) -> None:
    path = bags.write("bag", [("/odom", messages.odometry(3))], "sqlite3")
    with sqlite3.connect(next(path.glob("*.db3"))) as database:
        database.execute("DELETE FROM message_definitions")
    database.close()
    assert bags.ingest(path).rows == 2


@pytest.mark.parametrize("suffix", ["db3", "mcap"])
def test_single_file_of_a_bag_will_do(bags: Any, messages: Any, suffix: str) -> None:
    path = bags.write("bag", [("/odom", messages.odometry(0))], "sqlite3" if suffix == "db3" else "mcap")
    (path / "metadata.yaml").unlink()
    assert bags.ingest(next(path.glob(f"*.{suffix}"))).rows == 2


def ros1_bag(path: Path) -> Path:
    """Two scans and a camera calibration as ROS 1 knows them: headers with `seq`, fields D, K, R, P."""
    store = get_typestore(Stores.ROS1_NOETIC)
    types = store.types
    with Writer1(path) as writer:
        scan = writer.add_connection("/scan", "sensor_msgs/msg/LaserScan", typestore=store)
        for i in range(2):
            header = types["std_msgs/msg/Header"](i, types["builtin_interfaces/msg/Time"](100 + i, 5000), "base_scan")
            message = types["sensor_msgs/msg/LaserScan"](
                *(header, 0.0, 1.0, 0.5, 0.0, 0.0, 0.125, 3.5),
                *(np.array([1.0, np.inf], np.float32), np.zeros(0, np.float32)),
            )
            data = store.serialize_ros1(message, "sensor_msgs/msg/LaserScan")
            writer.write(scan, (100 + i) * 1_000_000_000, bytes(data))
        info = writer.add_connection("/camera/color/camera_info", "sensor_msgs/msg/CameraInfo", typestore=store)
        region = types["sensor_msgs/msg/RegionOfInterest"](0, 0, 0, 0, False)
        calibration = types["sensor_msgs/msg/CameraInfo"](
            *(header, 240, 320, "plumb_bob", np.zeros(5), np.full(9, 7.0), np.zeros(9), np.zeros(12), 0, 0, region)
        )
        writer.write(info, 103 * 10**9, bytes(store.serialize_ros1(calibration, "sensor_msgs/msg/CameraInfo")))
    return path


def test_ros1_bag_gives_rows_and_a_raw_file_of_ros2_messages(bags: Any, recorder: Any, tmp_path: Path) -> None:
    result = bags.ingest(ros1_bag(tmp_path / "old.bag"))
    assert (result.messages, result.rows) == (3, 2)
    payloads = [json.loads(row["payload"]) for row in recorder.rows("twins.sensor_readings", "timestamp, payload")]
    assert [payload["ranges"] for payload in payloads] == [[1.0, None]] * 2
    assert "seq" not in json.dumps(payloads)
    assert [row["t"] for row in recorder.rows("twins.sensor_readings", "epoch_us(timestamp) AS t")] == [
        100_000_005,
        101_000_005,
    ]
    from rosbags.highlevel import AnyReader

    (row,) = recorder.rows("recordings.segments", "raw_path")
    with AnyReader([Path(recorder.settings.storage) / row["raw_path"]]) as reader:
        read: dict[str, Any] = {c.topic: reader.deserialize(data, c.msgtype) for c, _, data in reader.messages()}
    assert read["/camera/color/camera_info"].k.tolist() == [7.0] * 9


def test_topics_that_cannot_be_ingested_are_named_and_counted(bags: Any, messages: Any) -> None:
    text = messages.cdr(messages.make("std_msgs/msg/String", "hello"))
    run = [("/odom", messages.odometry(0)), ("/chatter", text), ("/chatter", text)]
    (skipped,) = bags.ingest(bags.write("bag", run)).skipped
    assert (skipped.topic, skipped.messages) == ("/chatter", 2)
    assert skipped.reason.startswith("no entry in the topic table; add one for std_msgs/msg/String")


def test_topic_of_another_type_is_skipped(bags: Any, messages: Any) -> None:
    text = messages.cdr(messages.make("std_msgs/msg/String", "hello"))
    path = bags.write("bag", [("/chatter", text), ("/odom", messages.odometry(0))])
    odometry = next(topic for topic in bags.topics.named if topic.name == "/odom")
    topics = TopicTable.of([odometry, replace(odometry, name="/chatter")])
    (skipped,) = bags.ingest(path, topics=topics).skipped
    assert skipped.reason.startswith("its type is std_msgs/msg/String, the topic table says nav_msgs/msg/Odometry; ")


def of_unknown_type(path: Path, topic: str) -> Path:
    """Make a topic of a bag one of a type that nobody here knows, as in a bag without definitions."""
    with sqlite3.connect(next(path.glob("*.db3"))) as database:
        database.execute("DELETE FROM message_definitions")
        database.execute(
            "UPDATE topics SET type = 'zoo_msgs/msg/Zoo', type_description_hash = '' WHERE name = ?", (topic,)
        )
    database.close()
    metadata = yaml.safe_load((path / "metadata.yaml").read_text())
    for entry in metadata["rosbag2_bagfile_information"]["topics_with_message_count"]:
        if entry["topic_metadata"]["name"] == topic:
            entry["topic_metadata"].update(type="zoo_msgs/msg/Zoo", type_description_hash="")
    (path / "metadata.yaml").write_text(yaml.safe_dump(metadata))
    return path


def test_unknown_message_type_is_skipped_and_the_rest_lands(bags: Any, messages: Any) -> None:
    run = [("/imu", messages.imu(0)), ("/odom", messages.odometry(0)), ("/imu", messages.imu(1))]
    path = of_unknown_type(bags.write("bag", run, "sqlite3"), "/imu")
    imu = next(topic for topic in bags.topics.named if topic.name == "/imu")
    others = [topic for topic in bags.topics.named if topic != imu]
    topics = TopicTable.of([*others, replace(imu, type_name="zoo_msgs/msg/Zoo")])
    result = bags.ingest(path, topics=topics)
    (skipped,) = result.skipped
    assert (result.rows, skipped.topic, skipped.messages) == (2, "/imu", 2)
    assert skipped.reason.startswith("no definition of zoo_msgs/msg/Zoo")


def folder_without_metadata(bags: Any, messages: Any) -> Path:
    path: Path = bags.write("bag", [("/odom", messages.odometry(0))])
    (path / "metadata.yaml").unlink()
    return path


def lost_file(bags: Any, messages: Any) -> Path:
    path: Path = bags.write("bag", [("/odom", messages.odometry(0))])
    next(path.glob("*.mcap")).unlink()
    return path


def cut_file(bags: Any, messages: Any) -> Path:
    path: Path = bags.write("bag", [("/odom", messages.odometry(0))])
    file = next(path.glob("*.mcap"))
    file.write_bytes(file.read_bytes()[:-100])
    return path


def ros1_records_without_op(bags: Any, _: Any) -> Path:
    path = ros1_bag(bags.write("bag", []).parent / "old.bag")
    path.write_bytes(path.read_bytes().replace(b"op=\x02", b"xx=\x02"))
    return path


def other_file(suffix: str, data: bytes) -> Callable[[Any, Any], Path]:
    def make(bags: Any, _: Any) -> Path:
        path: Path = bags.write("bag", []).parent / f"file{suffix}"
        path.write_bytes(data)
        return path

    return make


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda bags, _: bags.write("bag", []).with_name("none"), "there is no bag"),
        (lambda bags, _: bags.write("bag", []), "is empty: it has 0 topics and no message"),
        (folder_without_metadata, "has no metadata.yaml, so it is no rosbag2 bag, or its recording was cut off"),
        (lost_file, "lacks bag.mcap, which its metadata.yaml names"),
        (cut_file, "is damaged: it was cut off after byte"),
        (ros1_records_without_op, "is no bag that can be read: Could not read uint8 field 'op'"),
        (other_file(".txt", b"hello"), "its name ends in '.txt', not .bag, .db3 or .mcap"),
        (other_file(".bag", b"hello"), "is no bag that can be read: File magic is invalid"),
        (other_file(".bag", b""), "is no bag that can be read: File"),
        (other_file(".db3", b"hello" * 1000), "is no bag that can be read"),
        (
            lambda bags, messages: of_unknown_type(
                bags.write("bag", [("/odom", messages.odometry(0))], "sqlite3"), "/odom"
            ),
            "/odom: its type is zoo_msgs/msg/Zoo, the topic table says nav_msgs/msg/Odometry",
        ),
    ],
)
def test_what_cannot_be_ingested_is_one_clear_sentence_and_makes_no_lake(
    bags: Any, messages: Any, settings: LakeSettings, make: Any, sentence: str
) -> None:
    path = make(bags, messages)
    with pytest.raises(BagError) as caught:
        bags.ingest(path)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert settings.catalog_path is not None
    assert not settings.catalog_path.exists()


def test_damaged_message_in_a_bag_is_skipped_and_the_others_land(
    bags: Any, messages: Any, caplog: pytest.LogCaptureFixture
) -> None:
    path = bags.write(
        "bag", [("/odom", messages.odometry(0)), ("/odom", b"\0\1\0\0x"), ("/odom", messages.odometry(1))]
    )
    assert bags.ingest(path).rows == 4
    assert "1 messages of /odom made no rows: damaged, the first is number 1" in caplog.text


def odometry_bag(bags: Any, messages: Any, kind: str = "mcap", begin: int = 0, name: str = "bag") -> Path:
    path: Path = bags.write(name, [("/odom", messages.odometry(i)) for i in range(begin, begin + 20)], kind)
    return path


@pytest.mark.parametrize("kind_committed", [("mcap", 0), ("mcap", 1), ("mcap", 3), ("sqlite3", 2)])
def test_killed_ingest_goes_on_where_it_was(
    bags: Any,
    recorder: Any,
    prefixes: tuple[Path, ...],
    monkeypatch: pytest.MonkeyPatch,
    kind_committed: tuple[str, int],
) -> None:
    kind, committed = kind_committed
    path = odometry_bag(bags, bags.messages, kind)
    places = (str(path), recorder.settings.catalog, recorder.settings.storage, *map(str, prefixes))
    child = [sys.executable, str(CHILD), str(committed), *places]
    assert subprocess.run(child, check=False, capture_output=True).returncode == -signal.SIGKILL
    monkeypatch.setattr(ingest_module, "_SEGMENT_BYTES", 3000)
    result = bags.ingest(path, topics=load_topics(default_topics_file()))
    assert (result.messages, result.segments, result.replayed_segments) == (20, 4, committed)
    rows = recorder.rows("twins.state_snapshots", "position_x AS x, snapshot_id")
    assert [round(row["x"], 6) for row in rows] == [round(0.1 * i, 6) for i in range(20)]
    assert len({row["snapshot_id"] for row in rows}) == 20


def test_resumed_ingest_gives_the_ids_of_an_undisturbed_one(
    bags: Any, recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "_SEGMENT_BYTES", 3000)
    path = odometry_bag(bags, messages)
    bags.ingest(path)
    before = recorder.everything(ids=True)
    with Lake.open(recorder.settings) as lake, lake.transaction():
        for table in ("recordings.segments", "twins.state_snapshots", "twins.sensor_readings"):
            column = "sequence >= 2" if "segments" in table else "epoch_us(timestamp) >= 1700000001000000"
            lake.execute(f"DELETE FROM lake.{table} WHERE {column}")  # noqa: S608
    assert bags.ingest(path).replayed_segments == 2
    assert recorder.everything(ids=True) == before


def test_nothing_lands_after_a_segment_that_could_not(
    bags: Any, recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "_SEGMENT_BYTES", 3000)
    path, land = odometry_bag(bags, messages), LakeCommitter.land

    def failing(committer: LakeCommitter, prepared: Prepared) -> Committed:
        if prepared.sequence == 1:
            raise LakeAwayError("the lake is away", remedy="wait")
        return land(committer, prepared)

    with monkeypatch.context() as patch:
        patch.setattr(LakeCommitter, "land", failing)
        with pytest.raises(LakeAwayError):
            bags.ingest(path)
    assert [row["sequence"] for row in recorder.rows("recordings.segments", "sequence")] == [0]
    assert (bags.ingest(path).replayed_segments, len(recorder.rows("twins.state_snapshots"))) == (1, 20)


def test_same_recording_in_another_format_is_refused(bags: Any, recorder: Any, messages: Any) -> None:
    bags.ingest(odometry_bag(bags, messages))
    copy = odometry_bag(bags, messages, "sqlite3", name="converted")
    with pytest.raises(BagError, match=r"overlap: bag bag gave the job /odom of the same time"):
        bags.ingest(copy)
    assert bags.ingest(copy, overlap=True).rows == 40
    assert len(recorder.rows("twins.state_snapshots")) == 40


def test_bag_of_a_recorded_job_is_refused(bags: Any, recorder: Any, messages: Any) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    with pytest.raises(BagError, match="overlap: the recorder gave the job /odom"):
        bags.ingest(odometry_bag(bags, messages))


def test_other_topics_of_the_same_time_join_the_job(bags: Any, messages: Any) -> None:
    bags.ingest(odometry_bag(bags, messages))
    assert bags.ingest(bags.write("imu", [("/imu", messages.imu(i)) for i in range(3)])).rows == 3


def test_same_bag_by_another_topic_table_is_refused(bags: Any, messages: Any) -> None:
    path = odometry_bag(bags, messages)
    bags.ingest(path)
    with pytest.raises(BagError, match="by another topic table or pose rule"):
        bags.ingest(path, pose=PoseRule(rule="odom"))


def test_retired_twin_is_refused_before_anything_is_written(bags: Any, recorder: Any, messages: Any) -> None:
    with Lake.open(recorder.settings) as lake:
        create_twin(lake, "turtlebot-01", "robot")
        retire_twin(lake, "turtlebot-01")
    with pytest.raises(RetiredTwinError):
        bags.ingest(odometry_bag(bags, messages))
    assert not list(Path(recorder.settings.storage).rglob("*.mcap"))
    assert not recorder.rows("twins.twin_jobs")


def test_cut_bag_is_refused_whole_or_used_up_to_the_cut(bags: Any, recorder: Any, messages: Any) -> None:
    path = next(odometry_bag(bags, messages).glob("*.mcap"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BagError, match=r"20 messages before it are whole: ingest them with --partial"):
        bags.ingest(path)
    assert not Path(recorder.settings.storage).exists()
    result = bags.ingest(path, partial=True)
    assert (result.rows, result.damage[:18]) == (40, "it was cut off aft")


def test_topics_are_chosen_by_type_and_pattern(bags: Any, recorder: Any, messages: Any) -> None:
    readings = [{"table": "sensor_readings", "sensor_type": "imu"}]
    table = parse_topics(
        [
            {"pattern": "/noisy/.*", "ignore": True},
            {"type": "sensor_msgs/msg/Imu", "becomes": readings},
        ]
    )
    store = messages.definitions.store
    path = recorder.folder / "bag"
    with Writer2(path, version=9) as writer:
        for topic in ("/left/imu", "/noisy/imu"):
            connection = writer.add_connection(topic, "sensor_msgs/msg/Imu", typestore=store)
            writer.write(connection, START_NS, messages.imu(0))
    result = bags.ingest(path, topics=table)
    assert (result.messages, result.rows) == (1, 1)
    assert [(each.topic, each.reason) for each in result.skipped] == [
        ("/noisy/imu", "the topic table ignores it; pass another table with --topics")
    ]


def test_plan_says_what_would_become_of_a_bag_and_writes_nothing(bags: Any, recorder: Any, messages: Any) -> None:
    path = bags.write("bag", messages.run_of_everything())
    planned = plan(path, bags.config(), messages.definitions)
    assert (planned.messages, planned.skipped, planned.damage) == (16, (), "")
    assert planned.span_ns == (START_NS, START_NS + 150_000_000)
    assert not (recorder.folder / "lake").exists()


def test_folder_of_the_job_is_a_bag_again(bags: Any, recorder: Any, messages: Any) -> None:
    run = messages.run_of_everything()
    bags.ingest(bags.write("bag", run))
    (row,) = recorder.rows("recordings.segments", "raw_path")
    folder = (Path(recorder.settings.storage) / row["raw_path"]).parent
    bags.ingest(folder, job_id="again")
    rows = "position_x, position_y, timestamp"
    first, second = (recorder.rows("twins.state_snapshots", rows, f"job_id = '{job}'") for job in ("job-1", "again"))
    assert first == second
