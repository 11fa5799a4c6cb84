"""Waits for messages."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self

import rclpy

from .message_pump import MessagePump


class WaitForTopics:
    """Waits until each topic of `topic_tuples`, pairs of name and type, has had a message, for `timeout` s at most.

    The last `messages_received_buffer_length` messages of each are kept. `with WaitForTopics(...):` waits at its start,
    with RuntimeError if that was in vain, and shuts down at its end. It has a node and a ROS context of its own.
    """

    def __init__(
        self,
        topic_tuples: Sequence[tuple[str, type[Any]]],
        timeout: float = 5.0,
        messages_received_buffer_length: int = 10,
    ) -> None:
        self.topic_tuples = topic_tuples
        self.timeout = timeout
        self.messages_received_buffer_length = messages_received_buffer_length
        self._received = {name: deque[Any](maxlen=messages_received_buffer_length) for name, _ in topic_tuples}
        self._changed = threading.Condition()
        self._is_subscribed = False
        self._context = rclpy.Context()
        rclpy.init(context=self._context)
        self._node = rclpy.create_node(f"_test_node_{uuid.uuid4().hex}", context=self._context)
        self._pump = MessagePump(self._node, context=self._context)
        self._pump.start()

    def wait(self) -> bool:
        """Whether all topics have had a message since the call."""
        with self._changed:
            for messages in self._received.values():
                messages.clear()
            if not self._is_subscribed:
                for name, type_ in self.topic_tuples:
                    self._node.create_subscription(type_, name, partial(self._on_message, name), 10)
                self._is_subscribed = True
            return self._changed.wait_for(lambda: not self.topics_not_received(), self.timeout)

    def shutdown(self) -> None:
        """End the node."""
        self._pump.stop()
        self._node.destroy_node()
        self._context.try_shutdown()

    def topics_received(self) -> set[str]:
        """Topics that have had a message."""
        return {name for name, messages in self._received.items() if messages}

    def topics_not_received(self) -> set[str]:
        """Topics that have had none."""
        return {name for name, messages in self._received.items() if not messages}

    def received_messages(self, topic_name: str) -> list[Any]:
        """Messages of a topic, the oldest first; KeyError if it is not waited for."""
        if topic_name not in self._received:
            raise KeyError(f"No messages received for topic: {topic_name}, only for {', '.join(self._received)}")
        return list(self._received[topic_name])

    def _on_message(self, name: str, message: Any) -> None:
        with self._changed:
            self._received[name].append(message)
            self._changed.notify()

    def __enter__(self) -> Self:
        if not self.wait():
            missing = self.topics_not_received()
            self.shutdown()
            raise RuntimeError(f"Did not receive messages on these topics within {self.timeout} s: {sorted(missing)}")
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        self.shutdown()
