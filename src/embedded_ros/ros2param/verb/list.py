"""`ros2 param list`."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.node.strategy import NodeStrategy
from ros2cli.node.strategy import add_arguments as add_strategy_node_arguments
from ros2node.api import add_node_name, get_absolute_node_name, get_node_names
from ros2param.api import call_describe_parameters, call_list_parameters, get_parameter_type_string
from ros2param.verb import VerbExtension


class ListVerb(VerbExtension):
    """Output a list of available parameters."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_strategy_node_arguments(parser)
        add_node_name(parser, is_optional=True)
        parser.add_argument("--filter", nargs=1, help="regular expression that the beginning of a name must match")
        parser.add_argument(
            "--param-prefixes", nargs="+", default=[], help="only parameters with one of these prefixes"
        )
        parser.add_argument("--param-type", action="store_true", help="show the types as well")

    def main(self, *, args: argparse.Namespace) -> str | None:
        wanted = _pattern(args.filter)
        asked_for = get_absolute_node_name(args.node_name)
        with NodeStrategy(args) as node:

            def names() -> list[str]:
                found = get_node_names(node=node, include_hidden_nodes=args.include_hidden_nodes)
                return sorted({name.full_name for name in found})

            if asked_for is not None and not node.wait_until(lambda: asked_for in names()):
                return "Node not found"
            for name in names() if asked_for is None else [asked_for]:
                parameters = [found for found in _parameters(node, name, args.param_prefixes) if wanted.match(found)]
                if asked_for is None and parameters:
                    print(f"{name}:")
                types = _types(node, name, parameters) if args.param_type else {}
                for parameter in parameters:
                    print(f"  {parameter} (type: {types[parameter]})" if args.param_type else f"  {parameter}")
        return None


def _pattern(texts: list[str] | None) -> re.Pattern[str]:
    try:
        return re.compile(texts[0] if texts else "")
    except re.error as error:
        raise Ros2CliError(f"Invalid filter '{error.pattern!s}': {error}") from error


def _parameters(node: Any, node_name: str, prefixes: list[str]) -> list[str]:
    """Sorted names; none, and a line that says why, where the node does not tell them."""
    listed = call_list_parameters(node=node, node_name=node_name, prefixes=prefixes)
    if listed is None:
        print(f"Wait for service timed out waiting for parameter services for node {node_name}")
        return []
    if listed.result() is None:
        print(f"Exception while calling service of node '{node_name}': {listed.exception()}", file=sys.stderr)
        return []
    return sorted(listed.result().result.names)


def _types(node: Any, node_name: str, parameters: list[str]) -> dict[str, str]:
    response = call_describe_parameters(node=node, node_name=node_name, parameter_names=parameters)
    return {found.name: get_parameter_type_string(found.type) for found in response.descriptors}
