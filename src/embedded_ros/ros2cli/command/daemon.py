"""`ros2 daemon`."""

from ros2cli.command import VerbCommand


class DaemonCommand(VerbCommand):
    """Various daemon related sub-commands."""

    VERB_GROUP = "ros2cli.daemon.verb"
