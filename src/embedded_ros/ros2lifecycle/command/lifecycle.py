"""`ros2 lifecycle`."""

from ros2cli.command import VerbCommand


class LifecycleCommand(VerbCommand):
    """Various lifecycle related sub-commands."""

    VERB_GROUP = "ros2lifecycle.verb"
