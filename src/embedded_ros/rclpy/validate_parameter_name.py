"""Checks a parameter name."""

from typing import Literal

from rclpy.exceptions import InvalidParameterException


def validate_parameter_name(name: str) -> Literal[True]:
    """Raises InvalidParameterException."""
    if not name:
        raise InvalidParameterException(name)
    return True
