"""`ros2 action list`."""

from __future__ import annotations

import argparse

from ros2action.api import get_action_names_and_types
from ros2action.verb import VerbExtension
from ros2cli.node.strategy import NodeStrategy


class ListVerb(VerbExtension):
    """Output a list of action names."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        parser.add_argument("-t", "--show-types", action="store_true", help="show the types as well")
        parser.add_argument("-c", "--count-actions", action="store_true", help="only show how many there are")

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            actions = get_action_names_and_types(node=node)
        if args.count_actions:
            print(len(actions))
            return
        for name, types in actions:
            print(f"{name} [{', '.join(types)}]" if args.show_types else name)
