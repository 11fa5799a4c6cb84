"""Fills a buffer from /tf and /tf_static."""

from __future__ import annotations

from threading import Thread

from tf2_msgs.msg import TFMessage

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile
from tf2_ros.buffer import Buffer

_AUTHORITY = "default_authority"


class TransformListener:
    """Subscribes on a node, which someone has to spin; with `spin_thread`, a thread of its own does."""

    def __init__(
        self,
        buffer: Buffer,
        node: Node,
        *,
        spin_thread: bool = False,
        qos: QoSProfile | int | None = None,
        static_qos: QoSProfile | int | None = None,
    ) -> None:
        self.buffer = buffer
        self.node = node
        # The node's default group runs one callback at a time: one that waits for a transform would wait in vain.
        self.group = ReentrantCallbackGroup()
        self.tf_sub = node.create_subscription(
            TFMessage, "/tf", self.callback, _profile(qos, DurabilityPolicy.VOLATILE), callback_group=self.group
        )
        self.tf_static_sub = node.create_subscription(
            TFMessage,
            "/tf_static",
            self.static_callback,
            _profile(static_qos, DurabilityPolicy.TRANSIENT_LOCAL),
            callback_group=self.group,
        )
        self.executor: SingleThreadedExecutor | None = None
        if spin_thread:
            self.executor = SingleThreadedExecutor()
            self.dedicated_listener_thread = Thread(target=self._spin, args=(self.executor,), daemon=True)
            self.dedicated_listener_thread.start()

    def __del__(self) -> None:
        executor = getattr(self, "executor", None)
        if executor is not None:
            executor.shutdown()
            self.dedicated_listener_thread.join()

    def unregister(self) -> None:
        """Stop listening."""
        self.node.destroy_subscription(self.tf_sub)
        self.node.destroy_subscription(self.tf_static_sub)

    def callback(self, data: TFMessage) -> None:
        """Keep the transforms of a message on /tf."""
        for transform in data.transforms:
            self.buffer.set_transform(transform, _AUTHORITY)

    def static_callback(self, data: TFMessage) -> None:
        """Keep the transforms of a message on /tf_static."""
        for transform in data.transforms:
            self.buffer.set_transform_static(transform, _AUTHORITY)

    def _spin(self, executor: SingleThreadedExecutor) -> None:
        executor.add_node(self.node)
        executor.spin()
        executor.remove_node(self.node)


def _profile(qos: QoSProfile | int | None, durability: DurabilityPolicy) -> QoSProfile | int:
    return QoSProfile(depth=100, durability=durability, history=HistoryPolicy.KEEP_LAST) if qos is None else qos
