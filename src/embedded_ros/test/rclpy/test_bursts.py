"""`spin` stays with an entity that alone is busy: what it must not overlook meanwhile."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

import pytest
from std_msgs.msg import String

from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.serialization import deserialize_message
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


@pytest.fixture
def flood(node: Node) -> Iterator[Callable[[str], None]]:
    """`flood(topic)`: have another thread publish about 2,000 numbers a second there until the test ends."""
    is_over, threads = threading.Event(), list[threading.Thread]()

    def publish(publisher: Publisher) -> None:
        number = 0
        while not is_over.wait(0.0005):
            publisher.publish(String(data=str(number)))
            number += 1

    def start(topic: str) -> None:
        threads.append(threading.Thread(target=publish, args=(node.create_publisher(String, topic, DEPTH),)))
        threads[-1].start()

    yield start
    is_over.set()
    for thread in threads:
        thread.join()


def test_raw_messages_that_gather_come_in_order_and_once_each(
    node: Node, guarded: SingleThreadedExecutor, flood: Callable[[str], None]
) -> None:
    received: dict[str, list[int]] = {"a": [], "b": []}

    def on_message(topic: str, message: bytes) -> None:
        received[topic].append(int(deserialize_message(message, String).data))
        if all(len(numbers) >= 1000 for numbers in received.values()):
            guarded.shutdown()

    for topic in received:
        node.create_subscription(String, topic, partial(on_message, topic), DEPTH, raw=True)
        flood(topic)
    guarded.spin()
    for numbers in received.values():
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_raw_messages_say_when_they_came_not_when_they_were_taken(
    node: Node, guarded: SingleThreadedExecutor, flood: Callable[[str], None]
) -> None:
    infos: list[dict[str, int]] = []

    def on_message(_: bytes, info: dict[str, int]) -> None:
        infos.append(info)
        if len(infos) == 500:
            guarded.shutdown()
        time.sleep(0.01 if len(infos) == 250 else 0.0)

    node.create_subscription(String, "chatter", on_message, DEPTH, raw=True)
    flood("chatter")
    guarded.spin()
    times = [info["received_timestamp"] for info in infos]
    assert times == sorted(times)
    assert len(set(times[245:270])) == 25
    assert [info["reception_sequence_number"] for info in infos] == list(range(500))


def test_messages_that_gather_hold_up_no_one_else(
    node: Node, guarded: SingleThreadedExecutor, flood: Callable[[str], None]
) -> None:
    heard: set[str] = set()

    def hear(name: str, *_: object) -> None:
        heard.add(name)
        if heard == {"typed", "short", "timer", "guard"}:
            guarded.shutdown()

    def on_raw(_: bytes) -> None:
        for publisher in publishers:
            publisher.publish(String())
        guard.trigger()

    node.create_subscription(String, "raw", on_raw, DEPTH, raw=True)
    node.create_subscription(String, "typed", partial(hear, "typed"), DEPTH)
    node.create_subscription(String, "short", partial(hear, "short"), 1, raw=True)
    node.create_timer(0.2, partial(hear, "timer"))
    guard = node.create_guard_condition(partial(hear, "guard"))
    publishers = [node.create_publisher(String, topic, DEPTH) for topic in ("typed", "short")]
    flood("raw")
    guarded.spin()
    assert heard == {"typed", "short", "timer", "guard"}
