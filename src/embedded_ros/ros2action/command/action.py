"""`ros2 action`."""

from ros2cli.command import VerbCommand


class ActionCommand(VerbCommand):
    """Various action related sub-commands."""

    VERB_GROUP = "ros2action.verb"
