import threading
from typing import Any

import pytest
from example_interfaces.srv import AddTwoInts
from std_srvs.srv import Trigger

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.context import Context
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.impl.errors import RCLError
from rclpy.node import Node

from .conftest import Spin


def add(request: Any, response: Any) -> Any:
    response.sum = request.a + request.b
    return response


def test_a_request_is_answered(node: Node, executor: SingleThreadedExecutor) -> None:
    node.create_service(AddTwoInts, "add", add)
    client = node.create_client(AddTwoInts, "add")
    assert client.wait_for_service(timeout_sec=20)
    futures = [client.call_async(AddTwoInts.Request(a=number, b=1)) for number in range(3)]
    for future in futures:
        executor.spin_until_future_complete(future, timeout_sec=20)
    assert [future.result().sum for future in futures] == [1, 2, 3]


def test_an_empty_request_is_answered(node: Node, executor: SingleThreadedExecutor) -> None:
    node.create_service(Trigger, "go", lambda _, response: Trigger.Response(success=True, message="gone"))
    client = node.create_client(Trigger, "go")
    assert client.wait_for_service(timeout_sec=20)
    future = client.call_async(Trigger.Request())
    executor.spin_until_future_complete(future, timeout_sec=20)
    assert future.result() == Trigger.Response(success=True, message="gone")


def test_a_coroutine_may_serve_and_ask_another_service(node: Node, executor: SingleThreadedExecutor) -> None:
    # A coroutine keeps its callback group while it waits, as in Jazzy: what it waits for is in another.
    group = ReentrantCallbackGroup()
    inner = node.create_client(AddTwoInts, "add", callback_group=group)

    async def twice(request: Any, response: Any) -> Any:
        half = await inner.call_async(request)
        response.sum = 2 * half.sum
        return response

    node.create_service(AddTwoInts, "add", add, callback_group=group)
    node.create_service(AddTwoInts, "twice", twice)
    client = node.create_client(AddTwoInts, "twice")
    assert client.wait_for_service(timeout_sec=20)
    assert inner.wait_for_service(timeout_sec=20)
    future = client.call_async(AddTwoInts.Request(a=2, b=3))
    executor.spin_until_future_complete(future, timeout_sec=20)
    assert future.done()
    assert future.result().sum == 10


def test_call_waits_while_another_thread_spins(context: Context, node: Node) -> None:
    node.create_service(AddTwoInts, "add", add)
    client = node.create_client(AddTwoInts, "add")
    executor = MultiThreadedExecutor(2, context=context)
    executor.add_node(node)
    thread = threading.Thread(target=executor.spin)
    thread.start()
    try:
        assert client.wait_for_service(timeout_sec=20)
        assert client.call(AddTwoInts.Request(a=40, b=2), timeout_sec=20).sum == 42
    finally:
        executor.shutdown()
        thread.join(20)
    assert not thread.is_alive()


def test_waiting_for_a_service_ends(node: Node) -> None:
    client = node.create_client(AddTwoInts, "nowhere")
    assert not client.wait_for_service(timeout_sec=0.05)
    assert not client.service_is_ready()
    late = threading.Timer(0.1, node.create_service, (AddTwoInts, "nowhere", add))
    late.start()
    assert client.wait_for_service(timeout_sec=20)
    late.join()


def test_waiting_for_a_service_ends_at_shutdown(node: Node, context: Context) -> None:
    client = node.create_client(AddTwoInts, "nowhere")
    late = threading.Timer(0.1, context.shutdown)
    late.start()
    assert not client.wait_for_service(timeout_sec=20)
    late.join()


def test_without_an_answer_call_gives_none(node: Node) -> None:
    assert node.create_client(AddTwoInts, "nowhere").call(AddTwoInts.Request(), timeout_sec=0.05) is None


def test_other_types_are_refused(node: Node, executor: SingleThreadedExecutor) -> None:
    node.create_service(AddTwoInts, "add", lambda request, response: request)
    client = node.create_client(AddTwoInts, "add")
    with pytest.raises(TypeError, match=r"AddTwoInts\.Request"):
        client.call_async(AddTwoInts.Response())
    assert client.wait_for_service(timeout_sec=20)
    future = client.call_async(AddTwoInts.Request())
    with pytest.raises(TypeError, match=r"must return a AddTwoInts\.Response"):
        executor.spin_until_future_complete(future, timeout_sec=20)


def test_one_request_has_one_answer(node: Node, spin: Spin) -> None:
    service = node.create_service(AddTwoInts, "add", add)
    client = node.create_client(AddTwoInts, "add")
    assert client.wait_for_service(timeout_sec=20)
    client.call_async(AddTwoInts.Request())
    header = None
    while header is None:
        _, header = service.handle.service_take_request(AddTwoInts.Request)
    service.send_response(AddTwoInts.Response(), header)
    with pytest.raises(RCLError, match="answered already"):
        service.send_response(AddTwoInts.Response(), header)


def test_a_request_that_cannot_be_read_is_logged_and_the_next_one_answered(
    node: Node, executor: SingleThreadedExecutor, capsys: pytest.CaptureFixture[str]
) -> None:
    service = node.create_service(AddTwoInts, "add", add)
    client = node.create_client(AddTwoInts, "add")
    assert client.wait_for_service(timeout_sec=20)
    client.handle._wire.send(b"garbage")
    future = client.call_async(AddTwoInts.Request(a=1, b=2))
    executor.spin_until_future_complete(future, timeout_sec=20)
    assert future.result().sum == 3
    assert "ignored bytes that came on '/add': example_interfaces/srv/AddTwoInts_Request:" in capsys.readouterr().err
    assert not service.handle._wire._queries, "a query that stays open keeps its client waiting"
