"""Checks an absolute topic or service name."""

from typing import Literal

from rclpy.exceptions import InvalidServiceNameException, InvalidTopicNameException
from rclpy.impl.names import full_name_problem


def validate_full_topic_name(name: str, *, is_service: bool = False) -> Literal[True]:
    """Raises InvalidTopicNameException or InvalidServiceNameException."""
    problem = full_name_problem(name)
    if problem is None:
        return True
    raise (InvalidServiceNameException if is_service else InvalidTopicNameException)(name, *problem)
