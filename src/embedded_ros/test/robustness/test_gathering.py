"""Messages that gather in queues and sockets at high rates: nothing waits for them for ever, and none is lost."""

import threading
from collections.abc import Callable, Iterator

import pytest
from example_interfaces.srv import AddTwoInts
from std_msgs.msg import Int32

from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.serialization import deserialize_message

from .conftest import WAIT_S, MakeNode, RouterProcess, spin, until_matched, wait_until

DEPTH = 10_000
TOPICS = ["a", "b", "c"]


@pytest.fixture
def flood(make_node: MakeNode) -> Iterator[Callable[[], None]]:
    """`flood()`: from now on another context publishes about 2,000 numbers a second, on the topics in turn."""
    is_over, threads = threading.Event(), list[threading.Thread]()

    def start() -> None:
        node = make_node("talker")
        publishers = [node.create_publisher(Int32, topic, DEPTH) for topic in TOPICS]
        for publisher in publishers:
            until_matched(publisher.handle._wire._publisher)

        def publish() -> None:
            number = 0
            while not is_over.wait(0.0005):
                publishers[number % len(publishers)].publish(Int32(data=number))
                number += 1

        threads.append(threading.Thread(target=publish))
        threads[-1].start()

    yield start
    is_over.set()
    for thread in threads:
        thread.join()


class Listener:
    """Takes the topics raw, in its callback's order."""

    def __init__(self, node: Node, then: Callable[[], object] = lambda: None) -> None:
        self.node = node
        self.heard: list[int] = []
        self._then = then
        for topic in TOPICS:
            node.create_subscription(Int32, topic, self._hear, DEPTH, raw=True)

    def _hear(self, message: bytes) -> None:
        self.heard.append(deserialize_message(message, Int32).data)
        self._then()

    @property
    def gated(self) -> int:
        """How many links are shut now and then."""
        return len(self.node.handle.context.session.gate._sockets)


def test_nothing_is_lost_and_no_topic_is_out_of_order(
    router: RouterProcess, make_node: MakeNode, flood: Callable[[], None]
) -> None:
    router.start()
    listener = Listener(make_node("listener"))
    flood()
    wait_until(lambda: len(listener.heard) > 5_000)
    heard = listener.heard[:5_000]
    for number in range(len(TOPICS)):
        of_topic = [item for item in heard if item % len(TOPICS) == number]
        assert of_topic == list(range(of_topic[0], of_topic[0] + 3 * len(of_topic), 3))
    assert listener.gated == 1


def test_a_new_router_is_gated_as_the_old_one_was(
    router: RouterProcess, make_node: MakeNode, flood: Callable[[], None]
) -> None:
    router.start()
    listener = Listener(make_node("listener"))
    flood()
    wait_until(lambda: listener.gated)
    router.kill()
    wait_until(lambda: not listener.gated)
    heard = len(listener.heard)
    router.start()
    wait_until(lambda: len(listener.heard) > heard + 1_000)
    wait_until(lambda: listener.gated)


def test_a_callback_may_wait_for_what_another_executor_receives(
    router: RouterProcess, make_node: MakeNode, flood: Callable[[], None]
) -> None:
    router.start()
    server, node = make_node("server"), make_node("listener")
    server.create_service(AddTwoInts, "add", lambda _, response: response)
    caller = Node("caller", context=node.context)
    executor = SingleThreadedExecutor(context=node.context)
    executor.add_node(caller)
    thread = threading.Thread(target=spin, args=(executor,))
    thread.start()
    client = caller.create_client(AddTwoInts, "add")
    assert client.wait_for_service(timeout_sec=WAIT_S)
    answered: list[bool] = []

    def call() -> None:
        if len(answered) < 50:
            is_done = threading.Event()
            client.call_async(AddTwoInts.Request()).add_done_callback(lambda _: is_done.set())
            answered.append(is_done.wait(WAIT_S))

    listener = Listener(node, then=call)
    flood()
    wait_until(lambda: len(listener.heard) > 1_000)
    assert answered == [True] * 50
    executor.shutdown()
    thread.join()
