"""Lifecycle nodes are not in the embedded underlay."""

from embedded_ros.absent import AbsentFromUnderlayError

raise AbsentFromUnderlayError("rclpy.lifecycle")
