"""`ros2 interface proto`."""

from __future__ import annotations

import argparse

from ros2cli.helpers import complete_with
from ros2interface.api import interface_to_yaml, type_completer
from ros2interface.verb import VerbExtension


class ProtoVerb(VerbExtension):
    """Output an interface prototype."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        complete_with(parser.add_argument("type", help="interface, e.g. std_msgs/msg/String"), type_completer)
        parser.add_argument("--no-quotes", action="store_true", help="don't put it in quotes")

    def main(self, *, args: argparse.Namespace) -> None:
        text = interface_to_yaml(args.type)
        print(text if args.no_quotes else f'"{text}"')
