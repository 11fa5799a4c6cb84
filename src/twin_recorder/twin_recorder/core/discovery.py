"""Which of the graph's topics are recorded, decided each time somebody looks; no ROS here."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from .errors import ConfigError
from .topics import Qos, TopicSpec, TopicTable, is_topic_name, is_type_name

_LOG = logging.getLogger(__name__)
# Five seconds of the fastest odometry: a busy machine lets a process wait for one, and memory is taken only then.
_DEPTH: Final = 10_000
# A megabyte each: a thousand that wait would be the memory of the machine.
_LARGE_DEPTH: Final = 50
_LARGE_RANK: Final = 0
# image_transport offers each image in these forms too, and compresses as soon as somebody subscribes.
_TRANSPORTS: Final = ("compressed", "compressedDepth", "ffmpeg", "theora", "zstd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One publisher of a topic."""

    type_name: str
    is_reliable: bool
    is_latched: bool


class Graph(Protocol):
    """What is asked of the ROS graph."""

    def topics(self) -> Mapping[str, Sequence[str]]:
        """All topics, each with the types that its publishers and subscriptions have."""

    def offers(self, topic: str) -> Sequence[Offer]:
        """A topic's publishers, without the recorder's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a person wants recorded: as `ros2 bag record` with -a, a list of names, -e and --topic-types, all of it
    together; none of these: what the topic table wants. `exclude` is stronger than all of them.

    pattern and exclude are searched for in the name. Raises ConfigError for one that is no regular expression, and for
    what is no name or type.
    """

    table: TopicTable
    is_all: bool = False
    names: tuple[str, ...] = ()
    pattern: str = ""
    types: tuple[str, ...] = ()
    exclude: str = ""

    def __post_init__(self) -> None:
        _check("topics", self.names, is_topic_name, "/scan")
        _check("topic_types", self.types, is_type_name, "sensor_msgs/msg/LaserScan")
        for parameter, text in (("topic_pattern", self.pattern), ("exclude_pattern", self.exclude)):
            try:
                re.compile(text)
            except re.error as error:
                raise ConfigError(f"parameter {parameter}: {text!r} is not a regular expression: {error}") from error

    @property
    def is_by_table(self) -> bool:
        """Whether the topic table alone decides."""
        return not (self.is_all or self.names or self.pattern or self.types)

    def spec(self, topic: str, type_name: str) -> TopicSpec | None:
        """What is done with a topic, None where it isn't wanted. One that the table doesn't want is kept raw."""
        if topic not in self.names and (_is_hidden(topic) or self._is_excluded(topic)):
            return None
        if self.is_by_table:
            return self.table.spec(topic, type_name)
        if not self._asks_for(topic, type_name):
            return None
        return self.table.spec(topic, type_name) or TopicSpec(name=topic, type_name=type_name)

    def _is_excluded(self, topic: str) -> bool:
        return bool(self.exclude) and re.search(self.exclude, topic) is not None

    def _asks_for(self, topic: str, type_name: str) -> bool:
        has_name = topic in self.names or (bool(self.pattern) and re.search(self.pattern, topic) is not None)
        return self.is_all or has_name or type_name in self.types


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A topic to subscribe to, and how."""

    spec: TopicSpec
    qos: Qos


class Discovery:
    """Remembers what was decided, so that each thing is decided, and said, once.

    `why_not_installed`: why a message type can't be subscribed to, empty where it can. `own`: names that begin with
    this are the recorder's.
    """

    def __init__(self, selection: Selection, why_not_installed: Callable[[str], str], own: str) -> None:
        self._selection = selection
        self._why_not_installed = why_not_installed
        self._own = own
        self._recorded: dict[str, TopicSpec] = {}
        self._settled: dict[str, frozenset[str]] = {}
        self._problems: dict[str, str] = {}

    @property
    def recorded(self) -> Mapping[str, TopicSpec]:
        """Every topic that `begin` and `look` gave, by name."""
        return self._recorded

    @property
    def problems(self) -> Mapping[str, str]:
        """What keeps a wanted topic, or some of its publishers, from being recorded; by name."""
        missing = (name for name in self._selection.names if name not in self._recorded)
        return {**dict.fromkeys(missing, "nobody publishes it yet"), **self._problems}

    def begin(self) -> list[Found]:
        """Topics that the table knows by name, type and QoS: subscribed before anybody publishes, nothing is missed."""
        named = {topic.name: topic for topic in self._selection.table.named if topic.qos}
        wanted = (topic for topic in named.values() if self._selection.spec(topic.name, topic.type_name) == topic)
        return [self._record(topic, ()) for topic in wanted if not self._why_not_installed(topic.type_name)]

    def look(self, graph: Graph) -> list[Found]:
        """Topics that are new since the last look. Asks for publishers only where something is undecided."""
        seen = {name: frozenset(types) for name, types in graph.topics().items() if not name.startswith(self._own)}
        undecided = [name for name, types in seen.items() if self._settled.get(name) != types]
        found = (self._decide(name, seen, graph) for name in undecided)
        return [each for each in found if each is not None]

    def _decide(self, topic: str, seen: Mapping[str, frozenset[str]], graph: Graph) -> Found | None:
        """One topic whose types are not those of the last decision."""
        types = seen[topic]
        if topic not in self._recorded and not self._wants(topic, types, seen):
            self._settled[topic] = types
            return None
        offers = graph.offers(topic)
        offered = frozenset(offer.type_name for offer in offers)
        if topic in self._recorded:
            self._compare(topic, types, offered)
            return None
        if not offered:
            return None  # only subscriptions so far: looked at again
        self._settled[topic] = types
        if len(offered) > 1:
            self._say(topic, f"its publishers have different types, {', '.join(sorted(offered))}; end all but one kind")
            return None
        return self._first(topic, next(iter(offered)), offers)

    def _wants(self, topic: str, types: frozenset[str], seen: Mapping[str, frozenset[str]]) -> bool:
        """Whether any of the types would be recorded."""
        if self._selection.is_by_table and _is_copy(topic, seen):
            return False
        return any(self._selection.spec(topic, type_name) for type_name in types)

    def _first(self, topic: str, type_name: str, offers: Sequence[Offer]) -> Found | None:
        """A topic's first publishers."""
        spec = self._selection.spec(topic, type_name)
        if spec is None:
            return None
        reason = self._why_not_installed(type_name)
        if reason:
            self._say(topic, reason)
            return None
        self._problems.pop(topic, None)
        return self._record(spec, offers)

    def _record(self, spec: TopicSpec, offers: Iterable[Offer]) -> Found:
        self._recorded[spec.name] = spec
        return Found(spec=spec, qos=adapted(spec, tuple(offers)))

    def _compare(self, topic: str, types: frozenset[str], offered: frozenset[str]) -> None:
        """Publishers of another type beside, or instead of, those that are recorded."""
        type_name = self._recorded[topic].type_name
        others = ", ".join(sorted(offered - {type_name}))
        if others and type_name in offered:
            self._say(topic, f"it also has publishers of {others}; only {type_name} is recorded")
        elif others:
            self._say(
                topic,
                f"its type is now {others}, and what is recorded is {type_name}; begin another recording with"
                " ~/stop and ~/start",
            )
        else:
            self._problems.pop(topic, None)
            if types <= offered | {type_name}:
                self._settled[topic] = types

    def _say(self, topic: str, problem: str) -> None:
        """Once."""
        if self._problems.get(topic) != problem:
            self._problems[topic] = problem
            _LOG.warning("%s: %s", topic, problem)


def adapted(spec: TopicSpec, offers: Sequence[Offer]) -> Qos:
    """The QoS to ask for: the table's, else what all publishers can give, as rosbag2 chooses it.

    Reliable and latched (transient local) only where every publisher is; without any, what matches every publisher.
    """
    if spec.qos is not None:
        return spec.qos
    is_reliable = bool(offers) and all(offer.is_reliable for offer in offers)
    is_latched = bool(offers) and all(offer.is_latched for offer in offers)
    return Qos(
        reliability="reliable" if is_reliable else "best_effort",
        durability="transient_local" if is_latched else "volatile",
        depth=_LARGE_DEPTH if spec.rank == _LARGE_RANK else _DEPTH,
    )


def mixed(offers: Sequence[Offer]) -> str:
    """In which ways a topic's publishers differ, in words; empty where they don't."""
    ways = {
        "some are reliable and some best effort": {offer.is_reliable for offer in offers},
        "some are latched (transient local) and some not": {offer.is_latched for offer in offers},
    }
    return " and ".join(way for way, values in ways.items() if len(values) > 1)


def _check(parameter: str, values: Iterable[str], is_right: Callable[[str], bool], example: str) -> None:
    """Refuse a value that can't match anything: it would be silence."""
    for value in values:
        if not is_right(value):
            raise ConfigError(f"parameter {parameter}: {value!r} can't be one; give for instance {example}")


def _is_hidden(topic: str) -> bool:
    """As ROS says: some part of the name begins with an underscore."""
    return any(part.startswith("_") for part in topic.split("/"))


def _is_copy(topic: str, seen: Mapping[str, frozenset[str]]) -> bool:
    """Whether this is another form of an image that is there as it is."""
    base, _, transport = topic.rpartition("/")
    return transport in _TRANSPORTS and "sensor_msgs/msg/Image" in seen.get(base, ())
