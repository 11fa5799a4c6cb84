"""What of a graph is recorded, and that each thing is decided and said once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import pytest

from twin_recorder.core.discovery import Discovery, Found, Offer, Selection, adapted, mixed
from twin_recorder.core.errors import ConfigError
from twin_recorder.core.topics import Qos, TopicSpec, parse_topics

IMU, SCAN, IMAGE = "sensor_msgs/msg/Imu", "sensor_msgs/msg/LaserScan", "sensor_msgs/msg/Image"
COMPRESSED = "sensor_msgs/msg/CompressedImage"
TABLE = parse_topics(
    [
        {"name": "/rosout", "ignore": True},
        {"name": "/events", "type": "a/msg/Event", "becomes": "raw", "qos": {"reliability": "reliable", "depth": 7}},
        {"type": IMU, "becomes": [{"table": "sensor_readings", "sensor_type": "imu"}]},
        {"pattern": ".*", "becomes": "raw"},
    ]
)
GRAPH = {"/imu": [IMU], "/scan": [SCAN], "/rosout": ["rcl_interfaces/msg/Log"], "/a/_hidden": [IMU]}


@dataclass
class FakeGraph:
    """Topics, their publishers, and how often these were asked for."""

    published: dict[str, list[str]] = field(default_factory=dict)
    subscribed: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0

    def topics(self) -> dict[str, list[str]]:
        names = {**self.published, **self.subscribed}
        return {name: [*self.published.get(name, []), *self.subscribed.get(name, [])] for name in names}

    def offers(self, topic: str) -> list[Offer]:
        self.asked += 1
        types = self.published.get(topic, [])
        return [Offer(type_name=name, is_reliable=True, is_latched=False) for name in types]


def discovery(**asked: Any) -> Discovery:
    return Discovery(
        Selection(table=TABLE, **asked), lambda name: "it isn't installed" if name.startswith("x/") else "", "/own/"
    )


def names(found: list[Found]) -> list[str]:
    return [each.spec.name for each in found]


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [
        ({}, ["/imu", "/scan"]),
        ({"is_all": True}, ["/imu", "/scan", "/rosout"]),
        ({"names": ("/scan", "/a/_hidden")}, ["/scan", "/a/_hidden"]),
        ({"pattern": "^/[is]"}, ["/imu", "/scan"]),
        ({"pattern": "ros"}, ["/rosout"]),
        ({"types": (SCAN,)}, ["/scan"]),
        ({"types": (SCAN,), "names": ("/imu",)}, ["/imu", "/scan"]),
        ({"exclude": "sc"}, ["/imu"]),
        ({"is_all": True, "exclude": "imu|ros"}, ["/scan"]),
    ],
)
def test_selection_is_as_ros2_bag_record_has_it(asked: dict[str, Any], recorded: list[str]) -> None:
    assert names(discovery(**asked).look(FakeGraph({name: list(types) for name, types in GRAPH.items()}))) == recorded


def test_topic_is_found_when_its_first_publisher_comes_and_once() -> None:
    found, graph = discovery(), FakeGraph(subscribed={"/imu": [IMU]})
    assert found.look(graph) == []
    graph.published["/imu"] = [IMU]
    (imu,) = found.look(graph)
    assert (imu.spec, imu.qos) == (TABLE.spec("/imu", IMU), Qos(reliability="reliable", depth=10_000))
    assert found.look(graph) == []


def test_nobody_is_asked_about_topics_that_are_decided() -> None:
    found, graph = discovery(), FakeGraph({name: list(types) for name, types in GRAPH.items()})
    found.look(graph)
    asked = graph.asked
    graph.published.pop("/imu")
    for _ in range(10):
        found.look(graph)
    assert graph.asked == asked
    assert set(found.recorded) == {"/imu", "/scan"}


def test_topic_with_qos_in_the_table_is_subscribed_before_anybody_publishes() -> None:
    found = discovery()
    (event,) = found.begin()
    assert (event.spec.name, event.qos) == ("/events", Qos(reliability="reliable", depth=7))
    assert found.look(FakeGraph({"/events": ["a/msg/Event"]})) == []
    assert discovery(names=("/imu",)).begin() == []


def test_publishers_of_two_types_are_said_once_and_recorded_when_one_is_left(caplog: Any) -> None:
    found, graph = discovery(), FakeGraph({"/a": ["a/msg/A", "b/msg/B"]})
    with caplog.at_level(logging.WARNING):
        assert found.look(graph) == found.look(graph) == []
    assert [record.message for record in caplog.records] == [
        "/a: its publishers have different types, a/msg/A, b/msg/B; end all but one kind"
    ]
    graph.published["/a"] = ["b/msg/B"]
    assert names(found.look(graph)) == ["/a"]
    assert found.problems == {}


def test_type_that_changes_is_said_and_the_first_stays() -> None:
    found, graph = discovery(), FakeGraph({"/a": ["a/msg/A"]}, {"/a": ["a/msg/A"]})
    found.look(graph)
    graph.published["/a"] = ["a/msg/A", "b/msg/B"]
    assert found.look(graph) == []
    assert found.problems == {"/a": "it also has publishers of b/msg/B; only a/msg/A is recorded"}
    graph.published["/a"] = ["b/msg/B"]
    assert found.look(graph) == []
    assert found.problems["/a"].startswith("its type is now b/msg/B, and what is recorded is a/msg/A; begin another")


def test_message_package_that_is_not_there_is_said_once(caplog: Any) -> None:
    found, graph = discovery(), FakeGraph({"/a": ["x/msg/X"]})
    with caplog.at_level(logging.WARNING):
        assert found.look(graph) == found.look(graph) == []
    assert [record.message for record in caplog.records] == ["/a: it isn't installed"]
    assert found.problems == {"/a": "it isn't installed"}


def test_compressed_form_of_an_image_that_is_there_is_left_out_unless_asked_for() -> None:
    both = {"/image_raw": [IMAGE], "/image_raw/compressed": [COMPRESSED], "/other/compressed": [COMPRESSED]}
    assert names(discovery().look(FakeGraph(dict(both)))) == ["/image_raw", "/other/compressed"]
    assert names(discovery(is_all=True).look(FakeGraph(dict(both)))) == list(both)


def test_own_topics_are_not_recorded() -> None:
    assert discovery(is_all=True).look(FakeGraph({"/own/transition_event": [IMU]})) == []


@pytest.mark.parametrize(
    ("offers", "reliability", "durability", "ways"),
    [
        ([], "best_effort", "volatile", ""),
        ([(True, True)], "reliable", "transient_local", ""),
        ([(False, False)], "best_effort", "volatile", ""),
        ([(True, False), (False, False)], "best_effort", "volatile", "some are reliable and some best effort"),
        ([(True, True), (True, False)], "reliable", "volatile", "some are latched (transient local) and some not"),
    ],
)
def test_qos_asks_for_what_every_publisher_can_give(
    offers: list[tuple[bool, bool]], reliability: str, durability: str, ways: str
) -> None:
    given = [Offer(type_name=IMU, is_reliable=reliable, is_latched=latched) for reliable, latched in offers]
    spec = TopicSpec(name="/imu", type_name=IMU)
    assert adapted(spec, given) == Qos(reliability=reliability, durability=durability, depth=10_000)
    assert mixed(given) == ways


def test_qos_of_the_table_is_stronger_and_images_have_short_queues() -> None:
    asked = Qos(reliability="reliable", durability="transient_local", depth=3)
    assert adapted(TopicSpec(name="/imu", type_name=IMU, qos=asked), ()) == asked
    assert adapted(TopicSpec(name="/image", type_name=IMAGE), ()).depth == 50


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"names": ("odom",)}, "parameter topics: 'odom' can't be one; give for instance /scan"),
        ({"types": ("Imu",)}, "parameter topic_types: 'Imu' can't be one; give for instance sensor_msgs/msg/LaserScan"),
    ],
)
def test_what_could_match_nothing_is_refused(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        discovery(**asked)
    assert str(caught.value) == sentence


def test_named_topic_that_nobody_publishes_is_told() -> None:
    found, graph = discovery(names=("/imu",)), FakeGraph()
    found.look(graph)
    assert found.problems == {"/imu": "nobody publishes it yet"}
    graph.published["/imu"] = [IMU]
    found.look(graph)
    assert found.problems == {}


@pytest.mark.parametrize("name", ["pattern", "exclude"])
def test_wrong_regular_expression_is_refused_by_the_parameter(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"parameter (topic_)?{name}(_pattern)?: 'a\(' is not a regular expression"):
        discovery(**{name: "a("})
