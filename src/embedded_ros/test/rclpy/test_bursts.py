"""`spin` stays with an entity that alone is busy: what it must not overlook meanwhile."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from std_msgs.msg import String

from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.task import Future

from .conftest import WAIT_S

DEPTH = 1000


@pytest.fixture
def guarded(executor: SingleThreadedExecutor) -> Iterator[SingleThreadedExecutor]:
    """The executor; a spin that does not end by itself ends after a while."""
    timer = threading.Timer(WAIT_S, executor.shutdown)
    timer.start()
    yield executor
    timer.cancel()


@pytest.fixture(params=[1, 2], ids=["one by one", "piling up"])
def busy(node: Node, request: pytest.FixtureRequest) -> Callable[..., list[int]]:
    """`busy(then)`: a topic whose every message makes more come, and calls `then(count)`; gives the counts."""

    def make(then: Callable[[int], object]) -> list[int]:
        counts: list[int] = []

        def on_message(_: String) -> None:
            counts.append(len(counts) + 1)
            for _ in range(request.param):
                publisher.publish(String())
            then(len(counts))

        publisher = node.create_publisher(String, "busy", DEPTH)
        node.create_subscription(String, "busy", on_message, DEPTH)
        publisher.publish(String())
        return counts

    return make


def publish_all(publisher: Publisher, count: int) -> None:
    for number in range(count):
        publisher.publish(String(data=str(number)))


def test_a_burst_is_run_in_order(node: Node, guarded: SingleThreadedExecutor) -> None:
    received: list[str] = []

    def on_message(message: String) -> None:
        received.append(message.data)
        if len(received) == 300:
            guarded.shutdown()

    node.create_subscription(String, "chatter", on_message, DEPTH)
    publish_all(node.create_publisher(String, "chatter", DEPTH), 300)
    guarded.spin()
    assert received == [str(number) for number in range(300)]


def test_a_busy_topic_starves_no_timer(
    node: Node, guarded: SingleThreadedExecutor, busy: Callable[..., list[int]]
) -> None:
    counts = busy(lambda _: None)
    node.create_timer(0.05, guarded.shutdown)
    guarded.spin()
    assert counts


def test_a_busy_topic_starves_no_other_topic(
    node: Node, guarded: SingleThreadedExecutor, busy: Callable[..., list[int]]
) -> None:
    other = node.create_publisher(String, "other", 10)
    node.create_subscription(String, "other", lambda _: guarded.shutdown(), 10)
    counts = busy(lambda count: other.publish(String()) if count == 50 else None)
    guarded.spin()
    assert len(counts) >= 50


def test_what_a_callback_makes_is_seen_at_once(
    node: Node, guarded: SingleThreadedExecutor, busy: Callable[..., list[int]]
) -> None:
    def make_guard(count: int) -> None:
        if count == 50:
            node.create_guard_condition(guarded.shutdown).trigger()

    counts = busy(make_guard)
    guarded.spin()
    assert 50 <= len(counts) < 60


def test_a_subscription_that_its_callback_destroys_gets_nothing_more(
    node: Node, guarded: SingleThreadedExecutor
) -> None:
    received: list[str] = []

    def on_message(message: String) -> None:
        received.append(message.data)
        node.destroy_subscription(subscription)
        node.create_timer(0.05, guarded.shutdown)

    subscription = node.create_subscription(String, "chatter", on_message, DEPTH)
    publish_all(node.create_publisher(String, "chatter", DEPTH), 20)
    guarded.spin()
    assert received == ["0"]


def test_a_node_that_is_removed_gets_nothing_more(node: Node, guarded: SingleThreadedExecutor) -> None:
    received: list[str] = []

    def on_message(message: String) -> None:
        received.append(message.data)
        guarded.remove_node(node)
        guarded.create_task(guarded.shutdown)

    node.create_subscription(String, "chatter", on_message, DEPTH)
    publish_all(node.create_publisher(String, "chatter", DEPTH), 20)
    guarded.spin()
    assert received == ["0"]


def test_a_callback_may_be_replaced_by_a_coroutine_function(node: Node, guarded: SingleThreadedExecutor) -> None:
    received: list[tuple[str, str]] = []

    async def later(message: String) -> None:
        received.append(("later", message.data))
        if message.data == "3":
            guarded.shutdown()

    def first(message: String) -> None:
        received.append(("first", message.data))
        subscription.callback = later

    subscription = node.create_subscription(String, "chatter", first, DEPTH)
    publish_all(node.create_publisher(String, "chatter", DEPTH), 4)
    guarded.spin()
    assert received == [("first", "0"), ("later", "1"), ("later", "2"), ("later", "3")]


def test_messages_wait_for_a_coroutine_that_holds_their_group(node: Node, guarded: SingleThreadedExecutor) -> None:
    future, steps = Future(), list[Any]()

    async def hold() -> None:
        steps.append("begin")
        await future
        steps.append("end")

    def on_message(message: String) -> None:
        steps.append(message.data)
        guarded.shutdown()

    guard = node.create_guard_condition(hold)
    node.create_subscription(String, "chatter", on_message, DEPTH)
    publisher = node.create_publisher(String, "chatter", DEPTH)
    guard.trigger()
    guarded.spin_once(timeout_sec=WAIT_S)
    publish_all(publisher, 1)
    threading.Timer(0.1, future.set_result, (None,)).start()
    guarded.spin()
    assert steps == ["begin", "end", "0"]


def test_a_callback_of_a_burst_may_end_the_context(
    context: Context, guarded: SingleThreadedExecutor, busy: Callable[..., list[int]]
) -> None:
    counts = busy(lambda count: context.shutdown() if count == 50 else None)
    guarded.spin()
    assert len(counts) == 50


def test_a_coroutine_that_awaits_no_future_goes_on(node: Node, guarded: SingleThreadedExecutor) -> None:
    class Pause:
        def __await__(self) -> Generator[None, None, None]:
            yield

    steps: list[int] = []

    async def on_message(_: String) -> None:
        for step in range(3):
            steps.append(step)
            await Pause()
        guarded.shutdown()

    node.create_subscription(String, "chatter", on_message, 10)
    node.create_publisher(String, "chatter", 10).publish(String())
    guarded.spin()
    assert steps == [0, 1, 2]


def test_a_context_that_ends_after_a_burst_ends_spin(
    node: Node, context: Context, guarded: SingleThreadedExecutor
) -> None:
    node.create_subscription(String, "chatter", lambda _: threading.Timer(0.1, context.shutdown).start(), 10)
    node.create_publisher(String, "chatter", 10).publish(String())
    with pytest.raises(ExternalShutdownException):
        guarded.spin()


def test_an_idle_executor_sleeps_after_a_burst(node: Node, guarded: SingleThreadedExecutor) -> None:
    node.create_subscription(String, "chatter", lambda _: node.create_timer(0.5, guarded.shutdown), 10)
    node.create_publisher(String, "chatter", 10).publish(String())
    started = time.process_time()
    guarded.spin()
    assert time.process_time() - started < 0.4
