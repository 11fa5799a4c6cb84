"""The topic table: which topics are recorded, and what each of them becomes in the lake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

import yaml

from .errors import ConfigError

_TYPE = re.compile(r"[a-zA-Z]\w*/msg/[a-zA-Z]\w*")
_NAME = re.compile(r"(/[a-zA-Z_]\w*)+")

SOURCES = ("ros_job", "simulation", "manual")
SENSOR_TYPES = ("imu", "lidar", "camera", "gps", "odometry")

# Per table: option -> allowed values (None: any text). Every option is needed.
_OPTIONS: Mapping[str, Mapping[str, tuple[str, ...] | None]] = {
    "state_snapshots": {"source": SOURCES},
    "sensor_readings": {"sensor_type": SENSOR_TYPES},
    "events": {},
    "object_detections": {"model": None, "image_topic": None},
    "ros_navigation_trials": {},
}
# Per table: the types that can become its rows. A table that isn't here takes every type.
_TYPES: Mapping[str, tuple[str, ...]] = {
    "state_snapshots": (
        "nav_msgs/msg/Odometry",
        "geometry_msgs/msg/PoseStamped",
        "geometry_msgs/msg/PoseWithCovarianceStamped",
    ),
    "events": ("twin_interfaces/msg/TwinEvent",),
    "object_detections": ("vision_msgs/msg/Detection2DArray",),
    "ros_navigation_trials": ("twin_interfaces/msg/NavigationTrial",),
}
_RELIABILITY = ("best_effort", "reliable")
_DURABILITY = ("volatile", "transient_local")


@dataclass(frozen=True, slots=True, kw_only=True)
class Becomes:
    """One kind of rows that a topic's messages become: a table, and what the message itself doesn't say."""

    table: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qos:
    """Quality of service that the subscription asks for; `depth` in messages."""

    reliability: str = "best_effort"
    durability: str = "volatile"
    depth: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """One entry of the topic table. Without `becomes`, messages are kept in the segment and make no rows."""

    name: str
    type_name: str
    becomes: tuple[Becomes, ...] = ()
    qos: Qos = Qos()
    max_rate_hz: float | None = None


def load_topics(path: Path) -> tuple[TopicSpec, ...]:
    """Read a topic table. Raises ConfigError that names the file, the entry and what is wrong with it."""
    try:
        document = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ConfigError(
            f"topic table {path}: {error.strerror}; set parameter topics_file to a readable file"
        ) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"topic table {path} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or not isinstance(document.get("topics"), list):
        raise ConfigError(f"topic table {path}: needs a key 'topics' with a list of entries")
    try:
        return parse_topics(document["topics"])
    except ConfigError as error:
        raise ConfigError(f"topic table {path}, {error}") from error


def parse_topics(entries: Iterable[object]) -> tuple[TopicSpec, ...]:
    """Check entries as YAML or JSON gives them. Raises ConfigError at the first that is wrong."""
    topics: dict[str, TopicSpec] = {}
    for number, entry in enumerate(entries, start=1):
        topic = _topic(number, entry)
        if topic.name in topics:
            raise ConfigError(f"entry {number}: topic {topic.name} is there twice; put both into one 'becomes' list")
        topics[topic.name] = topic
    if not topics:
        raise ConfigError("the list 'topics' is empty; name at least one topic to record")
    return tuple(topics.values())


def topics_to_json(topics: Iterable[TopicSpec]) -> str:
    """The table as JSON text that `topics_from_json` reads: a segment carries the table it was recorded with."""
    return json.dumps(
        [
            {
                "name": topic.name,
                "type": topic.type_name,
                "becomes": [{"table": kind.table, **kind.options} for kind in topic.becomes] or "raw",
                "qos": {
                    "reliability": topic.qos.reliability,
                    "durability": topic.qos.durability,
                    "depth": topic.qos.depth,
                },
                **({"max_rate_hz": topic.max_rate_hz} if topic.max_rate_hz else {}),
            }
            for topic in topics
        ]
    )


def topics_from_json(text: str) -> tuple[TopicSpec, ...]:
    """Inverse of `topics_to_json`. Raises ConfigError."""
    try:
        return parse_topics(json.loads(text))
    except (json.JSONDecodeError, TypeError) as error:
        raise ConfigError(f"the topic table inside the segment can't be read: {error}") from error


def _topic(number: int, entry: object) -> TopicSpec:
    """One entry, checked."""
    if not _is_mapping(entry):
        raise ConfigError(f"entry {number}: {entry!r} is not a mapping with name, type and becomes")
    name, type_name = entry.get("name"), entry.get("type")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigError(f"entry {number}: name {name!r} is not an absolute topic name such as /scan")
    where = f"entry {number} ({name})"
    if not isinstance(type_name, str) or not _TYPE.fullmatch(type_name):
        raise ConfigError(f"{where}: type {type_name!r} is not a message type such as sensor_msgs/msg/LaserScan")
    _only(where, entry, ("name", "type", "becomes", "qos", "max_rate_hz"))
    return TopicSpec(
        name=name,
        type_name=type_name,
        becomes=_becomes(where, type_name, entry.get("becomes")),
        qos=_qos(where, entry.get("qos", {})),
        max_rate_hz=_rate(where, entry.get("max_rate_hz")),
    )


def _becomes(where: str, type_name: str, value: object) -> tuple[Becomes, ...]:
    """`raw`, or a non-empty list of tables with their options."""
    if value == "raw":
        return ()
    if not isinstance(value, list) or not value:
        raise ConfigError(f"{where}: becomes {value!r} is neither 'raw' nor a list of tables")
    return tuple(_kind(where, type_name, kind) for kind in value)


def _kind(where: str, type_name: str, value: object) -> Becomes:
    """One table with its options, checked against what the table needs."""
    table = value.get("table") if _is_mapping(value) else None
    if not _is_mapping(value) or not isinstance(table, str) or table not in _OPTIONS:
        raise ConfigError(f"{where}: becomes {value!r} names no table; tables: {', '.join(_OPTIONS)}")
    types = _TYPES.get(table, (type_name,))
    if type_name not in types:
        raise ConfigError(f"{where}: {type_name} can't become {table}, which takes {' or '.join(types)}")
    _only(f"{where}: table {table}", value, ("table", *_OPTIONS[table]))
    for option, allowed in _OPTIONS[table].items():
        given = value.get(option)
        if not isinstance(given, str) or not given or (allowed and given not in allowed):
            expected = "|".join(allowed) if allowed else "a text"
            raise ConfigError(f"{where}: table {table} needs {option} ({expected}), not {given!r}")
    return Becomes(table=table, options={option: str(value[option]) for option in _OPTIONS[table]})


def _qos(where: str, value: object) -> Qos:
    """The QoS entry, with defaults that match every publisher."""
    if not _is_mapping(value):
        raise ConfigError(f"{where}: qos {value!r} is not a mapping with reliability, durability, depth")
    _only(f"{where}: qos", value, ("reliability", "durability", "depth"))
    reliability, durability = value.get("reliability", "best_effort"), value.get("durability", "volatile")
    depth = value.get("depth", 10)
    if reliability not in _RELIABILITY:
        raise ConfigError(f"{where}: reliability {reliability!r} is not {'|'.join(_RELIABILITY)}")
    if durability not in _DURABILITY:
        raise ConfigError(f"{where}: durability {durability!r} is not {'|'.join(_DURABILITY)}")
    if not isinstance(depth, int) or isinstance(depth, bool) or not 1 <= depth <= 100_000:
        raise ConfigError(f"{where}: depth {depth!r} is not a whole number from 1 to 100000")
    return Qos(reliability=str(reliability), durability=str(durability), depth=depth)


def _rate(where: str, value: object) -> float | None:
    """The rate limit in Hz, or None."""
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise ConfigError(f"{where}: max_rate_hz {value!r} is not a number above 0")
    return float(value)


def _only(where: str, value: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    """Refuse keys that nobody reads: a typo must not be silence."""
    unknown = [str(key) for key in value if key not in allowed]
    if unknown:
        raise ConfigError(f"{where}: unknown key {', '.join(unknown)}; allowed: {', '.join(allowed)}")


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """YAML mappings come as dicts."""
    return isinstance(value, dict)
