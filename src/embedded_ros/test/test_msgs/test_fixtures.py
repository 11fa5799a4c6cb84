"""Values for the messages and services of test_msgs."""

import pytest

from embedded_ros.rosidl.lookup import interface_names
from rclpy.serialization import deserialize_message, serialize_message
from test_msgs.message_fixtures import get_test_msg
from test_msgs.service_fixtures import get_test_srv


@pytest.mark.parametrize("name", interface_names("test_msgs", "msg"))
def test_every_message_comes_back_as_it_was_sent(name: str) -> None:
    for message in get_test_msg(name):
        assert deserialize_message(serialize_message(message), type(message)) == message


def test_messages_have_their_smallest_and_largest_values() -> None:
    default, smallest, largest = get_test_msg("BasicTypes")
    assert (default.int8_value, smallest.int8_value, largest.int8_value) == (0, -128, 127)
    assert [len(message.bool_values) for message in get_test_msg("BoundedSequences")] == [0, 0, 3]


def test_requests_come_with_responses() -> None:
    pairs = get_test_srv("BasicTypes")
    assert [(type(request).__name__, type(response).__name__) for request, response in pairs] == [
        ("BasicTypes_Request", "BasicTypes_Response")
    ] * 3


def test_an_unknown_message_is_named() -> None:
    with pytest.raises(AttributeError, match=r"'test_msgs\.msg' has no attribute 'Nonsense'"):
        get_test_msg("Nonsense")
