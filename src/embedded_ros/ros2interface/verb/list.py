"""`ros2 interface list`."""

from __future__ import annotations

import argparse

from ros2interface.api import add_kind_arguments, chosen_kinds
from ros2interface.verb import VerbExtension


class ListVerb(VerbExtension):
    """List all interface types available."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_kind_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        for title, get in chosen_kinds(args).items():
            print(f"{title}:")
            for package, names in sorted(get().items()):
                for name in sorted(names):
                    print(f"    {package}/{name}")
