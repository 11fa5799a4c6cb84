"""`ros2 topic`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ros2cli.command import VerbCommand


class TopicCommand(VerbCommand):
    """Various topic related sub-commands."""

    VERB_GROUP = "ros2topic.verb"

    def add_arguments(
        self, parser: argparse.ArgumentParser, cli_name: str, *, argv: Sequence[str] | None = None
    ) -> None:
        parser.add_argument("--include-hidden-topics", action="store_true", help="consider hidden topics as well")
        super().add_arguments(parser, cli_name, argv=argv)
