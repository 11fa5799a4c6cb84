"""Rules, in order, and what the first that matches a topic makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self

ImageFormat = Literal["jpeg", "png", "raw"]

DEFAULT_JPEG_QUALITY: Final = 90

# What the disk guard gives up first: most bytes, and nothing that a state needs.
_LARGE_TYPES: Final = frozenset(
    {"sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage", "sensor_msgs/msg/PointCloud2"}
)
# What states are made of, though it makes no rows itself.
_POSE_TYPES: Final = frozenset({"tf2_msgs/msg/TFMessage", "geometry_msgs/msg/PoseWithCovarianceStamped"})


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
    """What is done with one topic. Without `becomes`, messages are kept in the segment and make no rows.

    qos: None adapts to the publishers. max_rate_hz: what comes faster is left out. image: how pixels are stored;
    jpeg_quality: 1 … 100.
    """

    name: str
    type_name: str
    becomes: tuple[Becomes, ...] = ()
    qos: Qos | None = None
    max_rate_hz: float | None = None
    image: ImageFormat = "raw"
    jpeg_quality: int = DEFAULT_JPEG_QUALITY

    @property
    def rank(self) -> int:
        """How late a full disk stops it: 0 images and point clouds, 1 raw only, 2 readings, 3 states, events and tf."""
        if self.type_name in _LARGE_TYPES:
            return 0
        if self.type_name in _POSE_TYPES:
            return 3
        if not self.becomes:
            return 1
        return 2 if all(kind.table == "sensor_readings" for kind in self.becomes) else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """One entry of the table: a topic for which each of `name`, `pattern` (whole name) and `type_name` holds, if given.

    jpeg_quality: None takes the recorder's parameter.
    """

    name: str | None = None
    pattern: str | None = None
    type_name: str | None = None
    ignore: bool = False
    becomes: tuple[Becomes, ...] = ()
    qos: Qos | None = None
    max_rate_hz: float | None = None
    image: ImageFormat = "raw"
    jpeg_quality: int | None = None

    def matches(self, topic: str, type_name: str) -> bool:
        """Whether the rule is about this topic."""
        return (
            self.name in {None, topic}
            and self.type_name in {None, type_name}
            and (self.pattern is None or re.fullmatch(self.pattern, topic) is not None)
        )

    def spec(self, topic: str, type_name: str) -> TopicSpec:
        """The rule, applied to a topic that it matches."""
        return TopicSpec(
            name=topic,
            type_name=type_name,
            becomes=self.becomes,
            qos=self.qos,
            max_rate_hz=self.max_rate_hz,
            image=self.image,
            jpeg_quality=self.jpeg_quality or DEFAULT_JPEG_QUALITY,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTable:
    """Rules in order: the first that matches decides."""

    rules: tuple[TopicRule, ...]

    @classmethod
    def of(cls, specs: Iterable[TopicSpec]) -> Self:
        """A table of exactly these topics."""
        return cls(
            rules=tuple(
                TopicRule(
                    name=spec.name,
                    type_name=spec.type_name,
                    becomes=spec.becomes,
                    qos=spec.qos,
                    max_rate_hz=spec.max_rate_hz,
                    image=spec.image,
                    jpeg_quality=spec.jpeg_quality if spec.image == "jpeg" else None,
                )
                for spec in specs
            )
        )

    def spec(self, topic: str, type_name: str) -> TopicSpec | None:
        """What is done with a topic; None: the table doesn't want it."""
        rule = next((rule for rule in self.rules if rule.matches(topic, type_name)), None)
        return None if rule is None or rule.ignore else rule.spec(topic, type_name)

    def why_not(self, topic: str, type_name: str) -> str:
        """Why `spec` gives None, for a person."""
        if any(rule.ignore and rule.matches(topic, type_name) for rule in self.rules):
            return "the topic table ignores it"
        expected = [rule.type_name for rule in self.rules if rule.name == topic and rule.type_name]
        if expected:
            return f"its type is {type_name}, the topic table says {' or '.join(expected)}"
        return f"no entry in the topic table; add one for {type_name}"

    @property
    def named(self) -> tuple[TopicSpec, ...]:
        """The topics that the table knows by name and type, before any of them is there."""
        return tuple(
            rule.spec(rule.name, rule.type_name)
            for rule in self.rules
            if rule.name and rule.type_name and not rule.ignore
        )

    def with_jpeg_quality(self, quality: int) -> Self:
        """The table with `quality` (1 … 100) where an entry for JPEG names none."""
        return replace(
            self,
            rules=tuple(
                replace(rule, jpeg_quality=rule.jpeg_quality or quality) if rule.image == "jpeg" else rule
                for rule in self.rules
            ),
        )
