import threading
from typing import Any

import pytest
from builtin_interfaces.msg import Time as TimeMsg
from std_msgs.msg import String

from embedded_ros.rosidl import serialize
from rclpy.context import Context
from rclpy.exceptions import InvalidHandle, InvalidTopicNameException, NotInitializedException
from rclpy.impl.errors import RCLError
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import DurabilityPolicy, QoSProfile
from rclpy.wait_for_message import wait_for_message

from .conftest import Spin


def test_a_message_arrives_as_it_was_sent(node: Node, spin: Spin) -> None:
    received: list[String] = []
    node.create_subscription(String, "chatter", received.append, 10)
    node.create_publisher(String, "chatter", 10).publish(String(data="grüß dich"))
    spin(lambda: received)
    assert received == [String(data="grüß dich")]


def test_a_raw_subscription_gets_the_bytes_untouched(node: Node, spin: Spin) -> None:
    received: list[bytes] = []
    node.create_subscription(String, "chatter", received.append, 10, raw=True)
    data = serialize(String(data="hello"))
    node.create_publisher(String, "chatter", 10).publish(data)
    spin(lambda: received)
    assert received == [data]


def test_a_callback_with_two_arguments_gets_the_info(node: Node, spin: Spin) -> None:
    received: list[tuple[String, dict[str, int]]] = []
    node.create_subscription(String, "chatter", lambda msg, info: received.append((msg, info)), 10)
    publisher = node.create_publisher(String, "chatter", 10)
    publisher.publish(String())
    publisher.publish(String())
    spin(lambda: len(received) == 2)
    assert [info["publication_sequence_number"] for _, info in received] == [1, 2]
    assert all(0 < info["source_timestamp"] <= info["received_timestamp"] for _, info in received)


def test_a_callback_with_three_arguments_is_refused(node: Node) -> None:
    with pytest.raises(RuntimeError, match="one argument"):
        node.create_subscription(String, "chatter", lambda a, b, c: None, 10)


def test_bytes_that_are_no_message_are_logged_once_in_a_while_and_passed_over(
    node: Node, spin: Spin, capsys: pytest.CaptureFixture[str]
) -> None:
    received: list[String] = []
    node.create_subscription(String, "chatter", received.append, 10)
    publisher = node.create_publisher(String, "chatter", 10)
    for data in (b"", b"garbage", serialize(String(data="hello"))[:-3]):
        publisher.publish(data)
    publisher.publish(String(data="hello"))
    spin(lambda: received)
    assert received == [String(data="hello")]
    assert capsys.readouterr().err.count("[tester]: ignored bytes that came on '/chatter': std_msgs/msg/String:") == 1


def test_the_queue_keeps_the_last(node: Node, spin: Spin) -> None:
    received: list[String] = []
    node.create_subscription(String, "chatter", received.append, 2)
    publisher = node.create_publisher(String, "chatter", 10)
    for number in range(5):
        publisher.publish(String(data=str(number)))
    # Within one context a message is in the queue when publish returns.
    spin(lambda: len(received) == 2)
    assert [msg.data for msg in received] == ["3", "4"]


def test_a_late_subscription_gets_what_was_latched(node: Node, spin: Spin) -> None:
    latched = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    publisher = node.create_publisher(String, "latched", latched)
    publisher.publish(String(data="old"))
    publisher.publish(String(data="map"))
    received: list[String] = []
    node.create_subscription(String, "latched", received.append, latched)
    spin(lambda: received)
    assert received == [String(data="map")]


def test_publishing_another_type_is_refused(node: Node) -> None:
    with pytest.raises(TypeError, match="Expected"):
        node.create_publisher(String, "chatter", 10).publish(TimeMsg())


@pytest.mark.parametrize("qos", ["10", None, 1.5])
def test_qos_must_be_a_profile_or_a_depth(node: Node, qos: Any) -> None:
    with pytest.raises(TypeError, match="QoSProfile or int"):
        node.create_publisher(String, "chatter", qos)


def test_a_negative_depth_is_refused(node: Node) -> None:
    with pytest.raises(ValueError, match="-1"):
        node.create_publisher(String, "chatter", -1)


def test_an_invalid_topic_name_shows_where(node: Node) -> None:
    with pytest.raises(InvalidTopicNameException, match="chatter\\?"):
        node.create_publisher(String, "chatter?", 10)


def test_a_destroyed_publisher_cannot_publish(node: Node) -> None:
    publisher = node.create_publisher(String, "chatter", 10)
    assert node.destroy_publisher(publisher)
    assert not node.destroy_publisher(publisher)
    with pytest.raises(InvalidHandle):
        publisher.publish(String())


def test_a_publisher_can_be_destroyed_while_another_thread_publishes(node: Node) -> None:
    ends: list[Exception] = []
    for _ in range(20):
        publisher = node.create_publisher(String, "chatter", 10)
        is_publishing = threading.Event()

        def publish(publisher: Publisher = publisher, is_publishing: threading.Event = is_publishing) -> None:
            try:
                while True:
                    publisher.publish(b"\0" * 100_000)
                    is_publishing.set()
            except (InvalidHandle, RCLError) as error:
                ends.append(error)

        thread = threading.Thread(target=publish)
        thread.start()
        assert is_publishing.wait(20.0)
        node.destroy_publisher(publisher)
        thread.join()
    assert len(ends) == 20


def test_after_shutdown_publishing_raises(node: Node, context: Context) -> None:
    publisher = node.create_publisher(String, "chatter", 10)
    context.shutdown()
    with pytest.raises(RCLError, match="shut down"):
        publisher.publish(String())


def test_wait_for_message_takes_one(node: Node) -> None:
    latched = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    node.create_publisher(String, "latched", latched).publish(String(data="map"))
    assert wait_for_message(String, node, "latched", qos_profile=latched, time_to_wait=20) == (True, String(data="map"))
    assert wait_for_message(String, node, "silent", time_to_wait=0.05) == (False, None)


def test_a_node_needs_an_initialized_context() -> None:
    with pytest.raises(NotInitializedException):
        Node("early", context=Context())
