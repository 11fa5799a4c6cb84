"""`ros2 lifecycle nodes`."""

from __future__ import annotations

import argparse

from ros2cli.node.strategy import NodeStrategy, add_arguments
from ros2lifecycle.api import get_node_names
from ros2lifecycle.verb import VerbExtension


class NodesVerb(VerbExtension):
    """Output a list of nodes with lifecycle."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        parser.add_argument("-a", "--all", action="store_true", help="show hidden nodes as well")
        parser.add_argument("-c", "--count-nodes", action="store_true", help="only show how many there are")

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            names = get_node_names(node=node, include_hidden_nodes=args.all)
        for line in [len(names)] if args.count_nodes else sorted({name.full_name for name in names}):
            print(line)
