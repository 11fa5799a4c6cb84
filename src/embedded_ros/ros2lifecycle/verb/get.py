"""`ros2 lifecycle get`."""

from __future__ import annotations

import argparse
import sys

from ros2cli.node.strategy import NodeStrategy, add_arguments
from ros2lifecycle.api import call_get_states, find_node, get_node_names
from ros2lifecycle.verb import VerbExtension
from ros2node.api import add_node_name


class GetVerb(VerbExtension):
    """Get lifecycle state for one or more nodes."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_node_name(parser, is_optional=True)

    def main(self, *, args: argparse.Namespace) -> int:
        is_hidden_too = args.include_hidden_nodes
        with NodeStrategy(args) as node:
            if args.node_name:
                names = [find_node(node, args.node_name, include_hidden_nodes=is_hidden_too)]
            else:
                names = sorted(
                    {name.full_name for name in get_node_names(node=node, include_hidden_nodes=is_hidden_too)}
                )
            states = call_get_states(node=node, node_names=names)
        is_failed = False
        for name, state in states.items():
            if isinstance(state, Exception):
                print(f"Exception while calling service of node '{name}': {state}", file=sys.stderr)
                is_failed = True
            else:
                print(f"{'' if args.node_name else f'{name}: '}{state.label} [{state.id}]")
        return int(is_failed)
