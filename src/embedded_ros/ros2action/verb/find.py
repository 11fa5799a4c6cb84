"""`ros2 action find`."""

from __future__ import annotations

import argparse

from ros2action.api import action_type_completer, get_action_names_and_types
from ros2action.verb import VerbExtension
from ros2cli.helpers import complete_with
from ros2cli.node.strategy import NodeStrategy


class FindVerb(VerbExtension):
    """Output a list of available actions of a given type."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        action = parser.add_argument("action_type", help="type to look for, e.g. example_interfaces/action/Fibonacci")
        complete_with(action, action_type_completer)
        parser.add_argument("-c", "--count-actions", action="store_true", help="only show how many there are")

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            actions = get_action_names_and_types(node=node)
        found = [name for name, types in actions if args.action_type in types]
        for line in [len(found)] if args.count_actions else found:
            print(line)
