"""`ros2 service`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ros2cli.command import VerbCommand


class ServiceCommand(VerbCommand):
    """Various service related sub-commands."""

    VERB_GROUP = "ros2service.verb"

    def add_arguments(
        self, parser: argparse.ArgumentParser, cli_name: str, *, argv: Sequence[str] | None = None
    ) -> None:
        parser.add_argument("--include-hidden-services", action="store_true", help="consider hidden services as well")
        super().add_arguments(parser, cli_name, argv=argv)
