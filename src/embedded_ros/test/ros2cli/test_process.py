"""The command as a process: signals, pipes, and a large graph."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from example_interfaces.action import Fibonacci
from geometry_msgs.msg import PointStamped
from lifecycle_msgs.msg import State, Transition, TransitionDescription
from lifecycle_msgs.srv import ChangeState, GetAvailableTransitions, GetState

from rclpy.action import ActionServer, CancelResponse
from rclpy.action.server import ServerGoalHandle

from .conftest import Robot, Run

COMMAND = [sys.executable, "-m", "ros2cli.cli"]


@contextmanager
def started(*words: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_line(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stdout is not None
    assert any(text in line for line in process.stdout)


@pytest.mark.usefixtures("robot")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 2), (signal.SIGTERM, 15)])
def test_a_signal_ends_echo_without_a_word(number: int, code: int) -> None:
    with started("topic", "echo", "/words") as echo:
        wait_for_line(echo, "data: hello")
        echo.send_signal(number)
        _, errors = echo.communicate(timeout=30)
    assert (echo.returncode, errors) == (code, "")


@pytest.mark.usefixtures("robot")
def test_a_background_process_of_a_script_heeds_ctrl_c() -> None:
    ignoring = ["bash", "-c", 'trap "" INT; exec "$@"', "-", *COMMAND]
    command = [*ignoring, "topic", "echo", "/words"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as echo:
        wait_for_line(echo, "data: hello")
        echo.send_signal(signal.SIGINT)
        _, errors = echo.communicate(timeout=30)
    assert (echo.returncode, errors) == (2, "")


@pytest.mark.usefixtures("own_router")
def test_ctrl_c_ends_the_wait_for_a_topic() -> None:
    with started("topic", "hz", "/nothing") as hz:
        wait_for_line(hz, "WARNING: topic [/nothing] does not appear to be published yet")
        hz.send_signal(signal.SIGINT)
        _, errors = hz.communicate(timeout=30)
    assert (hz.returncode, errors) == (2, "")


def test_ctrl_c_cancels_a_goal_that_was_sent(robot: Robot) -> None:
    canceled = threading.Event()

    def on_cancel(goal: ServerGoalHandle) -> CancelResponse:
        canceled.set()
        return CancelResponse.ACCEPT

    # Accepted and never executed: the goal lasts until it is canceled.
    ActionServer(
        robot.node,
        Fibonacci,
        "/wait",
        lambda goal: Fibonacci.Result(),
        handle_accepted_callback=lambda goal: None,
        cancel_callback=on_cancel,
    )
    with started("action", "send_goal", "/wait", "example_interfaces/action/Fibonacci", "{order: 5}") as client:
        wait_for_line(client, "Goal accepted")
        client.send_signal(signal.SIGINT)
        out, errors = client.communicate(timeout=30)
    assert (client.returncode, errors) == (2, "")
    assert "Goal canceled." in out
    assert canceled.wait(20)


@pytest.mark.parametrize(
    ("verb", "text"), [("hz", "average rate: "), ("delay", "average delay: "), ("bw", "B/s from ")]
)
def test_a_topic_is_measured(robot: Robot, verb: str, text: str) -> None:
    publisher: Any = robot.node.create_publisher(PointStamped, "/points", 10)

    def publish() -> None:
        message = PointStamped()
        message.header.stamp = robot.node.get_clock().now().to_msg()
        publisher.publish(message)

    robot.node.create_timer(0.02, publish)
    with started("topic", verb, "/points") as meter:
        wait_for_line(meter, text)
        meter.send_signal(signal.SIGINT)
        _, errors = meter.communicate(timeout=30)
    assert (meter.returncode, errors) == (2, "")


def test_a_request_comes_from_standard_input(robot: Robot) -> None:
    words = [*COMMAND, "service", "call", "--stdin", "/switch", "std_srvs/srv/SetBool"]
    result = subprocess.run(words, input="data: true", capture_output=True, text=True, check=False, timeout=60)
    assert "SetBool_Response(success=True, message='switched')" in result.stdout


NODES = """
import sys
import rclpy

rclpy.init()
nodes = [rclpy.create_node(f"node_{sys.argv[1]}_{number}") for number in range(25)]
sys.stdin.read()
"""


@pytest.fixture
def hundred_nodes(robot: Robot) -> Iterator[list[str]]:
    """Their names, as soon as the graph has them: what a process has declared takes a moment to arrive."""
    names = sorted(f"/node_{process}_{number}" for process in range(4) for number in range(25))
    processes = [
        subprocess.Popen([sys.executable, "-c", NODES, str(number)], stdin=subprocess.PIPE) for number in range(4)
    ]
    try:
        deadline_s = time.monotonic() + 60.0
        while not set(names) <= set(robot.node.get_fully_qualified_node_names()):
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        yield names
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_hundred_nodes_of_four_processes_are_listed(ros2: Run, hundred_nodes: list[str]) -> None:
    assert ros2("node", "list") == sorted([*hundred_nodes, "/robot"])


class TestLifecycle:
    """Against the services alone: what a lifecycle node is is not asked here."""

    @pytest.fixture(autouse=True)
    def lamp(self, robot: Robot) -> None:
        inactive, active = State(id=2, label="inactive"), State(id=3, label="active")
        state = [inactive]
        activate = TransitionDescription(
            transition=Transition(id=3, label="activate"), start_state=inactive, goal_state=active
        )

        def on_get(_: Any, response: Any) -> Any:
            response.current_state = state[0]
            return response

        def on_change(request: Any, response: Any) -> Any:
            response.success = request.transition.id == 3 and state[0] is inactive
            state[0] = active
            return response

        def on_available(_: Any, response: Any) -> Any:
            response.available_transitions = [activate]
            return response

        node = robot.node
        node.create_service(GetState, "/robot/get_state", on_get)
        node.create_service(ChangeState, "/robot/change_state", on_change)
        for name in ("get_available_transitions", "get_transition_graph"):
            node.create_service(GetAvailableTransitions, f"/robot/{name}", on_available)

    def test_nodes_are_listed(self, ros2: Run) -> None:
        assert ros2("lifecycle", "nodes") == ["/robot"]
        assert ros2("lifecycle", "nodes", "-c") == ["1"]

    def test_states_are_shown(self, ros2: Run) -> None:
        assert ros2("lifecycle", "get", "/robot") == ["inactive [2]"]
        assert ros2("lifecycle", "get") == ["/robot: inactive [2]"]

    @pytest.mark.parametrize("options", [[], ["--all"]])
    def test_transitions_are_listed(self, ros2: Run, options: list[str]) -> None:
        lines = ros2("lifecycle", "list", "/robot", *options)
        assert lines == ["- activate [3]", "\tStart: inactive", "\tGoal: active"]

    def test_a_transition_is_triggered(self, ros2: Run) -> None:
        assert ros2("lifecycle", "set", "/robot", "activate") == ["Transitioning successful"]
        assert ros2("lifecycle", "get", "/robot") == ["active [3]"]
        assert ros2("lifecycle", "set", "/robot", "3", code="Transitioning failed") == []

    def test_an_unknown_transition_is_refused(self, ros2: Run) -> None:
        text = "Unknown transition requested, available ones are:\n- activate [3]"
        assert ros2("lifecycle", "set", "/robot", "fly", code=text) == []
