from typing import Any

import pytest
from std_msgs.msg import String
from std_srvs.srv import Trigger

from rclpy.context import Context
from rclpy.impl.errors import NodeNameNonExistentError
from rclpy.impl.graph_wait import wait_for_graph
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy

CHATTER = ("/chatter", ["std_msgs/msg/String"])


@pytest.fixture
def other(own_router: str) -> Any:
    """A node of another process, as far as the wire is concerned."""
    context = Context()
    context.init([], domain_id=77)
    node = Node("other", context=context, namespace="/far")
    yield node
    node.destroy_node()
    context.shutdown()


def test_nodes_see_each_other(context: Context, node: Node, other: Node) -> None:
    assert node.wait_for_node("/far/other", timeout=20)
    assert sorted(node.get_node_names_and_namespaces()) == [("other", "/far"), ("tester", "/")]
    assert set(node.get_fully_qualified_node_names()) == {"/tester", "/far/other"}
    assert ("other", "/far", "/") in node.get_node_names_and_namespaces_with_enclaves()
    other.destroy_node()
    assert wait_for_graph(context, lambda: node.get_node_names() == ["tester"], 20)


def test_endpoints_are_counted_and_described(context: Context, node: Node, other: Node) -> None:
    qos = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
    publisher = other.create_publisher(String, "/chatter", qos)
    node.create_subscription(String, "chatter", lambda _: None, 10)
    assert wait_for_graph(context, lambda: node.count_publishers("chatter") == 1, 20)
    assert (node.count_subscribers("chatter"), node.count_services("chatter")) == (1, 0)
    info = node.get_publishers_info_by_topic("chatter")[0]
    assert (info.node_name, info.node_namespace, info.topic_type) == ("other", "/far", "std_msgs/msg/String")
    assert (info.qos_profile.reliability, info.qos_profile.depth) == (ReliabilityPolicy.BEST_EFFORT, 5)
    assert bytes(info.endpoint_gid) == publisher.handle.entity.gid
    assert str(info.topic_type_hash).startswith("RIHS01_df668c74")
    assert CHATTER in node.get_topic_names_and_types()
    other.destroy_publisher(publisher)
    assert wait_for_graph(context, lambda: node.count_publishers("chatter") == 0, 20)


def test_names_by_node(node: Node) -> None:
    node.create_publisher(String, "chatter", 10)
    node.create_client(Trigger, "go")
    assert CHATTER in node.get_publisher_names_and_types_by_node("tester", "/")
    assert node.get_client_names_and_types_by_node("tester", "/") == [("/go", ["std_srvs/srv/Trigger"])]
    assert ("/tester/get_parameters", ["rcl_interfaces/srv/GetParameters"]) in (
        node.get_service_names_and_types_by_node("tester", "/")
    )
    assert CHATTER not in node.get_subscriber_names_and_types_by_node("tester", "/")
    with pytest.raises(NodeNameNonExistentError, match="/nobody"):
        node.get_publisher_names_and_types_by_node("nobody", "/")


def test_a_destroyed_node_leaves_nothing(context: Context, node: Node) -> None:
    gone = Node("gone", context=context)
    gone.create_publisher(String, "chatter", 10)
    gone.create_service(Trigger, "go", lambda request, response: response)
    graph = node.handle.context.session.graph
    assert any(entity.node_name == "gone" for entity in graph.entities())
    gone.destroy_node()
    assert not any(entity.node_name == "gone" for entity in graph.entities())
