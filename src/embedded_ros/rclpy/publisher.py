"""Publishers."""

from __future__ import annotations

from typing import Any, TypeVar

from rclpy.callback_groups import CallbackGroup
from rclpy.duration import Duration
from rclpy.event_handler import EventHandler, PublisherEventCallbacks
from rclpy.impl.endpoints import PublisherHandle
from rclpy.qos import QoSProfile

MsgType = TypeVar("MsgType")

_NO_LIMIT = Duration(seconds=-1)


class Publisher:
    """Made by `Node.create_publisher`."""

    def __init__(
        self,
        publisher_impl: PublisherHandle,
        msg_type: type[Any],
        topic: str,
        qos_profile: QoSProfile,
        event_callbacks: PublisherEventCallbacks,
        callback_group: CallbackGroup,
    ) -> None:
        self.__publisher = publisher_impl
        self.msg_type = msg_type
        self.topic = topic
        self.qos_profile = qos_profile
        self.event_handlers: list[EventHandler] = event_callbacks.create_event_handlers(
            callback_group, publisher_impl, topic
        )

    def publish(self, msg: Any) -> None:
        """Send a message, or the bytes of a serialized one. Raises TypeError for another type."""
        if isinstance(msg, self.msg_type):
            self.__publisher.publish(msg)
        elif isinstance(msg, bytes):
            self.__publisher.publish_raw(msg)
        else:
            raise TypeError(f"Expected {self.msg_type}, got {type(msg)}")

    def get_subscription_count(self) -> int:
        with self.handle:
            return self.__publisher.get_subscription_count()

    @property
    def topic_name(self) -> str:
        """The resolved name."""
        with self.handle:
            return self.__publisher.get_topic_name()

    @property
    def handle(self) -> PublisherHandle:
        return self.__publisher

    def destroy(self) -> None:
        for handler in self.event_handlers:
            handler.destroy()
        self.__publisher.destroy_when_not_in_use()

    def assert_liveliness(self) -> None:
        """Nothing to do: the session's lease tells who is alive."""
        with self.handle:
            return

    def wait_for_all_acked(self, timeout: Duration = _NO_LIMIT) -> bool:
        """True at once, as with rmw_zenoh_cpp: there are no acknowledgements above the link's."""
        with self.handle:
            return True
