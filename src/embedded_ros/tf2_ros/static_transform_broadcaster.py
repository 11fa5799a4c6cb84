"""Sends transforms on /tf_static."""

from __future__ import annotations

from collections.abc import Iterable

from geometry_msgs.msg import TransformStamped
from tf2_msgs.msg import TFMessage

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile
from tf2_ros.transform_broadcaster import as_list


class StaticTransformBroadcaster:
    """Sends what always holds. Each message has all transforms so far, so that a late listener gets them at once."""

    def __init__(self, node: Node, qos: QoSProfile | int | None = None) -> None:
        if qos is None:
            qos = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL, history=HistoryPolicy.KEEP_LAST)
        self.pub_tf = node.create_publisher(TFMessage, "/tf_static", qos)
        self.net_message = TFMessage()

    def sendTransform(self, transform: TransformStamped | Iterable[TransformStamped]) -> None:
        """Send one or several transforms; a child's newer one replaces its older one."""
        by_child = {known.child_frame_id: known for known in self.net_message.transforms}
        by_child |= {new.child_frame_id: new for new in as_list(transform)}
        self.net_message.transforms = list(by_child.values())
        self.pub_tf.publish(self.net_message)
