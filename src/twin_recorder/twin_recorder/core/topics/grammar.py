"""What a person writes, checked: YAML or JSON entries into rules, and each mistake as one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeGuard, get_args

import yaml

from twin_recorder.core.errors import ConfigError

from .table import Becomes, ImageFormat, Qos, TopicRule, TopicTable

_TYPE = re.compile(r"[a-zA-Z]\w*/msg/[a-zA-Z]\w*")
_NAME = re.compile(r"(/[a-zA-Z_]\w*)+")
_MATCH_KEYS: Final = ("name", "pattern", "type")
_KEYS: Final = (*_MATCH_KEYS, "ignore", "becomes", "qos", "max_rate_hz", "image", "jpeg_quality")
_IMAGE_TYPE: Final = "sensor_msgs/msg/Image"

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


def is_topic_name(text: str) -> bool:
    """Whether it is a whole topic name, such as /scan."""
    return _NAME.fullmatch(text) is not None


def is_type_name(text: str) -> bool:
    """Whether it is a whole message type, such as sensor_msgs/msg/LaserScan."""
    return _TYPE.fullmatch(text) is not None


def load_topics(path: Path, named_by: str = "parameter topics_file") -> TopicTable:
    """Read a topic table. Raises ConfigError that names the file, the entry and what is wrong with it.

    `named_by`: where a person has named the file.
    """
    try:
        document = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ConfigError(f"topic table {path}: {error.strerror}; set {named_by} to a readable file") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"topic table {path} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or not isinstance(document.get("topics"), list):
        raise ConfigError(f"topic table {path}: needs a key 'topics' with a list of entries")
    try:
        return parse_topics(document["topics"])
    except ConfigError as error:
        raise ConfigError(f"topic table {path}, {error}") from error


def parse_topics(entries: Iterable[object]) -> TopicTable:
    """Check entries as YAML or JSON gives them. Raises ConfigError at the first that is wrong."""
    rules: dict[tuple[str | None, ...], TopicRule] = {}
    for number, entry in enumerate(entries, start=1):
        rule = _rule(number, entry)
        key = (rule.name, rule.pattern, rule.type_name)
        if key in rules:
            which = ", ".join(part for part in key if part)
            raise ConfigError(f"entry {number}: {which} is there twice; put both into one 'becomes' list")
        rules[key] = rule
    if not rules:
        raise ConfigError("the list 'topics' is empty; name at least one topic to record")
    return TopicTable(rules=tuple(rules.values()))


def _rule(number: int, entry: object) -> TopicRule:
    """One entry, checked."""
    if not _is_mapping(entry):
        raise ConfigError(f"entry {number}: {entry!r} is not a mapping with name, pattern or type, and becomes")
    where = _where(number, entry)
    name, pattern, type_name = _name(where, entry), _pattern(where, entry), _type(where, entry)
    _only(where, entry, _KEYS)
    if not (name or pattern or type_name):
        raise ConfigError(f"{where}: says of no topic that it means it; give name, pattern or type")
    if _flag(where, entry, "ignore"):
        _only(f"{where}: ignore", entry, (*_MATCH_KEYS, "ignore"))
        return TopicRule(name=name, pattern=pattern, type_name=type_name, ignore=True)
    image = _image(where, type_name, entry.get("image", "raw"))
    return TopicRule(
        name=name,
        pattern=pattern,
        type_name=type_name,
        becomes=_becomes(where, type_name, entry.get("becomes")),
        qos=_qos(where, entry["qos"]) if "qos" in entry else None,
        max_rate_hz=_rate(where, entry.get("max_rate_hz")),
        image=image,
        jpeg_quality=_quality(where, image, entry.get("jpeg_quality")),
    )


def _where(number: int, entry: Mapping[str, object]) -> str:
    """The entry in a person's words: its number, and what it matches."""
    matched = ", ".join(str(entry[key]) for key in _MATCH_KEYS if key in entry)
    return f"entry {number} ({matched})" if matched else f"entry {number}"


def _name(where: str, entry: Mapping[str, object]) -> str | None:
    """The exact name, if there is one."""
    name = entry.get("name")
    if "name" not in entry:
        return None
    if not isinstance(name, str) or not is_topic_name(name):
        raise ConfigError(f"{where}: name {name!r} is not an absolute topic name such as /scan")
    return name


def _pattern(where: str, entry: Mapping[str, object]) -> str | None:
    """The regular expression, if there is one."""
    pattern = entry.get("pattern")
    if "pattern" not in entry:
        return None
    if not isinstance(pattern, str) or not pattern:
        raise ConfigError(f"{where}: pattern {pattern!r} is not a regular expression such as /camera/.*")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"{where}: pattern {pattern!r} is not a regular expression: {error}") from error
    return pattern


def _type(where: str, entry: Mapping[str, object]) -> str | None:
    """The message type, if there is one."""
    type_name = entry.get("type")
    if "type" not in entry:
        return None
    if not isinstance(type_name, str) or not is_type_name(type_name):
        raise ConfigError(f"{where}: type {type_name!r} is not a message type such as sensor_msgs/msg/LaserScan")
    return type_name


def _becomes(where: str, type_name: str | None, value: object) -> tuple[Becomes, ...]:
    """`raw`, or a non-empty list of tables with their options."""
    if value == "raw":
        return ()
    if not isinstance(value, list) or not value:
        raise ConfigError(f"{where}: becomes {value!r} is neither 'raw' nor a list of tables")
    return tuple(_kind(where, type_name, kind) for kind in value)


def _kind(where: str, type_name: str | None, value: object) -> Becomes:
    """One table with its options, checked against what the table needs."""
    table = value.get("table") if _is_mapping(value) else None
    if not _is_mapping(value) or not isinstance(table, str) or table not in _OPTIONS:
        raise ConfigError(f"{where}: becomes {value!r} names no table; tables: {', '.join(_OPTIONS)}")
    types = _TYPES.get(table)
    if types and type_name not in types:
        source = f"{type_name} can't become {table}" if type_name else f"an entry without a type can't become {table}"
        raise ConfigError(f"{where}: {source}, which takes {' or '.join(types)}")
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


def _image(where: str, type_name: str | None, value: object) -> ImageFormat:
    """How pixels are stored; only raw images can be stored otherwise than they come."""
    formats: tuple[ImageFormat, ...] = get_args(ImageFormat)
    chosen = next((each for each in formats if each == value), None)
    if chosen is None:
        raise ConfigError(f"{where}: image {value!r} is not {'|'.join(formats)}")
    if chosen != "raw" and type_name != _IMAGE_TYPE:
        raise ConfigError(f"{where}: image {chosen} needs 'type: {_IMAGE_TYPE}'; others are stored as they come")
    return chosen


def _quality(where: str, image: ImageFormat, value: object) -> int | None:
    """The JPEG quality, or None."""
    if value is None:
        return None
    if image != "jpeg":
        raise ConfigError(f"{where}: jpeg_quality is without meaning for image {image}; set image: jpeg")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100:
        raise ConfigError(f"{where}: jpeg_quality {value!r} is not a whole number from 1 to 100")
    return value


def _flag(where: str, entry: Mapping[str, object], key: str) -> bool:
    """A switch, off by default."""
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise ConfigError(f"{where}: {key} {value!r} is neither true nor false")
    return value


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
