"""`ros2 lifecycle set`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.node.strategy import NodeStrategy, add_arguments
from ros2lifecycle.api import call_change_states, call_get_available_transitions, find_node
from ros2lifecycle.verb import VerbExtension
from ros2node.api import add_node_name


class SetVerb(VerbExtension):
    """Trigger lifecycle state transition."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_node_name(parser)
        parser.add_argument("transition", help="label or number of a transition, see `ros2 lifecycle list`")

    def main(self, *, args: argparse.Namespace) -> str | None:
        with NodeStrategy(args) as node:
            name = find_node(node, args.node_name, include_hidden_nodes=args.include_hidden_nodes)
            available = _checked(call_get_available_transitions(node=node, states={name: None})[name], args)
            transition = _choose([found.transition for found in available], args.transition)
            is_done = _checked(call_change_states(node=node, transitions={name: transition})[name], args)
        if not is_done:
            return "Transitioning failed"
        print("Transitioning successful")
        return None


def _checked(response: Any, args: argparse.Namespace) -> Any:
    if isinstance(response, Exception):
        raise Ros2CliError(f"Exception while calling service of node '{args.node_name}': {response}")
    return response


def _choose(transitions: list[Any], wanted: str) -> Any:
    """By label, or else by number."""
    for name in ("label", "id"):
        for transition in transitions:
            if str(getattr(transition, name)) == wanted:
                return transition
    there = "".join(f"\n- {found.label} [{found.id}]" for found in transitions)
    raise Ros2CliError(f"Unknown transition requested, available ones are:{there}")
