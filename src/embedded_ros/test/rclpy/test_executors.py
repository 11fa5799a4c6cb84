import gc
import threading
import time
import warnings
from functools import partial
from typing import Any

import pytest
from std_msgs.msg import String
from std_srvs.srv import Trigger

import rclpy
from rclpy.callback_groups import CallbackGroup, MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from rclpy.context import Context
from rclpy.executors import (
    ExternalShutdownException,
    MultiThreadedExecutor,
    SingleThreadedExecutor,
    TimeoutException,
)
from rclpy.node import Node
from rclpy.task import Future, Task

from .conftest import WAIT_S, Spin


def test_spin_once_runs_one_callback(node: Node, executor: SingleThreadedExecutor, spin: Spin) -> None:
    ran: list[str] = []
    guards = [node.create_guard_condition(partial(ran.append, name)) for name in "ab"]
    for guard in guards:
        guard.trigger()
    executor.spin_once(timeout_sec=1)
    assert len(ran) == 1
    executor.spin_once(timeout_sec=1)
    assert sorted(ran) == ["a", "b"]


def test_spin_once_ends_at_its_timeout(executor: SingleThreadedExecutor) -> None:
    start = time.monotonic()
    executor.spin_once(timeout_sec=0.05)
    assert 0.04 < time.monotonic() - start < 20


def test_a_busy_entity_starves_no_other(node: Node, spin: Spin) -> None:
    ran: list[str] = []

    def go_on() -> None:
        ran.append("busy")
        busy.trigger()

    busy = node.create_guard_condition(go_on)
    node.create_subscription(String, "chatter", lambda _: ran.append("message"), 10)
    busy.trigger()
    spin(lambda: "busy" in ran)
    node.create_publisher(String, "chatter", 10).publish(String())
    spin(lambda: "message" in ran)


def test_an_exception_in_a_callback_leaves_spin(node: Node, executor: SingleThreadedExecutor) -> None:
    def fail() -> None:
        raise ZeroDivisionError("in callback")

    node.create_guard_condition(fail).trigger()
    with pytest.raises(ZeroDivisionError, match="in callback"):
        executor.spin_once(timeout_sec=1)


def test_a_task_is_the_future_of_its_result(executor: SingleThreadedExecutor) -> None:
    async def add(a: int, b: int) -> int:
        return a + b

    tasks: list[Task] = [executor.create_task(lambda: 1), executor.create_task(add, 1, b=1)]
    for task in tasks:
        executor.spin_until_future_complete(task, timeout_sec=20)
    assert [task.result() for task in tasks] == [1, 2]


def test_a_coroutine_sleeps_until_its_future_is_done(node: Node, executor: SingleThreadedExecutor) -> None:
    future, steps = Future(), []

    async def wait() -> str:
        steps.append("before")
        return str(await future)

    task = executor.create_task(wait)
    executor.spin_once(timeout_sec=0.05)
    start = time.process_time()
    executor.spin_once(timeout_sec=0.2)
    assert time.process_time() - start < 0.1, "an executor with a waiting coroutine must not be busy"
    assert (steps, task.done()) == (["before"], False)
    threading.Timer(0.05, future.set_result, ("now",)).start()
    executor.spin_until_future_complete(task, timeout_sec=20)
    assert task.result() == "now"


def test_a_future_wakes_the_executor_that_waits_for_it(executor: SingleThreadedExecutor) -> None:
    future = Future()
    threading.Timer(0.05, future.set_result, (1,)).start()
    start = time.monotonic()
    executor.spin_until_future_complete(future, timeout_sec=10)
    assert future.done()
    assert time.monotonic() - start < 20


def test_done_callbacks_run_on_the_executor(executor: SingleThreadedExecutor) -> None:
    future, threads = Future(executor=executor), []
    future.add_done_callback(lambda _: threads.append(threading.current_thread()))
    setter = threading.Thread(target=future.set_result, args=(1,))
    setter.start()
    setter.join()
    executor.spin_once(timeout_sec=1)
    assert threads == [threading.main_thread()]


def overlap(context: Context, node: Node, group: CallbackGroup, patience_s: float) -> bool:
    """Whether two callbacks of the group, each waiting that long for the other, run at the same time."""
    barrier, met, ended = threading.Barrier(2), list[bool](), threading.Semaphore(0)

    def callback() -> None:
        try:
            barrier.wait(patience_s)
            met.append(True)
        except threading.BrokenBarrierError:
            met.append(False)
        ended.release()

    for _ in range(2):
        node.create_guard_condition(callback, group).trigger()
    executor = MultiThreadedExecutor(4, context=context)
    executor.add_node(node)
    thread = threading.Thread(target=executor.spin)
    thread.start()
    for _ in range(2):
        assert ended.acquire(timeout=WAIT_S)
    executor.shutdown()
    thread.join(WAIT_S)
    return all(met)


def test_a_reentrant_group_runs_callbacks_together(context: Context, node: Node) -> None:
    assert overlap(context, node, ReentrantCallbackGroup(), WAIT_S)


def test_a_mutually_exclusive_group_runs_one_at_a_time(context: Context, node: Node) -> None:
    assert not overlap(context, node, MutuallyExclusiveCallbackGroup(), 0.3)


def test_a_task_that_a_thread_was_given_is_given_to_no_second(context: Context) -> None:
    executor, release = MultiThreadedExecutor(2, context=context), threading.Event()
    task = executor.create_task(release.wait)
    executor.spin_once(timeout_sec=WAIT_S)
    assert task.executing()
    with pytest.raises(TimeoutException):
        executor.wait_for_ready_callbacks(timeout_sec=0.1)
    release.set()
    executor.spin_until_future_complete(task, timeout_sec=WAIT_S)
    assert task.done()


def test_a_group_forgets_entities_that_are_gone(node: Node) -> None:
    group = ReentrantCallbackGroup()
    node.destroy_client(node.create_client(Trigger, "add", callback_group=group))
    gc.collect()
    assert not group.entities


def test_many_threads_see_each_message_once(context: Context, node: Node) -> None:
    received: list[str] = []
    node.create_subscription(
        String, "chatter", lambda msg: received.append(msg.data), 1000, callback_group=ReentrantCallbackGroup()
    )
    publisher = node.create_publisher(String, "chatter", 1000)
    executor = MultiThreadedExecutor(4, context=context)
    executor.add_node(node)
    for number in range(200):
        publisher.publish(String(data=str(number)))
    deadline = time.monotonic() + WAIT_S
    while len(received) < 200 and time.monotonic() < deadline:
        executor.spin_once(timeout_sec=0.1)
    executor.shutdown()
    assert sorted(received, key=int) == [str(number) for number in range(200)]


def test_one_thread_is_no_pool(context: Context) -> None:
    with pytest.warns(UserWarning, match="single thread"):
        MultiThreadedExecutor(1, context=context)


def test_spin_raises_when_the_context_ends_elsewhere(node: Node, context: Context) -> None:
    executor = SingleThreadedExecutor(context=context)
    threading.Timer(0.1, context.shutdown).start()
    with pytest.raises(ExternalShutdownException):
        rclpy.spin(node, executor)


def test_shutdown_of_the_executor_ends_spin(context: Context, node: Node) -> None:
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    threading.Timer(0.1, executor.shutdown).start()
    executor.spin()
    assert context.ok()
    assert executor.get_nodes() == []


def test_a_node_is_in_one_executor(context: Context, node: Node) -> None:
    first, second = SingleThreadedExecutor(context=context), SingleThreadedExecutor(context=context)
    assert first.add_node(node)
    assert not first.add_node(node)
    assert second.add_node(node)
    assert (first.get_nodes(), second.get_nodes(), node.executor) == ([], [node], second)


def test_entities_may_be_made_and_destroyed_while_spinning(node: Node, spin: Spin) -> None:
    made: list[Any] = []

    def replace() -> None:
        if made:
            node.destroy_timer(made.pop())
        made.append(node.create_timer(0.001, lambda: None))
        count.append(1)

    count: list[int] = []
    timer = node.create_timer(0.001, replace)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        spin(lambda: len(count) >= 20)
    node.destroy_timer(timer)
