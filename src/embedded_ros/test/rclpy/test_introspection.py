"""What nodes tell about themselves: the calls of their services, and the types that they use."""

from typing import Any

import pytest
from example_interfaces.srv import AddTwoInts
from service_msgs.msg import ServiceEventInfo
from std_msgs.msg import Header
from type_description_interfaces.srv import GetTypeDescription

from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import qos_profile_system_default
from rclpy.service_introspection import ServiceIntrospectionState

from .conftest import Spin

_KINDS = ("REQUEST_SENT", "REQUEST_RECEIVED", "RESPONSE_SENT", "RESPONSE_RECEIVED")


def add(request: Any, response: Any) -> Any:
    response.sum = request.a + request.b
    return response


@pytest.mark.parametrize("state", [ServiceIntrospectionState.METADATA, ServiceIntrospectionState.CONTENTS])
def test_each_step_of_a_call_is_published(node: Node, spin: Spin, state: ServiceIntrospectionState) -> None:
    service = node.create_service(AddTwoInts, "add", add)
    client = node.create_client(AddTwoInts, "add")
    events: dict[int, Any] = {}
    node.create_subscription(
        AddTwoInts.Event, "add/_service_event", lambda event: events.update({event.info.event_type: event}), 10
    )
    for end in (service, client):
        end.configure_introspection(node.get_clock(), qos_profile_system_default, state)
    client.call_async(AddTwoInts.Request(a=1, b=2))
    spin(lambda: len(events) == 4)
    sent, received, answered, got = (events[getattr(ServiceEventInfo, kind)] for kind in _KINDS)
    assert {(bytes(event.info.client_gid), event.info.sequence_number) for event in events.values()} == {
        (client.handle.entity.gid, 1)
    }
    has_contents = state is ServiceIntrospectionState.CONTENTS
    assert [[request.b for request in event.request] for event in (sent, received)] == [[2] * has_contents] * 2
    assert [[response.sum for response in event.response] for event in (answered, got)] == [[3] * has_contents] * 2


def test_introspection_can_be_switched_off_and_ends_with_its_service(node: Node) -> None:
    service = node.create_service(AddTwoInts, "add", add)
    on, off = ServiceIntrospectionState.METADATA, ServiceIntrospectionState.OFF
    for state, count in ((on, 1), (off, 0), (on, 1)):
        service.configure_introspection(node.get_clock(), qos_profile_system_default, state)
        assert node.count_publishers("add/_service_event") == count
    node.destroy_service(service)
    assert node.count_publishers("add/_service_event") == 0


def describe(node: Node, executor: SingleThreadedExecutor, **request: Any) -> Any:
    client = node.create_client(GetTypeDescription, "/tester/get_type_description")
    assert client.wait_for_service(timeout_sec=20)
    future = client.call_async(GetTypeDescription.Request(**request))
    executor.spin_until_future_complete(future, timeout_sec=20)
    return future.result()


def test_a_node_describes_the_types_that_it_uses(node: Node, executor: SingleThreadedExecutor) -> None:
    node.create_publisher(Header, "header", 10)
    type_hash = str(node.get_publishers_info_by_topic("header")[0].topic_type_hash)
    answer = describe(node, executor, type_name="std_msgs/msg/Header", type_hash=type_hash)
    assert answer.successful, answer.failure_reason
    described = answer.type_description
    assert described.type_description.type_name == "std_msgs/msg/Header"
    assert [(field.name, field.type.type_id) for field in described.type_description.fields] == [
        ("stamp", 1),
        ("frame_id", 17),
    ]
    assert [item.type_name for item in described.referenced_type_descriptions] == ["builtin_interfaces/msg/Time"]
    assert [(source.type_name, source.encoding) for source in answer.type_sources] == [
        ("std_msgs/msg/Header", "msg"),
        ("builtin_interfaces/msg/Time", "msg"),
    ]
    assert "frame_id" in answer.type_sources[0].raw_file_contents


def test_parts_of_a_service_have_no_file_of_their_own(node: Node, executor: SingleThreadedExecutor) -> None:
    service = node.create_service(AddTwoInts, "add", add)
    answer = describe(node, executor, type_hash=service.handle.entity.type_hash)
    sources = {source.type_name: source for source in answer.type_sources}
    assert sources["example_interfaces/srv/AddTwoInts"].encoding == "srv"
    part = sources["example_interfaces/srv/AddTwoInts_Request"]
    assert (part.encoding, part.raw_file_contents) == ("implicit", "")


def test_sources_come_only_where_they_are_asked_for(node: Node, executor: SingleThreadedExecutor) -> None:
    service = node.create_service(AddTwoInts, "add", add)
    answer = describe(node, executor, type_hash=service.handle.entity.type_hash, include_type_sources=False)
    assert (answer.successful, answer.type_sources) == (True, [])


def test_a_type_that_the_node_does_not_use_is_refused(node: Node, executor: SingleThreadedExecutor) -> None:
    answer = describe(node, executor, type_hash="RIHS01_00")
    assert not answer.successful
    assert "uses no type with the hash 'RIHS01_00'" in answer.failure_reason


def test_the_type_description_service_can_be_switched_off(context: Context) -> None:
    switch = Parameter("start_type_description_service", value=False)
    node = Node("mute", context=context, parameter_overrides=[switch])
    assert node.count_services("/mute/get_type_description") == 0
    node.destroy_node()
