"""What tests use to listen to nodes, and to speak to them."""

import threading
import time
from collections.abc import Iterator

import pytest
from std_msgs.msg import String

import rclpy
from launch_testing_ros import DataRepublisher, MessagePump, WaitForTopics
from rclpy.context import Context
from rclpy.node import Node

WAIT_S = 20.0


@pytest.fixture
def node(own_router: str) -> Iterator[Node]:
    """A node that says 'hello 1', 'hello 2', … on `greeting`."""
    context = Context()
    rclpy.init(args=[], context=context)
    node = Node("greeter", context=context)
    publisher = node.create_publisher(String, "greeting", 10)
    count = iter(range(1, 1_000_000))
    node.create_timer(0.02, lambda: publisher.publish(String(data=f"hello {next(count)}")))
    yield node
    node.destroy_node()
    context.try_shutdown()


@pytest.fixture
def pump(node: Node) -> Iterator[MessagePump]:
    pump = MessagePump(node, context=node.context)
    pump.start()
    yield pump
    pump.stop()


@pytest.mark.usefixtures("pump")
def test_messages_of_all_topics_are_waited_for() -> None:
    with WaitForTopics([("greeting", String)], timeout=WAIT_S, messages_received_buffer_length=3) as waiting:
        assert waiting.topics_received() == {"greeting"}
        assert waiting.topics_not_received() == set()
        assert waiting.received_messages("greeting")[0].data.startswith("hello ")
        assert waiting.wait(), "waiting again waits for new messages"
        with pytest.raises(KeyError, match="farewell"):
            waiting.received_messages("farewell")


@pytest.mark.usefixtures("pump")
def test_the_last_messages_are_kept_in_order() -> None:
    with WaitForTopics([("greeting", String)], timeout=WAIT_S, messages_received_buffer_length=3) as waiting:
        deadline = time.monotonic() + WAIT_S
        while len(waiting.received_messages("greeting")) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        numbers = [int(message.data.split()[1]) for message in waiting.received_messages("greeting")]
    assert numbers == sorted(numbers)


@pytest.mark.usefixtures("pump")
def test_a_silent_topic_is_named_and_nothing_is_left_behind() -> None:
    before = set(threading.enumerate())
    topics = [("greeting", String), ("silence", String)]
    with pytest.raises(RuntimeError, match=r"within 0\.5 s: .*'silence'"), WaitForTopics(topics, timeout=0.5):
        pass
    assert "msg_pump_thread" not in {thread.name for thread in set(threading.enumerate()) - before}


@pytest.mark.usefixtures("pump")
def test_messages_are_changed_on_their_way(node: Node) -> None:
    def even_ones(message: String) -> String | None:
        return String(data=message.data.replace("hello", "aloha")) if int(message.data.split()[1]) % 2 == 0 else None

    republisher = DataRepublisher(node, "greeting", "changed", String, even_ones)
    with WaitForTopics([("changed", String)], timeout=WAIT_S) as waiting:
        received = waiting.received_messages("changed")[0].data
    republisher.shutdown()
    assert received.startswith("aloha ")
    assert received in [message.data for message in republisher.get_republished()]
    assert 0 < republisher.get_num_republished() <= republisher.get_num_received()


def test_a_pump_that_is_stopped_lets_others_spin(node: Node) -> None:
    pump = MessagePump(node, context=node.context)
    pump.start()
    pump.stop()
    executor = rclpy.executors.SingleThreadedExecutor(context=node.context)
    fired = threading.Event()
    node.create_timer(0.01, fired.set)
    executor.add_node(node)
    deadline = time.monotonic() + WAIT_S
    while not fired.is_set():
        assert time.monotonic() < deadline
        executor.spin_once(timeout_sec=0.1)
