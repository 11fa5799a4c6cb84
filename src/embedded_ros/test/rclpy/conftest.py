"""A context, and nodes in it, for each test."""

import time
from collections.abc import Callable, Iterator

import pytest

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl import log_output
from rclpy.node import Node

WAIT_S = 20.0

Spin = Callable[[Callable[[], object]], None]


@pytest.fixture
def context(own_router: str) -> Iterator[Context]:
    context = Context()
    rclpy.init(args=[], context=context, domain_id=77)
    yield context
    context.try_shutdown()
    log_output.reset()


@pytest.fixture
def node(context: Context) -> Iterator[Node]:
    node = Node("tester", context=context)
    yield node
    node.destroy_node()


@pytest.fixture
def executor(context: Context, node: Node) -> Iterator[SingleThreadedExecutor]:
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    yield executor
    executor.shutdown()


@pytest.fixture
def spin(executor: SingleThreadedExecutor) -> Spin:
    """`spin(condition)`: run callbacks until it holds, or fail."""

    def spin_until(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come to hold"
            executor.spin_once(timeout_sec=0.1)

    return spin_until
