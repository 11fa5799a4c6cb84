"""`ros2 daemon start`."""

from __future__ import annotations

import argparse

from ros2cli.verb import VerbExtension


class StartVerb(VerbExtension):
    """Start the daemon if it isn't running."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        parser.add_argument("--debug", "-d", action="store_true", help="no effect")

    def main(self, *, args: argparse.Namespace) -> None:
        print("There is no daemon to start: each command reads the whole graph when it starts")
