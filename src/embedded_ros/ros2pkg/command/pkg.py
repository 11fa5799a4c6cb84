"""`ros2 pkg`."""

from ros2cli.command import VerbCommand


class PkgCommand(VerbCommand):
    """Various package related sub-commands."""

    VERB_GROUP = "ros2pkg.verb"
