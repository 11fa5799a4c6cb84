"""Arguments of launches on a command line."""

from ros2launch.api import parse_launch_arguments

__all__ = ["parse_launch_arguments"]
