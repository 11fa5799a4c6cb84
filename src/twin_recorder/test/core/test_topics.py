"""The topic table: the packaged one is right, and each mistake is one clear sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from twin_recorder.core.errors import ConfigError
from twin_recorder.core.topics import (
    Becomes,
    Qos,
    TopicSpec,
    TopicTable,
    load_topics,
    parse_topics,
    topics_from_json,
    topics_to_json,
)

SCAN = {"name": "/scan", "type": "sensor_msgs/msg/LaserScan", "becomes": "raw"}
IMAGE = {"type": "sensor_msgs/msg/Image", "becomes": "raw"}


def with_kind(**kind: Any) -> dict[str, Any]:
    return {**SCAN, "becomes": [kind]}


@pytest.mark.parametrize(
    ("topic", "type_name", "expected"),
    [
        ("/odom", "nav_msgs/msg/Odometry", "state_snapshots sensor_readings:odometry"),
        ("/odometry/filtered", "nav_msgs/msg/Odometry", "sensor_readings:odometry"),
        ("/ground_truth/odom", "nav_msgs/msg/Odometry", ""),
        ("/imu", "sensor_msgs/msg/Imu", "sensor_readings:imu"),
        ("/imu/data", "sensor_msgs/msg/Imu", "sensor_readings:imu"),
        ("/scan", "sensor_msgs/msg/LaserScan", "sensor_readings:lidar"),
        ("/points", "sensor_msgs/msg/PointCloud2", "sensor_readings:lidar"),
        ("/fix", "sensor_msgs/msg/NavSatFix", "sensor_readings:gps"),
        ("/camera/color/image_raw", "sensor_msgs/msg/Image", "sensor_readings:camera jpeg"),
        ("/oakd/rgb/preview/image_raw", "sensor_msgs/msg/Image", "sensor_readings:camera jpeg"),
        ("/camera/depth/image_rect_raw", "sensor_msgs/msg/Image", "sensor_readings:camera png"),
        ("/image_raw/compressed", "sensor_msgs/msg/CompressedImage", "sensor_readings:camera"),
        ("/twin/events", "twin_interfaces/msg/TwinEvent", "events"),
        ("/detections", "vision_msgs/msg/Detection2DArray", "object_detections"),
        ("/twin/navigation_trials", "twin_interfaces/msg/NavigationTrial", "ros_navigation_trials"),
        ("/cmd_vel", "geometry_msgs/msg/TwistStamped", ""),
        ("/battery_state", "sensor_msgs/msg/BatteryState", ""),
        ("/parameter_events", "rcl_interfaces/msg/ParameterEvent", None),
    ],
)
def test_turtlebot_is_recorded_without_a_table_of_its_own(
    packaged: TopicTable, topic: str, type_name: str, expected: str | None
) -> None:
    spec = packaged.spec(topic, type_name)
    assert (None if spec is None else in_words(spec)) == expected


def in_words(spec: TopicSpec) -> str:
    """Its tables, with the sensor's type and how images are stored."""
    kinds = (":".join(filter(None, (kind.table, kind.options.get("sensor_type")))) for kind in spec.becomes)
    return " ".join((*kinds, *([] if spec.image == "raw" else [spec.image])))


def test_a_new_sensor_is_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(
        "topics: [{name: /gps/fix, type: sensor_msgs/msg/NavSatFix, max_rate_hz: 5,"
        " becomes: [{table: sensor_readings, sensor_type: gps}]}]"
    )
    kind = Becomes(table="sensor_readings", options={"sensor_type": "gps"})
    fix = TopicSpec(name="/gps/fix", type_name="sensor_msgs/msg/NavSatFix", becomes=(kind,), max_rate_hz=5.0)
    assert load_topics(path) == TopicTable.of([fix])
    assert load_topics(path).spec("/gps/fix", "sensor_msgs/msg/NavSatFix") == fix


def test_table_survives_json(packaged: TopicTable) -> None:
    assert topics_from_json(topics_to_json(packaged)) == packaged


def test_list_of_an_earlier_segment_is_a_table() -> None:
    entry = {**SCAN, "qos": {"reliability": "reliable", "durability": "volatile", "depth": 7}, "max_rate_hz": 2.0}
    scan = TopicSpec(
        name="/scan", type_name="sensor_msgs/msg/LaserScan", qos=Qos(reliability="reliable", depth=7), max_rate_hz=2.0
    )
    assert topics_from_json(json.dumps([entry])) == TopicTable.of([scan])


def test_first_rule_that_matches_in_all_its_keys_decides() -> None:
    table = parse_topics(
        [
            {"pattern": "/sim/.*", "ignore": True},
            {"name": "/scan", "type": "sensor_msgs/msg/LaserScan", "becomes": "raw", "max_rate_hz": 1},
            {"type": "sensor_msgs/msg/LaserScan", "becomes": "raw", "max_rate_hz": 2},
            {"pattern": ".*/scan", "becomes": "raw", "max_rate_hz": 3},
        ]
    )

    def rate(topic: str, name: str = "sensor_msgs/msg/LaserScan") -> float | None:
        spec = table.spec(topic, name)
        return None if spec is None else spec.max_rate_hz

    assert [rate("/scan"), rate("/scan_2"), rate("/sim/scan")] == [1.0, 2.0, None]
    assert [rate("/scan", "a/msg/A"), rate("/b/scan", "a/msg/A"), rate("/b/scans", "a/msg/A")] == [3.0, 3.0, None]
    assert table.why_not("/sim/scan", "a/msg/A") == "the topic table ignores it"
    assert table.why_not("/b", "a/msg/A") == "no entry in the topic table; add one for a/msg/A"


def test_jpeg_quality_of_the_recorder_is_for_entries_that_name_none() -> None:
    entries = [{**IMAGE, "name": name, "image": "jpeg"} for name in ("/a", "/b")]
    entries[0]["jpeg_quality"] = 30  # type: ignore[assignment]
    table = parse_topics(entries).with_jpeg_quality(70)
    assert [spec.jpeg_quality for spec in table.named] == [30, 70]
    assert topics_from_json(topics_to_json(table)) == table


@pytest.mark.parametrize(
    ("type_name", "tables", "rank"),
    [
        ("sensor_msgs/msg/Image", ["sensor_readings"], 0),
        ("sensor_msgs/msg/PointCloud2", [], 0),
        ("sensor_msgs/msg/CameraInfo", [], 1),
        ("sensor_msgs/msg/Imu", ["sensor_readings"], 2),
        ("nav_msgs/msg/Odometry", ["state_snapshots", "sensor_readings"], 3),
        ("tf2_msgs/msg/TFMessage", [], 3),
    ],
)
def test_full_disk_costs_images_first_and_states_last(type_name: str, tables: list[str], rank: int) -> None:
    becomes = tuple(Becomes(table=table) for table in tables)
    assert TopicSpec(name="/a", type_name=type_name, becomes=becomes).rank == rank


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("/scan", "'/scan' is not a mapping"),
        ({**SCAN, "name": "scan"}, "name 'scan' is not an absolute topic name"),
        ({**SCAN, "type": "LaserScan"}, "(/scan, LaserScan): type 'LaserScan' is not a message type such as"),
        ({**SCAN, "becomes": "rows"}, "becomes 'rows' is neither 'raw' nor a list"),
        ({**SCAN, "becomes": []}, "becomes [] is neither 'raw' nor a list"),
        ({**SCAN, "rate": 5}, "unknown key rate; allowed: name, pattern, type, ignore, becomes, qos, max_rate_hz"),
        ({"becomes": "raw"}, "says of no topic that it means it; give name, pattern or type"),
        ({"pattern": "/a(", "becomes": "raw"}, "(/a(): pattern '/a(' is not a regular expression: missing ), unter"),
        ({"pattern": "", "becomes": "raw"}, "pattern '' is not a regular expression such as /camera/.*"),
        ({**SCAN, "ignore": True}, "(/scan, sensor_msgs/msg/LaserScan): ignore: unknown key becomes"),
        ({**SCAN, "ignore": "yes"}, "ignore 'yes' is neither true nor false"),
        ({**SCAN, "image": "gif"}, "image 'gif' is not jpeg|png|raw"),
        ({**SCAN, "image": "jpeg"}, "image jpeg needs 'type: sensor_msgs/msg/Image'"),
        ({**IMAGE, "jpeg_quality": 50}, "jpeg_quality is without meaning for image raw; set image: jpeg"),
        ({**IMAGE, "image": "jpeg", "jpeg_quality": 0}, "jpeg_quality 0 is not a whole number from 1 to 100"),
        ({"name": "/odom", "becomes": [{"table": "events"}]}, "an entry without a type can't become events"),
        ({**SCAN, "max_rate_hz": 0}, "max_rate_hz 0 is not a number above 0"),
        ({**SCAN, "qos": {"depth": 0}}, "depth 0 is not a whole number from 1"),
        ({**SCAN, "qos": {"reliability": "yes"}}, "reliability 'yes' is not best_effort|reliable"),
        ({**SCAN, "qos": {"durability": "long"}}, "durability 'long' is not volatile|transient_local"),
        ({**SCAN, "qos": {"history": 3}}, "unknown key history; allowed: reliability, durability, depth"),
        (with_kind(table="readings"), "names no table; tables: state_snapshots, sensor_readings"),
        (with_kind(table="sensor_readings"), "needs sensor_type (imu|lidar|camera|gps|odometry), not None"),
        (with_kind(table="sensor_readings", sensor_type="radar"), "(imu|lidar|camera|gps|odometry), not 'radar'"),
        (with_kind(table="events"), "can't become events, which takes twin_interfaces/msg/TwinEvent"),
        (with_kind(table="state_snapshots", source="ros_job"), "which takes nav_msgs/msg/Odometry or geometry_msgs"),
        (with_kind(table="sensor_readings", sensor_type="imu", sorce="x"), "unknown key sorce"),
    ],
)
def test_wrong_entry_is_refused_by_name(entry: object, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_topics([entry])
    assert str(caught.value).startswith("entry 1")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("topics: [", "is not YAML"),
        ("sensors: []", "needs a key 'topics' with a list"),
        ("topics: []", "the list 'topics' is empty"),
        ("topics: [{name: /a, type: a/msg/A, becomes: raw}, {name: /a, type: a/msg/A, becomes: raw}]", "there twice"),
    ],
)
def test_wrong_file_is_refused_by_path(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_topics(path)
    assert str(path) in str(caught.value)
    assert sentence in str(caught.value)


def test_missing_file_names_the_parameter(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: No such file or directory; set parameter topics_file"):
        load_topics(tmp_path / "none.yaml")
