"""Every ROS parameter of the node: name, default, unit, range, description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from twin_lakehouse import LakeSettings, checked_asset_id, checked_job_id
from twin_lakehouse.jobs import ENVIRONMENTS
from twin_node.errors import ParameterError
from twin_node.parameters import Values, number, switch, text, texts

from .core.discovery import Selection
from .core.pipeline import RecorderConfig, RollPolicy
from .core.pose import RULES, PoseRule
from .core.tend import SYNC_MODES, SyncPolicy
from .core.topics import DEFAULT_JPEG_QUALITY, TopicTable, load_topics
from .share import default_topics_file

PARAMETERS: Final = (
    text("asset_id", "turtlebot-01", "the twin that is recorded; created as a robot where it isn't in the lake"),
    text("job_id", "", "the job of this recording; empty: a new one, which is logged"),
    text("environment", "ros.dev.gpu", f"where the job runs: {' or '.join(ENVIRONMENTS)}"),
    switch("autostart", True, "record at once; false: wait for ros2 lifecycle set configure and activate"),
    text("topics_file", "", "topic table; empty: this package's"),
    switch("all", False, "record every topic, also those that the topic table doesn't want"),
    texts("topics", "record these topics, hidden ones too"),
    text("topic_pattern", "", "record topics in whose name this regular expression is found"),
    texts("topic_types", "record topics of these types"),
    text("exclude_pattern", "", "leave out topics in whose name this regular expression is found"),
    number("image.jpeg_quality", DEFAULT_JPEG_QUALITY, "", 1, 100, "of images whose table entry names none"),
    text("pose.rule", "auto", f"where a state's pose comes from: {', '.join(RULES)}"),
    text("pose.map_frame", "map", "the world's frame"),
    text("pose.base_frame", "base_footprint", "the robot's frame"),
    text("spool", "lake/spool", "folder in which segments wait for the lake"),
    text("catalog", "", "the lake's catalog; empty: TWIN_CATALOG, or lake/"),
    text("storage", "", "the lake's object store; empty: TWIN_STORAGE, or lake/"),
    # A commit costs as much for 100 rows as for 1,000. With one of 0.1 s, or 0.3 s on a busy machine, rows are in the
    # lake within 2 s.
    number("roll.max_age", 1.5, "s, real time", 0.05, 3600.0, "a segment's greatest age"),
    number("roll.max_bytes", 64 << 20, "bytes", 1 << 10, 1 << 30, "a segment's greatest payload"),
    text("fsync", "interval", f"when messages are brought to the disk itself: {', '.join(SYNC_MODES)}"),
    number("fsync.interval", 1.0, "s, real time", 0.01, 3600.0, "for fsync interval: what a power failure may cost"),
    number("disk.reserve", 256 << 20, "bytes", 0, 1 << 50, "images stop at 4 of these free, states at 1; 0: never"),
    number("shutdown.grace", 0.5, "s, real time", 0.0, 60.0, "how long recording goes on after a signal"),
    number("shutdown.timeout", 20.0, "s, real time", 0.0, 3600.0, "longest time to commit what is left at the end"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """The pipeline's configuration, what is recorded, the lake's place, and how the node begins and ends.

    `recorder.job_id` may be empty: each recording is a new job then.
    """

    recorder: RecorderConfig
    selection: Selection
    lake: LakeSettings
    grace_s: float
    timeout_s: float
    environment: str
    autostart: bool


def parse(given: Mapping[str, object]) -> NodeConfig:
    """Check and group values. Raises ParameterError, ConfigError, or TwinError for what the lake would refuse."""
    values = Values(PARAMETERS, given)
    job_id = values.text("job_id")
    topics_file = values.text("topics_file") or str(default_topics_file())
    settings: dict[str, object] = {**given, "topics_file": topics_file}
    topics = load_topics(Path(topics_file)).with_jpeg_quality(values.whole("image.jpeg_quality"))
    recorder = RecorderConfig(
        asset_id=checked_asset_id(values.text("asset_id")),
        job_id=checked_job_id(job_id) if job_id else "",
        topics=topics,
        spool=Path(values.text("spool")).expanduser().absolute(),
        roll=RollPolicy(max_bytes=values.whole("roll.max_bytes"), max_age_ns=int(1e9 * values.number("roll.max_age"))),
        # A catalog's URL may hold a password, and segments go to the object store.
        settings={name: value for name, value in settings.items() if name not in ("catalog", "storage")},
        pose=_pose_rule(values),
        sync=_sync_policy(values),
        reserve_bytes=values.whole("disk.reserve"),
    )
    return NodeConfig(
        recorder=recorder,
        selection=_selection(topics, values),
        lake=LakeSettings.named(values.text("catalog"), values.text("storage")),
        grace_s=values.number("shutdown.grace"),
        timeout_s=values.number("shutdown.timeout"),
        environment=_environment(values.text("environment")),
        autostart=values.flag("autostart"),
    )


def _selection(topics: TopicTable, values: Values) -> Selection:
    """What is recorded."""
    return Selection(
        table=topics,
        is_all=values.flag("all"),
        names=values.texts("topics"),
        pattern=values.text("topic_pattern"),
        types=values.texts("topic_types"),
        exclude=values.text("exclude_pattern"),
    )


def _pose_rule(values: Values) -> PoseRule:
    """Where poses come from."""
    names = {name: values.text(f"pose.{name}") for name in ("rule", "map_frame", "base_frame")}
    return PoseRule(**names)


def _sync_policy(values: Values) -> SyncPolicy:
    """Raises ParameterError for a mode that there isn't."""
    given = values.text("fsync")
    mode = next((mode for mode in SYNC_MODES if mode == given), None)
    if mode is None:
        raise ParameterError("fsync", f"{given!r} is unknown; give {', '.join(SYNC_MODES)}")
    return SyncPolicy(mode=mode, interval_ns=int(1e9 * values.number("fsync.interval")))


def _environment(value: str) -> str:
    """One of the platform's environments."""
    if value not in ENVIRONMENTS:
        raise ParameterError("environment", f"{value!r} is unknown; give {' or '.join(ENVIRONMENTS)}")
    return value
