"""Loading nodes into a container, which is a node of the tests here: Jazzy's are made by rclcpp."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from composition_interfaces.srv import LoadNode

import rclpy
from launch import LaunchContext, LaunchDescription
from launch.actions import EmitEvent, GroupAction, TimerAction
from launch.conditions import IfCondition
from launch.events import Shutdown
from launch_ros.actions import ComposableNodeContainer, LoadComposableNodes, PushROSNamespace, SetParameter, SetRemap
from launch_ros.descriptions import ComposableNode
from launch_testing_ros import MessagePump
from rclpy.context import Context
from rclpy.node import Node

Launched = Callable[..., int]


class Container:
    """Records what it is asked for; refuses a plugin named `broken`."""

    def __init__(self, context: Context) -> None:
        self.requests: list[Any] = []
        self._node = Node("container", context=context)
        self._node.create_service(LoadNode, "~/_container/load_node", self._load)
        self._pump = MessagePump(self._node, context=context)
        self._pump.start()

    def _load(self, request: Any, response: Any) -> Any:
        self.requests.append(request)
        response.success = request.plugin_name != "broken"
        response.error_message = "" if response.success else "no such class"
        response.full_node_name = f"{request.node_namespace.rstrip('/')}/{request.node_name}"
        return response

    def close(self) -> None:
        self._pump.stop()
        self._node.destroy_node()


@pytest.fixture
def container(own_router: str) -> Iterator[Container]:
    context = Context()
    rclpy.init(args=[], context=context)
    container = Container(context)
    yield container
    container.close()
    context.try_shutdown()


def load(*nodes: ComposableNode) -> LoadComposableNodes:
    return LoadComposableNodes(target_container="/container", composable_node_descriptions=nodes)


def described(name: str, **kwargs: Any) -> ComposableNode:
    return ComposableNode(**{"package": "robot", "plugin": "robot::Arm", "name": name, **kwargs})


def test_a_container_is_asked_for_what_is_described(launched: Launched, container: Container) -> None:
    arm = described(
        "arm", namespace="left", parameters=[{"rate": 5}], remappings=[("a", "b")], extra_arguments=[{"ipc": True}]
    )
    assert launched(load(arm)) == 0
    (request,) = container.requests
    assert (request.package_name, request.plugin_name) == ("robot", "robot::Arm")
    assert (request.node_name, request.node_namespace) == ("arm", "/left")
    assert request.remap_rules == ["a:=b"]
    assert [(item.name, item.value.integer_value) for item in request.parameters] == [("rate", 5)]
    assert [(item.name, item.value.bool_value) for item in request.extra_arguments] == [("ipc", True)]


def test_a_scope_counts_for_loaded_nodes(launched: Launched, container: Container) -> None:
    scope = (PushROSNamespace("robot1"), SetParameter("rate", 1), SetRemap("/tf", "tf"))
    assert launched(GroupAction([*scope, load(described("arm", parameters=[{"rate": 2}]))])) == 0
    (request,) = container.requests
    assert request.node_namespace == "/robot1"
    assert request.remap_rules == ["/tf:=tf"]
    assert [item.value.integer_value for item in request.parameters] == [1, 2]


def test_nodes_are_loaded_in_order_unless_their_condition_forbids(launched: Launched, container: Container) -> None:
    nodes = [described("a"), described("b", condition=IfCondition("false")), described("c")]
    assert launched(load(*nodes)) == 0
    assert [request.node_name for request in container.requests] == ["a", "c"]


def test_a_refusal_is_told_and_the_next_node_is_loaded(
    launched: Launched, container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    assert launched(load(described("arm", plugin="broken"), described("leg"))) == 0
    out = capfd.readouterr().out
    assert "Failed to load node '/arm' of type 'broken' in container '/container': no such class" in out
    assert "Loaded node '/leg' in container '/container'" in out


def test_a_name_that_is_loaded_twice_is_warned_about(
    launched: Launched, container: Container, capfd: pytest.CaptureFixture[str]
) -> None:
    assert launched(load(described("arm"), described("arm"))) == 0
    assert "there are now at least 2 nodes with the name /arm" in capfd.readouterr().out


@pytest.mark.usefixtures("own_router")
def test_a_container_that_never_comes_does_not_hold_up_the_end(
    launched: Launched, capfd: pytest.CaptureFixture[str]
) -> None:
    end = TimerAction(period=0.5, actions=[EmitEvent(event=Shutdown(reason="enough"))])
    assert launched(load(described("arm")), end) == 0
    assert "Abandoning wait for the '/container/_container/load_node' service, due to" in capfd.readouterr().out
    assert not [thread for thread in threading.enumerate() if thread.name == "launch_ros"]


def test_a_container_action_loads_its_nodes_after_it_is_started(launched: Launched, container: Container) -> None:
    action = ComposableNodeContainer(
        name="container", namespace="/", executable="true", composable_node_descriptions=[described("arm")]
    )
    assert launched(LaunchDescription([action])) == 0
    assert [request.node_name for request in container.requests] == ["arm"]


def test_a_container_is_an_action_or_a_name() -> None:
    with pytest.raises(TypeError, match="target_container"):
        LoadComposableNodes(target_container=5, composable_node_descriptions=[])  # type: ignore[arg-type]


def test_node_name_of_a_container_is_unknown_before_it_runs() -> None:
    action = ComposableNodeContainer(name="container", namespace="/", executable="true")
    with pytest.raises(RuntimeError, match="before executing"):
        LoadComposableNodes(target_container=action, composable_node_descriptions=[described("a")]).visit(
            LaunchContext()
        )
