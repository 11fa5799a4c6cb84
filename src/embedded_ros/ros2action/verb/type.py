"""`ros2 action type`."""

from __future__ import annotations

import argparse

from ros2action.api import add_action_name, get_action_names_and_types
from ros2action.verb import VerbExtension
from ros2cli.node.strategy import NodeStrategy


class TypeVerb(VerbExtension):
    """Print a action's type."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_action_name(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        with NodeStrategy(args) as node:

            def types() -> list[str]:
                return dict(get_action_names_and_types(node=node)).get(args.action_name, [])

            node.wait_until(lambda: bool(types()))
            for name in types():
                print(name)
            return 0 if types() else 1
