"""Checks a topic or service name as a user writes it."""

from typing import Literal

from rclpy.exceptions import InvalidServiceNameException, InvalidTopicNameException
from rclpy.impl.names import topic_name_problem

TOPIC_SEPARATOR_STRING = "/"


def validate_topic_name(name: str, *, is_service: bool = False) -> Literal[True]:
    """Raises InvalidTopicNameException or InvalidServiceNameException."""
    problem = topic_name_problem(name)
    if problem is None:
        return True
    raise (InvalidServiceNameException if is_service else InvalidTopicNameException)(name, *problem)
