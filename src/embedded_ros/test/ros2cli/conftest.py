"""A node that has something to tell, and the command beside it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import zenoh
from example_interfaces.action import Fibonacci
from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor
from std_msgs.msg import String
from std_srvs.srv import SetBool

import rclpy
from embedded_ros.wire.config import session_config
from rclpy.action import ActionServer
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile
from ros2cli import cli

Run = Callable[..., list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot:
    """A node that runs: it says 'hello' (latched), takes SetBool, and counts."""

    node: Node


@pytest.fixture
def robot(own_router: str) -> Iterator[Robot]:
    context = Context()
    rclpy.init(context=context)
    node = rclpy.create_node("robot", context=context)
    limits = FloatingPointRange(from_value=0.0, to_value=1.0)
    node.declare_parameter("speed", 0.2, ParameterDescriptor(description="how fast", floating_point_range=[limits]))
    node.declare_parameter("arm.joints", [1, 2])
    latched = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    node.create_publisher(String, "/words", latched).publish(String(data="hello"))
    node.create_service(SetBool, "/switch", _switch)
    ActionServer(node, Fibonacci, "/count", _count)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    thread = threading.Thread(target=executor.spin)
    thread.start()
    yield Robot(node=node)
    executor.shutdown()
    thread.join()
    node.destroy_node()
    rclpy.shutdown(context=context)


def _await_arrival(session: zenoh.Session) -> None:
    """Wait until the router knows all that the session has declared so far: the command looks only once."""
    key = f"arrival/{uuid4().hex}"
    deadline_s = time.monotonic() + 20.0
    token = session.liveliness().declare_token(key)
    with zenoh.open(session_config()) as other:
        while not list(other.liveliness().get(key)):
            assert time.monotonic() < deadline_s
            time.sleep(0.01)
    token.undeclare()  # type: ignore[no-untyped-call]


def _switch(request: Any, response: Any) -> Any:
    response.success = request.data
    response.message = "switched"
    return response


def _count(goal: Any) -> Any:
    if goal.request.order < 0:
        goal.abort()
    else:
        goal.publish_feedback(Fibonacci.Feedback(sequence=[0]))
        goal.succeed()
    return Fibonacci.Result(sequence=[0, 1])


@pytest.fixture
def ros2(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Run:
    """Runs the command in this process; gives the lines of its output."""
    robot = request.getfixturevalue("robot") if "robot" in request.fixturenames else None

    def run(*words: str, code: int | str | None = 0) -> list[str]:
        if robot is not None:
            _await_arrival(robot.node.context.handle.session.zenoh)
        assert (cli.main(argv=words) or 0) == code
        return capsys.readouterr().out.splitlines()

    return run
