"""Verbs that ask the graph, each beside a node that has something to tell."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from std_msgs.msg import String

import rclpy
from rclpy.context import Context
from ros2cli import cli

from .conftest import Robot

Run = Callable[..., list[str]]

pytestmark = pytest.mark.usefixtures("robot")


def test_topics_are_listed(ros2: Run) -> None:
    assert "/words" in ros2("topic", "list")
    assert "/words [std_msgs/msg/String]" in ros2("topic", "list", "-t")
    assert int(ros2("topic", "list", "-c")[0]) == len(ros2("topic", "list"))
    assert not any("_action" in name for name in ros2("topic", "list"))
    assert "/count/_action/status" in ros2("topic", "list", "--include-hidden-topics")
    assert "/count/_action/status" in ros2("topic", "--include-hidden-topics", "list")


def test_topics_are_listed_with_their_numbers_of_endpoints(ros2: Run) -> None:
    lines = ros2("topic", "list", "-v")
    assert lines[0] == "Published topics:"
    assert " * /words [std_msgs/msg/String] 1 publisher" in lines
    # The command's own node has one, too.
    assert " * /rosout [rcl_interfaces/msg/Log] 2 publishers" in lines
    assert lines[lines.index("Subscribed topics:") - 1] == ""


def test_topics_are_found_by_their_type(ros2: Run) -> None:
    assert ros2("topic", "find", "std_msgs/msg/String") == ["/words"]
    assert ros2("topic", "find", "std_msgs/msg/String", "-c") == ["1"]
    assert ros2("topic", "type", "/words") == ["std_msgs/msg/String"]
    assert ros2("topic", "type", "/count/_action/status", "--spin-time", "0", code=1) == []


def test_topic_info_counts_endpoints(ros2: Run) -> None:
    assert ros2("topic", "info", "/words") == [
        "Type: std_msgs/msg/String",
        "Publisher count: 1",
        "Subscription count: 0",
    ]
    lines = ros2("topic", "info", "-v", "/words")
    assert lines[:4] == ["Type: std_msgs/msg/String", "", "Publisher count: 1", ""]
    assert {"Node name: robot", "Endpoint type: PUBLISHER", "  Durability: TRANSIENT_LOCAL"} <= set(lines)


def test_nodes_are_listed(ros2: Run) -> None:
    assert ros2("node", "list") == ["/robot"]
    assert ros2("node", "list", "-c") == ["1"]
    assert ros2("node", "list", "--all")[0].startswith("/_ros2cli_")


def test_two_nodes_of_one_name_are_a_warning(ros2: Run, capsys: pytest.CaptureFixture[str]) -> None:
    context = Context()
    rclpy.init(context=context)
    rclpy.create_node("robot", context=context)
    try:
        assert cli.main(argv=["node", "list"]) is None
        told = capsys.readouterr()
        assert told.out == "/robot\n/robot\n"
        assert "share an exact name" in told.err
        cli.main(argv=["node", "info", "/robot"])
        assert 'There are 2 nodes in the graph with the exact name "/robot"' in capsys.readouterr().err
    finally:
        rclpy.shutdown(context=context)


def test_a_node_is_described(ros2: Run) -> None:
    lines = ros2("node", "info", "/robot")
    titles = ["Subscribers", "Publishers", "Service Servers", "Service Clients", "Action Servers", "Action Clients"]
    assert lines[0] == "/robot"
    assert [line.strip(" :") for line in lines if re.fullmatch(r"  \S.*:", line)] == titles
    assert "    /words: std_msgs/msg/String" in lines
    assert "    /switch: std_srvs/srv/SetBool" in lines
    assert "    /count: example_interfaces/action/Fibonacci" in lines
    assert not any("_action" in line for line in lines)
    hidden = ros2("node", "info", "/robot", "--include-hidden")
    assert "    /count/_action/feedback: example_interfaces/action/Fibonacci_FeedbackMessage" in hidden


def test_services_are_listed_and_found(ros2: Run) -> None:
    assert "/switch [std_srvs/srv/SetBool]" in ros2("service", "list", "-t")
    assert int(ros2("service", "list", "-c")[0]) == len(ros2("service", "list"))
    assert ros2("service", "find", "std_srvs/srv/SetBool") == ["/switch"]
    assert ros2("service", "type", "/switch") == ["std_srvs/srv/SetBool"]
    lines = ros2("service", "info", "/switch")
    assert lines == ["Type: std_srvs/srv/SetBool", "Clients count: 0", "Services count: 1"]


def test_a_service_is_called(ros2: Run) -> None:
    assert ros2("service", "call", "/switch", "std_srvs/srv/SetBool", "{data: true}") == [
        "requester: making request: std_srvs.srv.SetBool_Request(data=True)",
        "",
        "response:",
        "std_srvs.srv.SetBool_Response(success=True, message='switched')",
        "",
    ]


def test_actions_are_listed_and_found(ros2: Run) -> None:
    assert ros2("action", "list") == ["/count"]
    assert ros2("action", "list", "-t") == ["/count [example_interfaces/action/Fibonacci]"]
    assert ros2("action", "list", "-c") == ["1"]
    assert ros2("action", "find", "example_interfaces/action/Fibonacci") == ["/count"]
    assert ros2("action", "type", "/count") == ["example_interfaces/action/Fibonacci"]
    assert ros2("action", "info", "-t", "/count") == [
        "Action: /count",
        "Action clients: 0",
        "Action servers: 1",
        "    /robot [example_interfaces/action/Fibonacci]",
    ]
    assert ros2("action", "info", "-c", "/nothing")[1:] == ["Action clients: 0", "Action servers: 0"]


def test_a_goal_is_sent(ros2: Run) -> None:
    lines = ros2("action", "send_goal", "/count", "example_interfaces/action/Fibonacci", "{order: 1}")
    assert re.fullmatch("Goal accepted with ID: [0-9a-f]{32}", lines.pop(4))
    assert lines == [
        "Waiting for an action server to become available...",
        "Sending goal:",
        "     order: 1",
        "",
        "",
        "Result:",
        "    sequence:",
        "- 0",
        "- 1",
        "",
        "Goal finished with status: SUCCEEDED",
    ]


def test_feedback_is_shown_on_request(ros2: Run) -> None:
    lines = ros2("action", "send_goal", "-f", "/count", "example_interfaces/action/Fibonacci", "{order: 1}")
    start = lines.index("Feedback:")  # it may arrive before the acceptance
    assert lines[start : start + 4] == ["Feedback:", "    sequence:", "- 0", ""]


def test_a_goal_that_fails_is_exit_code_1(ros2: Run) -> None:
    lines = ros2("action", "send_goal", "/count", "example_interfaces/action/Fibonacci", "{order: -1}", code=1)
    assert lines[-1] == "Goal finished with status: ABORTED"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["topic", "info", "/nothing"], "Unknown topic '/nothing'"),
        (["topic", "echo", "/nothing"], "Could not determine the type for the passed topic"),
        (["service", "info", "/nothing"], "Unknown service '/nothing'"),
        (["service", "echo", "/nothing"], "Cannot find type for '/nothing'"),
        (["service", "type", "/nothing"], 1),
        (["action", "type", "/nothing"], 1),
        (["node", "info", "/nothing"], "Unable to find node '/nothing'"),
        (["param", "list", "/nothing"], "Node not found"),
        (["param", "get", "/nothing", "x", "--timeout", "0"], "Node not found"),
        (["lifecycle", "get", "/robot"], "Node not found"),
    ],
    ids=lambda words: " ".join(words[:2]) if isinstance(words, list) else None,
)
def test_what_nobody_has_heard_of_is_refused(ros2: Run, words: list[str], text: str | int) -> None:
    ros2(*words, code=text)


@pytest.mark.parametrize(
    "words",
    [
        ["topic", "echo", "/a b"],
        ["topic", "echo", "/a b", "std_msgs/msg/String"],
        ["topic", "pub", "/a b", "std_msgs/msg/String"],
        ["topic", "pub", "/a", "std_msgs/msg/String", "--node-name", "a b"],
        ["service", "call", "/a b", "std_srvs/srv/SetBool"],
        ["action", "info", "/a b"],
        ["action", "send_goal", "/a b", "example_interfaces/action/Fibonacci"],
    ],
    ids=" ".join,
)
def test_an_invalid_name_is_refused(words: list[str]) -> None:
    assert re.search("(topic|service|node) name.*must not contain", str(cli.main(argv=words)))


def test_a_zenoh_configuration_that_cannot_be_read_is_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENOH_SESSION_CONFIG_URI", "/no/such/file.json5")
    assert "/no/such/file.json5" in str(cli.main(argv=["node", "list"]))


class TestParameters:
    def test_are_listed(self, ros2: Run) -> None:
        lines = ros2("param", "list", "/robot")
        assert {"  speed", "  arm.joints"} <= set(lines)
        assert ros2("param", "list")[0] == "/robot:"
        assert ros2("param", "list", "/robot", "--filter", "sp.*", "--param-type") == ["  speed (type: double)"]
        assert ros2("param", "list", "robot", "--param-prefixes", "arm") == ["  arm.joints"]

    def test_are_read_and_written(self, ros2: Run) -> None:
        assert ros2("param", "get", "/robot", "speed") == ["Double value is: 0.2"]
        assert ros2("param", "set", "/robot", "speed", "0.1") == ["Set parameter successful"]
        assert ros2("param", "get", "robot", "speed", "--hide-type") == ["0.1"]
        assert ros2("param", "get", "/robot", "arm.joints") == ["Integer values are: [1, 2]"]
        assert ros2("param", "get", "/robot", "nothing", code="Parameter not set") == []

    def test_that_are_refused_say_why(self) -> None:
        assert str(cli.main(argv=["param", "set", "/robot", "speed", "7.0"])).startswith("Setting parameter failed: ")
        assert str(cli.main(argv=["param", "delete", "/robot", "speed"])).startswith("Deleting parameter failed")

    def test_are_described(self, ros2: Run) -> None:
        assert ros2("param", "describe", "/robot", "speed") == [
            "Parameter name: speed",
            "  Type: double",
            "  Description: how fast",
            "  Constraints:",
            "    Min value: 0.0",
            "    Max value: 1.0",
        ]

    def test_are_dumped_and_loaded(self, ros2: Run, tmp_path: Path) -> None:
        dumped = yaml.safe_load("\n".join(ros2("param", "dump", "/robot")))
        values = dumped["/robot"]["ros__parameters"]
        assert (values["speed"], values["arm"]) == (0.2, {"joints": [1, 2]})
        values.clear()
        values.update({"speed": 0.5, "arm": {"joints": [3]}})
        (tmp_path / "robot.yaml").write_text(yaml.dump(dumped))
        lines = ros2("param", "load", "/robot", str(tmp_path / "robot.yaml"))
        assert lines == ["Set parameter arm.joints successful", "Set parameter speed successful"]
        assert ros2("param", "get", "/robot", "arm.joints", "--hide-type") == ["[3]"]

    def test_that_cannot_be_loaded_say_why(self, ros2: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "robot.yaml").write_text("/robot: {ros__parameters: {speed: 7.0}}")
        cli.main(argv=["param", "load", "/robot", str(tmp_path / "robot.yaml")])
        assert capsys.readouterr().err.startswith("Set parameter speed failed: ")
        text = "Parameter file '/no/such/file' cannot be read: No such file or directory"
        assert ros2("param", "load", "/robot", "/no/such/file", code=text) == []


class TestEcho:
    ONCE = ("topic", "echo", "/words", "--once", "--timeout", "30")

    @pytest.mark.parametrize(
        ("options", "lines"),
        [
            ([], ["data: hello", "---"]),
            (["--flow-style"], ["{data: hello}", "---"]),
            (["--csv"], ["hello"]),
            (["--field", "data"], ["hello", "---"]),
            (["--truncate-length", "2"], ["data: he...", "---"]),
            (["--no-str"], ["data: '<string length: <5>>'", "---"]),
            (["--raw"], [r"b'\x00\x01\x00\x00\x06\x00\x00\x00hello\x00'", "---"]),
            (["--filter", "m.data == 'hello'"], ["data: hello", "---"]),
            (["--qos-durability", "transient_local", "--qos-reliability", "reliable"], ["data: hello", "---"]),
        ],
        ids=lambda options: " ".join(options[:1]) if isinstance(options, list) else None,
    )
    def test_hears_what_was_said_before(self, ros2: Run, options: list[str], lines: list[str]) -> None:
        assert ros2(*self.ONCE, *options) == lines

    def test_shows_where_a_message_comes_from(self, ros2: Run) -> None:
        lines = ros2(*self.ONCE, "--include-message-info")
        names = ["publication_sequence_number", "received_timestamp", "reception_sequence_number", "source_timestamp"]
        assert [line.split(":")[0] for line in lines[:4]] == names
        assert lines[4:] == ["---", "data: hello", "---"]

    def test_refuses_a_field_that_is_not_there(self, ros2: Run) -> None:
        text = "Invalid field 'data.x': 'str' object has no attribute 'x'"
        assert ros2(*self.ONCE, "--field", "data.x", code=text) == []

    def test_ends_after_its_time(self, ros2: Run) -> None:
        assert ros2("topic", "echo", "/nothing", "std_msgs/msg/String", "--timeout", "0.1") == []


class TestPub:
    def test_reaches_a_subscription(self, robot: Robot, ros2: Run) -> None:
        heard: list[str] = []
        is_complete = threading.Event()

        def on_order(message: Any) -> None:
            heard.append(message.data)
            if len(heard) == 2:
                is_complete.set()

        robot.node.create_subscription(String, "/orders", on_order, 10)
        lines = ros2("topic", "pub", "-t", "2", "-r", "50", "-p", "2", "/orders", "std_msgs/msg/String", "data: go")
        assert [line for line in lines if not line.startswith("Waiting for")] == [
            "publisher: beginning loop",
            "publishing #2: std_msgs.msg.String(data='go')",
            "",
        ]
        assert is_complete.wait(20.0)
        assert heard == ["go", "go"]

    def test_takes_the_time_of_publishing(self, ros2: Run) -> None:
        words = ("topic", "pub", "--once", "-w", "0", "/poses", "geometry_msgs/msg/PointStamped", "header: auto")
        text = "".join(ros2(*words))
        assert "stamp=builtin_interfaces.msg.Time(sec=" in text
        assert "sec=0" not in text

    def test_waits_for_subscriptions_no_longer_than_asked(self, ros2: Run) -> None:
        words = ("topic", "pub", "-w", "2", "--max-wait-time-secs", "0.1", "/orders", "std_msgs/msg/String")
        text = "Timed out waiting for subscribers: Expected 2 subcribers but only got 0 subscribers"
        assert ros2(*words, code=text)[0] == "Waiting for at least 2 matching subscription(s)..."

    def test_refuses_values_that_do_not_fit(self) -> None:
        words = ["topic", "pub", "-w", "0", "/orders", "std_msgs/msg/Int8", "data: 300"]
        assert str(cli.main(argv=words)).startswith("Failed to populate field: ")
