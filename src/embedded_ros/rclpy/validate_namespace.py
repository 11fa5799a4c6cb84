"""Checks a namespace."""

from typing import Literal

from rclpy.exceptions import InvalidNamespaceException
from rclpy.impl.names import namespace_problem


def validate_namespace(namespace: str) -> Literal[True]:
    """Raises InvalidNamespaceException."""
    problem = namespace_problem(namespace)
    if problem is None:
        return True
    raise InvalidNamespaceException(namespace, *problem)
