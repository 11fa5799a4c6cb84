"""Publishers of lifecycle nodes."""

from __future__ import annotations

from typing import Any

from rclpy.lifecycle.managed_entity import SimpleManagedEntity
from rclpy.publisher import Publisher


class LifecyclePublisher(SimpleManagedEntity, Publisher):
    """Made by `LifecycleNode.create_lifecycle_publisher`; silent unless its node is active."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        SimpleManagedEntity.__init__(self)
        Publisher.__init__(self, *args, **kwargs)

    @SimpleManagedEntity.when_enabled
    def publish(self, msg: Any) -> None:
        """Send a message, or the bytes of one, while the node is active; otherwise do nothing."""
        Publisher.publish(self, msg)
