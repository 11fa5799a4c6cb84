"""`ros2 lifecycle list`."""

from __future__ import annotations

import argparse

from ros2cli.node.strategy import NodeStrategy, add_arguments
from ros2lifecycle.api import call_get_available_transitions, call_get_transition_graph, find_node
from ros2lifecycle.verb import VerbExtension
from ros2node.api import add_node_name


class ListVerb(VerbExtension):
    """Output a list of available transitions."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_node_name(parser)
        parser.add_argument("-a", "--all", action="store_true", help="show all transitions, not only those from here")

    def main(self, *, args: argparse.Namespace) -> str | None:
        ask = call_get_transition_graph if args.all else call_get_available_transitions
        with NodeStrategy(args) as node:
            name = find_node(node, args.node_name, include_hidden_nodes=args.include_hidden_nodes)
            transitions = ask(node=node, states={name: None})[name]
        if isinstance(transitions, Exception):
            return f"Exception while calling service of node '{args.node_name}': {transitions}"
        for found in transitions:
            print(f"- {found.transition.label} [{found.transition.id}]")
            print(f"\tStart: {found.start_state.label}\n\tGoal: {found.goal_state.label}")
        return None
