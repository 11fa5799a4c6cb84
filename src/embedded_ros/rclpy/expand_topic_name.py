"""Makes a topic or service name absolute."""

from rclpy.impl.names import expand


def expand_topic_name(topic_name: str, node_name: str, node_namespace: str) -> str:
    """Raises ValueError where one of the three is invalid."""
    return expand(topic_name, node_name, node_namespace)
