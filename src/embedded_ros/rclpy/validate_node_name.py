"""Checks a node name."""

from typing import Literal

from rclpy.exceptions import InvalidNodeNameException
from rclpy.impl.names import node_name_problem


def validate_node_name(node_name: str) -> Literal[True]:
    """Raises InvalidNodeNameException."""
    problem = node_name_problem(node_name)
    if problem is None:
        return True
    raise InvalidNodeNameException(node_name, *problem)
