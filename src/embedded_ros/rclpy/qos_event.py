"""Old home of the event handlers; they are in `rclpy.event_handler`."""

import warnings

from rclpy.event_handler import *  # noqa: F403  # the old module gave all of the new one

warnings.warn("importing rclpy.qos_event is deprecated; import rclpy.event_handler", DeprecationWarning, stacklevel=2)
