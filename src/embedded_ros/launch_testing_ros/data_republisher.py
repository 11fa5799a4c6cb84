"""Changes messages between two nodes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rclpy.node import Node


class DataRepublisher:
    """Publishes on `publish_topic` what `transform_fn` makes of each message of `listen_topic`; None drops it.

    It works while somebody spins `node`.
    """

    def __init__(
        self,
        node: Node,
        listen_topic: str,
        publish_topic: str,
        msg_type: type[Any],
        transform_fn: Callable[[Any], Any],
    ) -> None:
        self._num_received = 0
        self._republished: list[Any] = []
        self._transform = transform_fn
        self._node = node
        # A message may be on its way through a spinning thread when another one shuts down.
        self._lock = threading.RLock()
        self._is_shutdown = False
        # First: the callback of the subscription needs it.
        self._publisher = node.create_publisher(msg_type, publish_topic, 10)
        self._subscription = node.create_subscription(msg_type, listen_topic, self._republish, 10)

    def shutdown(self) -> None:
        """Stop."""
        with self._lock:
            self._is_shutdown = True
            self._node.destroy_subscription(self._subscription)
            self._node.destroy_publisher(self._publisher)

    def get_num_received(self) -> int:
        """How many messages have come."""
        return self._num_received

    def get_num_republished(self) -> int:
        """How many of them were not dropped."""
        return len(self._republished)

    def get_republished(self) -> list[Any]:
        """What was published."""
        return self._republished

    def _republish(self, msg: Any) -> None:
        with self._lock:
            if self._is_shutdown:
                return
            self._num_received += 1
            republished = self._transform(msg)
            if republished:
                self._republished.append(republished)
                self._publisher.publish(republished)
