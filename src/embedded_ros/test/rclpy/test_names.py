from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rclpy.context import Context
from rclpy.exceptions import InvalidNamespaceException, InvalidNodeNameException, InvalidTopicNameException
from rclpy.expand_topic_name import expand_topic_name
from rclpy.impl.arguments import parse_arguments
from rclpy.impl.errors import RCLInvalidROSArgsError, UnknownROSArgsError
from rclpy.node import Node
from rclpy.topic_or_service_is_hidden import topic_or_service_is_hidden
from rclpy.utilities import remove_ros_args
from rclpy.validate_topic_name import validate_topic_name


@contextmanager
def started(args: list[str]) -> Iterator[Context]:
    """A context of a process with these ROS arguments."""
    context = Context()
    context.init(["program", "--ros-args", *args], domain_id=77)
    yield context
    context.shutdown()


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("chatter", "/ns/chatter"),
        ("/chatter", "/chatter"),
        ("~/chatter", "/ns/talker/chatter"),
        ("~", "/ns/talker"),
        ("{node}/x", "/ns/talker/x"),
        ("/{ns}/x", "/ns/x"),
    ],
)
def test_relative_names_become_absolute(name: str, full: str) -> None:
    assert expand_topic_name(name, "talker", "/ns") == full


@pytest.mark.parametrize(
    ("name", "index"),
    [("", 0), ("a?", 1), ("a//b", 2), ("a/", 1), ("1a", 0), ("a/1b", 2), ("a~", 1), ("~a", 1), ("{a", 0), ("a b", 1)],
)
def test_invalid_topic_names_show_where(name: str, index: int) -> None:
    with pytest.raises(InvalidTopicNameException) as caught:
        validate_topic_name(name)
    assert str(caught.value).endswith("   " + " " * index + "^")


def test_hidden_names() -> None:
    assert topic_or_service_is_hidden("/fibonacci/_action/status")
    assert not topic_or_service_is_hidden("/fibonacci/action_status")


def test_remap_rules_apply_to_topics_and_services(own_router: str) -> None:
    rules = ["-r", "chatter:=/talk", "-r", "rostopic://only:=topic", "-r", "tester:~/mine:=yours", "-r", "b:c:=d"]
    with started(rules) as context:
        node = Node("tester", context=context, namespace="ns")
        assert node.resolve_topic_name("chatter") == "/talk"
        assert node.resolve_service_name("/ns/chatter") == "/talk"
        assert node.resolve_topic_name("/chatter") == "/chatter"
        assert (node.resolve_topic_name("only"), node.resolve_service_name("only")) == ("/ns/topic", "/ns/only")
        assert node.resolve_topic_name("~/mine") == "/ns/yours"
        assert node.resolve_topic_name("c") == "/ns/c"
        assert node.resolve_topic_name("chatter", only_expand=True) == "/ns/chatter"
        node.destroy_node()


def test_node_name_and_namespace_can_be_remapped(own_router: str) -> None:
    with started(["-r", "old:__node:=new", "-r", "__ns:=/robot1"]) as context:
        node, other = Node("old", context=context), Node("plain", context=context, use_global_arguments=False)
        assert node.get_fully_qualified_name() == "/robot1/new"
        assert node.get_logger().name == "robot1.new"
        assert other.get_fully_qualified_name() == "/plain"
        for each in (node, other):
            each.destroy_node()


def test_a_nodes_own_arguments_win(own_router: str) -> None:
    with started(["-r", "chatter:=process", "-p", "x:=1"]) as context:
        node = Node("tester", context=context, cli_args=["--ros-args", "-r", "chatter:=own", "-p", "x:=2"])
        assert node.resolve_topic_name("chatter") == "/own"
        assert node.declare_parameter("x", 0).value == 2
        node.destroy_node()


@pytest.mark.parametrize("name", ["", "a b", "1a", "a/b", "a-b"])
def test_invalid_node_names_are_refused(context: Context, name: str) -> None:
    with pytest.raises(InvalidNodeNameException):
        Node(name, context=context)


def test_invalid_namespaces_are_refused(context: Context) -> None:
    with pytest.raises(InvalidNamespaceException):
        Node("tester", context=context, namespace="a?b")


def test_other_arguments_are_left_alone() -> None:
    args = ["prog", "--user", "1", "--ros-args", "-r", "a:=b", "--", "tail"]
    assert remove_ros_args(args) == ["prog", "--user", "1", "tail"]


def test_unknown_ros_arguments_are_named(own_router: str) -> None:
    with pytest.raises(UnknownROSArgsError, match="--wrong"):
        Context().init(["program", "--ros-args", "--wrong"])


@pytest.mark.parametrize(
    "args", [["-r"], ["-r", "a"], ["-p", "x"], ["-p", "n::=1"], ["-r", "a?:=b"], ["--log-level", "loud"]]
)
def test_malformed_ros_arguments_are_named(args: list[str]) -> None:
    with pytest.raises(RCLInvalidROSArgsError, match=args[-1].replace("?", r"\?")):
        parse_arguments(["--ros-args", *args])
