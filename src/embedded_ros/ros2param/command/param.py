"""`ros2 param`."""

from ros2cli.command import VerbCommand


class ParamCommand(VerbCommand):
    """Various param related sub-commands."""

    VERB_GROUP = "ros2param.verb"
