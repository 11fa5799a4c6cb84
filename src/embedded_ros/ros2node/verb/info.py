"""`ros2 node info`."""

from __future__ import annotations

import argparse
import sys

from ros2cli.helpers import complete_with
from ros2cli.node.strategy import NodeStrategy, add_arguments
from ros2node.api import (
    INFO_NONUNIQUE_WARNING_TEMPLATE,
    NodeNameCompleter,
    get_action_client_info,
    get_action_server_info,
    get_node_names,
    get_publisher_info,
    get_service_client_info,
    get_service_server_info,
    get_subscriber_info,
)
from ros2node.verb import VerbExtension

_SECTIONS = {
    "Subscribers": get_subscriber_info,
    "Publishers": get_publisher_info,
    "Service Servers": get_service_server_info,
    "Service Clients": get_service_client_info,
    "Action Servers": get_action_server_info,
    "Action Clients": get_action_client_info,
}


class InfoVerb(VerbExtension):
    """Output information about a node."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        action = parser.add_argument("node_name", help="absolute name of the node, e.g. /talker")
        complete_with(action, NodeNameCompleter(include_hidden_nodes_key="include_hidden"))
        parser.add_argument(
            "--include-hidden", action="store_true", help="show hidden topics, services and actions as well"
        )

    def main(self, *, args: argparse.Namespace) -> str | None:
        name = args.node_name
        with NodeStrategy(args) as node:

            def count() -> int:
                names = get_node_names(node=node, include_hidden_nodes=args.include_hidden)
                return sum(found.full_name == name for found in names)

            if not node.wait_until(lambda: count() > 0):
                return f"Unable to find node '{name}'"
            if count() > 1:
                print(INFO_NONUNIQUE_WARNING_TEMPLATE.format(num_nodes=count(), node_name=name), file=sys.stderr)
            print(name)
            for title, get_info in _SECTIONS.items():
                print(f"  {title}:")
                entries = get_info(node=node, remote_node_name=name, include_hidden=args.include_hidden)
                print("\n".join(f"    {entry.name}: {', '.join(entry.types)}" for entry in entries))
        return None
