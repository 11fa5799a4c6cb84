"""Errors of the wire layer."""

from __future__ import annotations


class WireError(Exception):
    """Base of every error of `embedded_ros.wire`. `recoverable` tells whether trying again may help."""

    recoverable = False


class InvalidTokenError(WireError):
    """A liveliness token that no rmw_zenoh_cpp peer would declare."""


class InvalidQosError(WireError):
    """A QoS text or profile that has no place on the wire."""


class InvalidAttachmentError(WireError):
    """An attachment that does not have the 33-byte layout."""


class ConfigError(WireError):
    """A Zenoh configuration that cannot be read or applied."""


class RouterAwayError(WireError):
    """No Zenoh router answers."""

    recoverable = True
