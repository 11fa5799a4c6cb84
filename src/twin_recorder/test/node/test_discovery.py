"""Topics of a real graph: found while the node runs, with the QoS of their publishers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from nav_msgs.msg import Odometry
from sensor_msgs.msg import Imu
from std_msgs.msg import String

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.serialization import serialize_message
from twin_recorder.core.definitions import Definitions
from twin_recorder.core.discovery import Selection
from twin_recorder.core.topics import TopicSpec, TopicTable
from twin_recorder.subscriptions import Subscriptions

BEST_EFFORT = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)
RELIABLE = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
LATCHED = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)


def asked_qos(graph: Any, topic: str) -> list[tuple[str, str]]:
    """Reliability and durability of the subscriptions of a topic."""
    profiles = [info.qos_profile for info in graph.robot.get_subscriptions_info_by_topic(topic)]
    return [(profile.reliability.name, profile.durability.name) for profile in profiles]


def test_late_topic_is_recorded(begin: Callable[..., Any]) -> None:
    graph = begin()
    publisher = graph.robot.create_publisher(Imu, "/imu/late", 10)
    graph.wait_until(publisher.get_subscription_count, "the subscription")
    publisher.publish(Imu())
    count = "SELECT count(*) FROM sensor_readings WHERE sensor_type = 'imu'"
    graph.wait_until(lambda: graph.rows(count) == [(1,)], "the row")
    assert (graph.topics()["/imu/late"].messages, graph.status().problem) == (1, "")


@pytest.mark.parametrize(
    ("parameters", "recorded"),
    [
        ({"topics": "[/chatter]"}, {"/chatter"}),
        ({"topic_pattern": "chat"}, {"/chatter"}),
        ({"topic_types": "[sensor_msgs/msg/Imu]"}, {"/imu"}),
        ({"all": True, "exclude_pattern": "imu|rosout|param|event|trial|diagnostics"}, {"/chatter"}),
    ],
)
def test_selected_topics_are_recorded_and_no_others(
    begin: Callable[..., Any], parameters: dict[str, object], recorded: set[str]
) -> None:
    graph = begin(**parameters)
    graph.robot.create_publisher(String, "/chatter", 10)
    graph.robot.create_publisher(Imu, "/imu", 10)
    graph.wait_until(lambda: set(graph.topics()) >= recorded, "the topics")
    assert set(graph.topics()) == recorded


@pytest.mark.parametrize(
    ("offered", "asked"),
    [
        ([BEST_EFFORT], ("BEST_EFFORT", "VOLATILE")),
        ([RELIABLE], ("RELIABLE", "VOLATILE")),
        ([LATCHED], ("RELIABLE", "TRANSIENT_LOCAL")),
        ([LATCHED, BEST_EFFORT], ("BEST_EFFORT", "VOLATILE")),
    ],
)
def test_subscription_asks_for_what_the_publishers_offer(
    begin: Callable[..., Any], offered: list[QoSProfile], asked: tuple[str, str]
) -> None:
    graph = begin(autostart=False)
    for profile in offered:
        graph.robot.create_publisher(String, "/chatter", profile)
    graph.wait_until(lambda: len(graph.robot.get_publishers_info_by_topic("/chatter")) == len(offered), "publishers")
    graph.recorder.trigger_configure()
    graph.recorder.trigger_activate()
    graph.wait_until(lambda: asked_qos(graph, "/chatter") == [asked], f"a subscription that asks for {asked}")


def test_message_published_before_the_recorder_came_is_recorded(begin: Callable[..., Any]) -> None:
    graph = begin(autostart=False)
    graph.robot.create_publisher(String, "/map_name", LATCHED).publish(String(data="hall"))
    graph.recorder.trigger_configure()
    graph.recorder.trigger_activate()
    graph.wait_until(lambda: graph.messages("/map_name") == 1, "the latched message")


class Kept:
    """Stands for the pipeline: what it captured, in order."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def register(self, topic: TopicSpec, definition: object, qos: object = None) -> None:
        pass

    def capture(self, _topic: str, cdr: bytes, _log_ns: int | None = None) -> None:
        self.messages.append(bytes(cdr))

    def lost(self, topic: str, messages: int) -> None:
        pass


def test_later_publisher_that_offers_less_costs_no_message_and_doubles_none(begin: Callable[..., Any]) -> None:
    graph, kept, now_s = begin(autostart=False), Kept(), [0.0]
    subscriptions: Any = Subscriptions(
        *(graph.recorder, kept, Selection(table=TopicTable(rules=()), names=("/odom",)), Definitions(())),  # type: ignore[arg-type]
        stamps_arrival=True,
        own_names={},
        mono_s=lambda: now_s[0],
    )
    first = graph.robot.create_publisher(Odometry, "/odom", RELIABLE)
    graph.wait_until(lambda: subscriptions.look() or first.get_subscription_count(), "the subscription")
    assert asked_qos(graph, "/odom") == [("RELIABLE", "VOLATILE")]
    second = graph.robot.create_publisher(Odometry, "/odom", BEST_EFFORT)
    graph.wait_until(lambda: len(graph.robot.get_publishers_info_by_topic("/odom")) == 2, "the other publisher")
    sent = []
    for i in range(40):
        if i == 10:
            subscriptions.on_incompatible("/odom")  # as a middleware says that doesn't deliver then
            graph.wait_until(lambda: first.get_subscription_count() == 2, "the weaker one beside the first")
        if i == 30:
            graph.wait_until(lambda: len(kept.messages) >= 30, "messages of the overlap")
            now_s[0] = 10.0
            subscriptions.look()
        message = Odometry(child_frame_id=str(i))
        (first, second)[i % 2].publish(message)
        sent.append(serialize_message(message))
    graph.wait_until(lambda: len(kept.messages) >= len(sent), "all messages")
    assert sorted(kept.messages) == sorted(sent)
    assert asked_qos(graph, "/odom") == [("BEST_EFFORT", "VOLATILE")]
    subscriptions.close()


def test_publishers_of_two_types_are_told_in_the_status(begin: Callable[..., Any]) -> None:
    graph = begin(autostart=False)
    other: Node = graph.robot
    other.create_publisher(String, "/both", 10)
    other.create_publisher(Imu, "/both", 10)
    graph.recorder.trigger_configure()
    graph.recorder.trigger_activate()
    graph.wait_until(lambda: "/both" in graph.topics(), "the topic")
    status = graph.status()
    assert status.problem == "not recorded as it should be: /both"
    (both,) = [topic for topic in status.topics if topic.name == "/both"]
    assert (both.type, both.problem.split(",", maxsplit=1)[0]) == ("", "its publishers have different types")


def test_own_diagnostics_and_log_are_not_recorded_and_those_of_others_are(begin: Callable[..., Any]) -> None:
    graph = begin()
    graph.wait_until(lambda: "/rosout" in graph.topics(), "/rosout")
    before = graph.messages("/rosout")
    graph.recorder.get_logger().warning("own words")
    graph.robot.get_logger().warning("another's words")
    graph.wait_until(lambda: graph.messages("/rosout") > before, "the log line")
    assert graph.messages("/rosout") == before + 1
    assert graph.messages("/diagnostics") == 0
