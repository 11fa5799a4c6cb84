"""Every kind of entity between this process and another one."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from action_msgs.msg import GoalStatus
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from lifecycle_msgs.msg import Transition, TransitionEvent
from lifecycle_msgs.srv import ChangeState, GetState
from rcl_interfaces.msg import Log, ParameterEvent
from std_msgs.msg import String
from std_srvs.srv import Trigger

from rclpy.action import ActionClient, ActionServer
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
from rclpy.task import Future

from .conftest import WAIT_S, Spin
from .far_side import CLOCK_S, UNTIL_CANCELLED

Run = Callable[[Future], Any]

_WARN = 30


@pytest.fixture(scope="module", autouse=True)
def far(endpoint: str) -> Iterator[subprocess.Popen[str]]:
    """The other process; it ends by itself when its input ends."""
    environment = {**os.environ, "ROS_DOMAIN_ID": "77", "ZENOH_CONFIG_OVERRIDE": f'connect/endpoints=["{endpoint}"]'}
    script = Path(__file__).with_name("far_side.py")
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, script], env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.communicate(timeout=WAIT_S)
        assert process.returncode == 0


@pytest.fixture
def run(executor: SingleThreadedExecutor) -> Run:
    """Spin until the future is done, and give its result."""

    def run(future: Future) -> Any:
        executor.spin_until_future_complete(future, timeout_sec=WAIT_S)
        assert future.done()
        return future.result()

    return run


@pytest.fixture
def call(node: Node, run: Run) -> Callable[..., Any]:
    """Call one of the other process's services."""

    def call(srv_type: type[Any], name: str, **request: Any) -> Any:
        client = node.create_client(srv_type, name)
        assert client.wait_for_service(timeout_sec=WAIT_S)
        return run(client.call_async(srv_type.Request(**request)))

    return call


def say(node: Node, spin: Spin, text: str) -> None:
    """Publish to the other process, when it listens."""
    publisher = node.create_publisher(String, "/to_far", 10)
    spin(lambda: publisher.get_subscription_count() == 1)
    publisher.publish(String(data=text))


def listen(node: Node, spin: Spin, msg_type: type[Any], topic: str) -> list[Any]:
    """What arrives on a topic that the other process publishes, from now on."""
    received: list[Any] = []
    subscription = node.create_subscription(msg_type, topic, received.append, 10)
    spin(lambda: subscription.get_publisher_count() >= 1)
    return received


def test_messages_go_there_and_back(node: Node, spin: Spin) -> None:
    received = listen(node, spin, String, "/from_far")
    say(node, spin, "hello")
    spin(lambda: received)
    assert received == [String(data="HELLO")]


def test_what_the_other_process_logs_is_heard_on_rosout(node: Node, spin: Spin) -> None:
    logged = listen(node, spin, Log, "/rosout")
    say(node, spin, "a noise")
    spin(lambda: [record for record in logged if record.msg == "heard a noise"])
    (record,) = (record for record in logged if record.msg == "heard a noise")
    assert (record.name, record.level, record.function) == ("far", _WARN, "_on_message")


def test_the_other_process_serves(call: Callable[..., Any]) -> None:
    assert call(AddTwoInts, "/add", a=40, b=2).sum == 42


def test_the_other_process_is_served(node: Node, call: Callable[..., Any]) -> None:
    def add(request: Any, response: Any) -> Any:
        response.sum = request.a + request.b
        return response

    def execute(goal: Any) -> Any:
        goal.succeed()
        return Fibonacci.Result(sequence=[goal.request.order])

    node.create_service(AddTwoInts, "/near/add", add)
    server = ActionServer(node, Fibonacci, "/near/fibonacci", execute)
    assert call(Trigger, "/call_near").message == "21 True [21]"
    server.destroy()


def test_a_goal_is_followed_to_its_result(node: Node, run: Run, spin: Spin) -> None:
    client = ActionClient(node, Fibonacci, "/fibonacci")
    assert client.wait_for_server(timeout_sec=WAIT_S)
    feedback: list[list[int]] = []
    goal = run(
        client.send_goal_async(
            Fibonacci.Goal(order=3), feedback_callback=lambda message: feedback.append(list(message.feedback.sequence))
        )
    )
    ended = run(goal.get_result_async())
    assert (ended.status, list(ended.result.sequence)) == (GoalStatus.STATUS_SUCCEEDED, [0, 1, 1, 2, 3])
    # Feedback of a goal that has ended may be on its way still, or be given up with the goal.
    assert all(sequence == [0, 1, 1, 2, 3][: len(sequence)] for sequence in feedback)
    client.destroy()


def test_a_goal_can_be_cancelled(node: Node, run: Run) -> None:
    client = ActionClient(node, Fibonacci, "/fibonacci")
    assert client.wait_for_server(timeout_sec=WAIT_S)
    goal = run(client.send_goal_async(Fibonacci.Goal(order=UNTIL_CANCELLED)))
    assert len(run(goal.cancel_goal_async()).goals_canceling) == 1
    assert run(goal.get_result_async()).status == GoalStatus.STATUS_CANCELED
    client.destroy()


def test_a_result_is_forgotten_after_its_timeout(node: Node, run: Run) -> None:
    client = ActionClient(node, Fibonacci, "/fibonacci")
    assert client.wait_for_server(timeout_sec=WAIT_S)
    goal = run(client.send_goal_async(Fibonacci.Goal(order=1)))
    assert run(goal.get_result_async()).status == GoalStatus.STATUS_SUCCEEDED
    deadline = time.monotonic() + WAIT_S
    while run(client._get_result_async(goal)).status != GoalStatus.STATUS_UNKNOWN:
        assert time.monotonic() < deadline, "the result is kept"
        time.sleep(0.1)
    client.destroy()


def test_parameters_are_read_set_and_told(node: Node, run: Run, spin: Spin) -> None:
    events = listen(node, spin, ParameterEvent, "/parameter_events")
    client = AsyncParameterClient(node, "/far")
    assert client.wait_for_services(timeout_sec=WAIT_S)
    assert run(client.get_parameters(["speed"])).values[0].double_value == 1.5
    assert run(client.set_parameters([Parameter("speed", value=2.5)])).results[0].successful
    spin(lambda: [event for event in events if event.node == "/far"])
    (changed,) = (event.changed_parameters for event in events if event.node == "/far")
    assert [(parameter.name, parameter.value.double_value) for parameter in changed] == [("speed", 2.5)]


def test_time_comes_from_the_other_process(context: Context, executor: SingleThreadedExecutor, spin: Spin) -> None:
    simulated = Node("simulated", context=context, parameter_overrides=[Parameter("use_sim_time", value=True)])
    executor.add_node(simulated)
    tick = simulated.create_client(Trigger, "/tick")
    assert tick.wait_for_service(timeout_sec=WAIT_S)

    def has_ticked() -> bool:
        executor.spin_until_future_complete(tick.call_async(Trigger.Request()), timeout_sec=WAIT_S)
        return simulated.get_clock().now().seconds_nanoseconds() == (CLOCK_S, 0)

    spin(has_ticked)
    simulated.destroy_node()


def test_the_other_node_is_taken_through_its_lifecycle(node: Node, call: Callable[..., Any], spin: Spin) -> None:
    moves = listen(node, spin, TransitionEvent, "/far/transition_event")
    assert call(GetState, "/far/get_state").current_state.label == "unconfigured"
    for transition in ("configure", "activate", "deactivate", "cleanup"):
        assert call(ChangeState, "/far/change_state", transition=Transition(label=transition)).success
    spin(lambda: len(moves) == 8)
    assert [move.goal_state.label for move in moves[1::2]] == ["inactive", "active", "inactive", "unconfigured"]
