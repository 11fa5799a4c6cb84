"""Errors that rclpy's C layer raises, with its names and bases."""

from __future__ import annotations


class InvalidHandle(RuntimeError):
    """A handle was used after it was destroyed."""


class RCLError(RuntimeError):
    """The client library refused an operation."""


class RCLInvalidROSArgsError(RCLError):
    """A ROS command line argument that cannot be read."""


class UnknownROSArgsError(RuntimeError):
    """A ROS command line argument that does not exist."""


class NodeNameNonExistentError(RCLError):
    """A graph query about a node that is not in the graph."""


class UnsupportedEventTypeError(RCLError):
    """The middleware has no such event."""


class TimerCancelledError(RuntimeError):
    """A cancelled timer was called."""
