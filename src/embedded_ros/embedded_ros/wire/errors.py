"""Errors of the wire layer."""

from __future__ import annotations


class WireError(Exception):
    """Base of every error of `embedded_ros.wire`."""


class InvalidTokenError(WireError):
    """A liveliness token that no rmw_zenoh_cpp peer would declare."""


class InvalidQosError(WireError):
    """A QoS text or profile that has no place on the wire."""


class InvalidAttachmentError(WireError):
    """An attachment that does not have the 33-byte layout."""


class InvalidRequestError(WireError):
    """A query on a service's key that no ROS client would send."""


class ForkedError(WireError):
    """A session asked for in a child of fork, whose parent had one already."""


class SessionClosedError(WireError):
    """The session was closed, by another thread perhaps, before something could be sent."""


class ConfigError(WireError):
    """A Zenoh configuration that cannot be read, or with which no session opens."""


def reason(error: Exception) -> str:
    """What a Zenoh error says, on one line, without the place in Zenoh's sources that ends it."""
    return " ".join(str(error).split()).partition(" at /")[0]
