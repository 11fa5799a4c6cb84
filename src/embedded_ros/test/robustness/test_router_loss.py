"""A router that dies, or is not there yet, ends no node: everything works again once there is one."""

from typing import Any

import pytest
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from std_msgs.msg import Int32, String

from rclpy.action import ActionClient, ActionServer
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile

from .conftest import MakeNode, RouterProcess, wait_until

LATCHED = QoSProfile(depth=3, durability=DurabilityPolicy.TRANSIENT_LOCAL)


class Server:
    """A node with one of each: a publisher, a latched one, a service and an action."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.numbers = node.create_publisher(Int32, "numbers", 10)
        self.words = node.create_publisher(String, "words", LATCHED)
        node.create_service(AddTwoInts, "add", self._add)
        self.action = ActionServer(node, Fibonacci, "fibonacci", self._execute)

    def _add(self, request: Any, response: Any) -> Any:
        response.sum = request.a + request.b
        return response

    def _execute(self, goal: Any) -> Any:
        goal.succeed()
        return Fibonacci.Result(sequence=[0, 1, 1])


class User:
    """The other end of each."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.heard: list[int] = []
        self.read: list[str] = []
        node.create_subscription(Int32, "numbers", lambda msg: self.heard.append(msg.data), 10)
        node.create_subscription(String, "words", lambda msg: self.read.append(msg.data), LATCHED)
        self.adder = node.create_client(AddTwoInts, "add")
        self.action = ActionClient(node, Fibonacci, "fibonacci")

    def sees(self, name: str) -> bool:
        return name in self.node.get_node_names()

    def check_services(self) -> None:
        wait_until(self.adder.service_is_ready)
        call = self.adder.call_async(AddTwoInts.Request(a=2, b=3))
        wait_until(call.done)
        assert call.result().sum == 5
        wait_until(self.action.server_is_ready)
        goal = self.action.send_goal_async(Fibonacci.Goal(order=2))
        wait_until(goal.done)
        result = goal.result().get_result_async()
        wait_until(result.done)
        assert list(result.result().result.sequence) == [0, 1, 1]


def check_topic(server: Server, user: User, number: int) -> None:
    def is_heard() -> bool:
        server.numbers.publish(Int32(data=number))
        return number in user.heard

    wait_until(is_heard)


@pytest.fixture
def server(router: RouterProcess, make_node: MakeNode) -> Server:
    return Server(make_node("server"))


@pytest.fixture
def user(server: Server, make_node: MakeNode) -> User:
    return User(make_node("user"))


def test_nodes_started_before_the_router_meet_when_it_comes(
    router: RouterProcess, server: Server, user: User, spoken: list[str]
) -> None:
    server.words.publish(String(data="early"))
    assert not user.sees("server")
    router.start()
    wait_until(lambda: user.sees("server"))
    check_topic(server, user, 1)
    user.check_services()
    wait_until(lambda: user.read == ["early"])
    assert sum("connected to the Zenoh router" in line for line in spoken) == 2


def test_a_killed_router_is_survived_and_its_successor_joins_all_again(
    router: RouterProcess, make_node: MakeNode, spoken: list[str]
) -> None:
    router.start()
    server, user = Server(make_node("server")), User(make_node("user"))
    server.words.publish(String(data="one"))
    wait_until(lambda: user.read == ["one"])
    router.kill()
    wait_until(lambda: not user.sees("server"))
    server.numbers.publish(Int32(data=0))
    server.words.publish(String(data="two"))
    router.start()
    wait_until(lambda: user.sees("server"))
    check_topic(server, user, 1)
    user.check_services()
    wait_until(lambda: "two" in user.read)
    assert user.read == ["one", "two"]
    late = User(make_node("late"))
    wait_until(lambda: len(late.read) == 2)
    assert late.read == ["one", "two"]
    assert sum("lost the Zenoh router" in line for line in spoken) == 2
