"""The topic table: the packaged one is right, and each mistake is one clear sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twin_recorder.core.errors import ConfigError
from twin_recorder.core.topics import (
    Becomes,
    Qos,
    TopicSpec,
    load_topics,
    parse_topics,
    topics_from_json,
    topics_to_json,
)

SCAN = {"name": "/scan", "type": "sensor_msgs/msg/LaserScan", "becomes": "raw"}


def with_kind(**kind: Any) -> dict[str, Any]:
    return {**SCAN, "becomes": [kind]}


def test_packaged_table_has_pose_sensors_events_detections_and_trials(topics: tuple[TopicSpec, ...]) -> None:
    tables = {kind.table for topic in topics for kind in topic.becomes}
    assert tables == {"state_snapshots", "sensor_readings", "events", "object_detections", "ros_navigation_trials"}


def test_a_new_sensor_is_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(
        "topics: [{name: /gps/fix, type: sensor_msgs/msg/NavSatFix, max_rate_hz: 5,"
        " becomes: [{table: sensor_readings, sensor_type: gps}]}]"
    )
    kind = Becomes(table="sensor_readings", options={"sensor_type": "gps"})
    fix = TopicSpec(name="/gps/fix", type_name="sensor_msgs/msg/NavSatFix", becomes=(kind,), qos=Qos(), max_rate_hz=5.0)
    assert load_topics(path) == (fix,)


def test_table_survives_json(topics: tuple[TopicSpec, ...]) -> None:
    assert topics_from_json(topics_to_json(topics)) == topics


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("/scan", "'/scan' is not a mapping"),
        ({**SCAN, "name": "scan"}, "name 'scan' is not an absolute topic name"),
        ({**SCAN, "type": "LaserScan"}, "(/scan): type 'LaserScan' is not a message type such as"),
        ({**SCAN, "becomes": "rows"}, "becomes 'rows' is neither 'raw' nor a list"),
        ({**SCAN, "becomes": []}, "becomes [] is neither 'raw' nor a list"),
        ({**SCAN, "rate": 5}, "unknown key rate; allowed: name, type, becomes, qos, max_rate_hz"),
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
