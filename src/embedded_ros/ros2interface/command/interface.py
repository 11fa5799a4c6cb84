"""`ros2 interface`."""

from ros2cli.command import VerbCommand


class InterfaceCommand(VerbCommand):
    """Show information about ROS interfaces."""

    VERB_GROUP = "ros2interface.verb"
