"""`ros2 interface packages`."""

from __future__ import annotations

import argparse

from ros2interface.api import add_kind_arguments, chosen_kinds
from ros2interface.verb import VerbExtension


class PackagesVerb(VerbExtension):
    """Output a list of packages that provide interfaces."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_kind_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        for package in sorted({package for get in chosen_kinds(args).values() for package in get()}):
            print(package)
