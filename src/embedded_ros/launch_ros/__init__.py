"""Launches ROS nodes."""

from . import actions, descriptions, event_handlers, events, ros_adapters, substitutions

__all__ = ["actions", "descriptions", "event_handlers", "events", "ros_adapters", "substitutions"]
