"""Events of publishers and subscriptions."""

from typing import Any

import pytest
from std_msgs.msg import Int32, String

from rclpy.duration import Duration
from rclpy.event_handler import (
    EventHandler,
    PublisherEventCallbacks,
    QoSPublisherEventType,
    QoSSubscriptionEventType,
    SubscriptionEventCallbacks,
    UnsupportedEventTypeError,
)
from rclpy.node import Node
from rclpy.qos import QoSPolicyKind, QoSProfile

from .conftest import Spin

_PERIOD = Duration(nanoseconds=50_000_000)


def listen(node: Node, events: SubscriptionEventCallbacks, qos: QoSProfile | int = 10) -> Any:
    return node.create_subscription(String, "chatter", lambda _: None, qos, event_callbacks=events)


def test_matched_events_tell_who_came_and_went(node: Node, spin: Spin) -> None:
    events: list[Any] = []
    node.create_publisher(String, "chatter", 10, event_callbacks=PublisherEventCallbacks(matched=events.append))
    subscription = node.create_subscription(String, "chatter", lambda _: None, 10)
    spin(lambda: len(events) == 1)
    node.destroy_subscription(subscription)
    spin(lambda: len(events) == 2)
    assert [(event.total_count, event.current_count, event.current_count_change) for event in events] == [
        (1, 1, 1),
        (1, 0, -1),
    ]


def test_a_join_that_is_heard_after_its_leave_counts_no_more(node: Node, spin: Spin) -> None:
    events: list[Any] = []
    subscription = listen(node, SubscriptionEventCallbacks(matched=events.append))
    publisher = node.create_publisher(String, "chatter", 10)
    spin(lambda: len(events) == 1)
    node.destroy_publisher(publisher)
    spin(lambda: len(events) == 2)
    subscription.event_handlers[0]._source._on_graph(publisher.handle.entity, True)
    node.create_publisher(String, "chatter", 10)
    spin(lambda: len(events) == 3)
    assert [event.current_count for event in events] == [1, 0, 1]


def test_lost_messages_are_told(node: Node, spin: Spin) -> None:
    events: list[Any] = []
    received: list[String] = []
    callbacks = SubscriptionEventCallbacks(message_lost=events.append)
    node.create_subscription(String, "chatter", received.append, 10, event_callbacks=callbacks)
    publisher = node.create_publisher(String, "chatter", 10)
    publisher.publish(String())
    publisher.handle._wire._sequence += 3
    publisher.publish(String())
    spin(lambda: events and len(received) == 2)
    assert (events[0].total_count, events[0].total_count_change) == (3, 3)


def test_liveliness_follows_the_publishers(node: Node, spin: Spin) -> None:
    events: list[Any] = []
    listen(node, SubscriptionEventCallbacks(liveliness=events.append))
    publisher = node.create_publisher(String, "chatter", 10)
    spin(lambda: len(events) == 1)
    node.destroy_publisher(publisher)
    spin(lambda: len(events) == 2)
    assert [(event.alive_count, event.alive_count_change, event.not_alive_count) for event in events] == [
        (1, 1, 0),
        (0, -1, 0),
    ]


def test_both_ends_hear_of_missed_deadlines_after_the_first_message(node: Node, spin: Spin) -> None:
    missed: list[Any] = []
    failed: list[Any] = []
    qos = QoSProfile(depth=10, deadline=_PERIOD)
    listen(node, SubscriptionEventCallbacks(deadline=missed.append), qos)
    callbacks = PublisherEventCallbacks(deadline=failed.append)
    publisher = node.create_publisher(String, "chatter", qos, event_callbacks=callbacks)
    handlers = [*publisher.event_handlers, *next(node.subscriptions).event_handlers]
    assert [handler._wait_ns() for handler in handlers] == [None, None]
    publisher.publish(String())
    spin(lambda: len(missed) >= 2 and len(failed) >= 2)
    for events in (missed, failed):
        assert events[0].total_count >= 1
        assert events[1].total_count == events[0].total_count + events[1].total_count_change


def test_endpoints_of_another_type_are_told(node: Node, spin: Spin) -> None:
    events: list[Any] = []
    listen(node, SubscriptionEventCallbacks(incompatible_type=events.append))
    node.create_publisher(Int32, "chatter", 10)
    spin(lambda: events)
    assert (events[0].total_count, events[0].total_count_change) == (1, 1)


def test_what_zenoh_cannot_tell_is_accepted_and_not_waited_for(node: Node) -> None:
    callbacks = PublisherEventCallbacks(incompatible_qos=lambda _: None, liveliness=lambda _: None)
    publisher = node.create_publisher(String, "chatter", 10, event_callbacks=callbacks)
    assert len(publisher.event_handlers) == 2
    assert not set(publisher.event_handlers) & set(node.waitables)
    kinds = {handler.event_type: handler._source.take_event() for handler in publisher.event_handlers}
    incompatible = kinds[QoSPublisherEventType.RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS]
    assert (incompatible.total_count, incompatible.last_policy_kind) == (0, QoSPolicyKind.INVALID)


def test_events_of_the_other_kind_of_endpoint_are_refused(node: Node) -> None:
    publisher = node.create_publisher(String, "chatter", 10)
    with pytest.raises(UnsupportedEventTypeError, match=r"a publisher has no event.*MESSAGE_LOST"):
        EventHandler(
            callback_group=node.default_callback_group,
            callback=lambda _: None,
            event_type=QoSSubscriptionEventType.RCL_SUBSCRIPTION_MESSAGE_LOST,
            parent_impl=publisher.handle,
        )
