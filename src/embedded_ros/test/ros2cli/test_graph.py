"""Verbs that ask the graph, each beside a node that has something to tell."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from example_interfaces.action import Fibonacci
from std_msgs.msg import String
from std_srvs.srv import SetBool

import rclpy
from rclpy.action import ActionServer, CancelResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile
from ros2cli import cli


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot:
    """A node that runs: it says 'hello' (latched), and takes SetBool."""

    node: Node


@pytest.fixture
def robot(own_router: str) -> Iterator[Robot]:
    context = Context()
    rclpy.init(context=context)
    node = rclpy.create_node("robot", context=context)
    node.declare_parameter("speed", 0.2)
    latched = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    node.create_publisher(String, "/words", latched).publish(String(data="hello"))

    def on_switch(request: Any, response: Any) -> Any:
        response.success = request.data
        response.message = "switched"
        return response

    node.create_service(SetBool, "/switch", on_switch)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    thread = threading.Thread(target=executor.spin)
    thread.start()
    yield Robot(node=node)
    executor.shutdown()
    rclpy.shutdown(context=context)
    thread.join()


def out(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> list[str]:
    assert cli.main([*words]) == code
    return capsys.readouterr().out.splitlines()


def test_without_a_router_one_sentence_says_how_to_start_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", 'connect/endpoints=["tcp/127.0.0.1:1"]')
    assert cli.main(["node", "list"]) == 1
    assert re.fullmatch(r"ros2 node list: no Zenoh router at .*rmw_zenohd.*\n", capsys.readouterr().err)


@pytest.mark.usefixtures("own_router")
@pytest.mark.parametrize(
    "words",
    [
        ["topic", "echo", "/a b", "std_msgs/msg/String"],
        ["topic", "pub", "/a b", "std_msgs/msg/String"],
        ["service", "call", "/a b", "std_srvs/srv/SetBool"],
        ["action", "send_goal", "/a b", "example_interfaces/action/Fibonacci", "{}"],
    ],
    ids=lambda words: words[1],
)
def test_an_invalid_name_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 1
    assert capsys.readouterr().err.startswith(f"ros2 {words[0]} {words[1]}: Invalid ")


@pytest.mark.usefixtures("robot")
def test_topics_are_listed_with_types(capsys: pytest.CaptureFixture[str]) -> None:
    assert "/words [std_msgs/msg/String]" in out(capsys, "topic", "list", "-t")


@pytest.mark.usefixtures("robot")
def test_topic_info_counts_endpoints(capsys: pytest.CaptureFixture[str]) -> None:
    lines = out(capsys, "topic", "info", "-v", "/words")
    assert lines[:2] == ["Type: std_msgs/msg/String", "Publisher count: 1"]
    assert "Node name: robot" in lines
    assert "  Durability: TRANSIENT_LOCAL" in lines


@pytest.mark.usefixtures("robot")
def test_echo_hears_what_was_said_before(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "topic", "echo", "--once", "/words", "--timeout", "20") == ["data: hello", "---"]


@pytest.mark.usefixtures("robot")
def test_echo_takes_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    lines = out(capsys, "topic", "echo", "--once", "/words", "--field", "data", "--timeout", "20")
    assert lines == ["hello", "---"]


@pytest.mark.usefixtures("robot")
def test_a_silent_topic_is_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("topic", "echo", "/nothing", "std_msgs/msg/String", "--once", "--timeout", "0.1")
    assert out(capsys, *words, code=1) == []


def test_pub_reaches_a_subscription(robot: Robot, capsys: pytest.CaptureFixture[str]) -> None:
    heard = threading.Event()

    def on_order(message: Any) -> None:
        if message.data == "go":
            heard.set()

    robot.node.create_subscription(String, "/orders", on_order, 10)
    out(capsys, "topic", "pub", "--once", "/orders", "std_msgs/msg/String", "{data: go}")
    assert heard.wait(10.0)


@pytest.mark.usefixtures("robot")
def test_nodes_are_listed_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert out(capsys, "node", "list") == ["/robot"]
    lines = out(capsys, "node", "info", "/robot")
    assert "    /words: std_msgs/msg/String" in lines
    assert "    /switch: std_srvs/srv/SetBool" in lines


@pytest.mark.usefixtures("robot")
def test_services_are_listed_and_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert "/switch [std_srvs/srv/SetBool]" in out(capsys, "service", "list", "-t")
    lines = out(capsys, "service", "call", "/switch", "std_srvs/srv/SetBool", "{data: true}")
    assert "std_srvs.srv.SetBool_Response(success=True, message='switched')" in lines


@pytest.mark.usefixtures("robot")
def test_parameters_are_listed_read_and_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert "  speed" in out(capsys, "param", "list", "/robot")
    assert out(capsys, "param", "get", "/robot", "speed") == ["Double value is: 0.2"]
    assert out(capsys, "param", "set", "/robot", "speed", "0.1") == ["Set parameter successful"]
    assert out(capsys, "param", "get", "/robot", "speed", "--hide-type") == ["0.1"]


@pytest.mark.usefixtures("robot")
def test_what_nobody_has_heard_of_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["topic", "echo", "/nothing", "--spin-time", "0.1"]) == 1
    assert "topic '/nothing' is not published yet" in capsys.readouterr().err


def test_ctrl_c_cancels_a_goal_that_was_sent(robot: Robot) -> None:
    canceled = threading.Event()

    def on_cancel(goal: ServerGoalHandle) -> CancelResponse:
        canceled.set()
        return CancelResponse.ACCEPT

    # Accepted and never executed: the goal lasts until it is canceled.
    ActionServer(
        robot.node,
        Fibonacci,
        "/count",
        lambda goal: Fibonacci.Result(),
        handle_accepted_callback=lambda goal: None,
        cancel_callback=on_cancel,
    )
    words = ["action", "send_goal", "/count", "example_interfaces/action/Fibonacci", "{order: 5}"]
    with subprocess.Popen(
        [sys.executable, "-m", "ros2cli.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as client:
        assert client.stdout is not None
        assert any("Goal accepted" in line for line in client.stdout)
        client.send_signal(signal.SIGINT)
        _, errors = client.communicate(timeout=10)
    assert (client.returncode, errors) == (130, "")
    assert canceled.wait(5)
