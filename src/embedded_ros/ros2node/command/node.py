"""`ros2 node`."""

from ros2cli.command import VerbCommand


class NodeCommand(VerbCommand):
    """Various node related sub-commands."""

    VERB_GROUP = "ros2node.verb"
