"""The arguments that a launch description declares, for people."""

from ros2launch.api import print_arguments_of_launch_description

__all__ = ["print_arguments_of_launch_description"]
