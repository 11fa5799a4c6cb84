"""`ros2 service info`."""

from __future__ import annotations

import argparse

from ros2cli.node.strategy import NodeStrategy, add_arguments
from ros2service.api import add_service_name, wait_for_service_types
from ros2service.verb import VerbExtension


class InfoVerb(VerbExtension):
    """Print information about a service."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_service_name(parser)

    def main(self, *, args: argparse.Namespace) -> str | None:
        name = args.service_name
        with NodeStrategy(args) as node:
            types = wait_for_service_types(node, name, include_hidden_services=args.include_hidden_services)
            if not types:
                return f"Unknown service '{name}'"
            print(f"Type: {types[0] if len(types) == 1 else types}")
            print(f"Clients count: {node.count_clients(name)}")
            print(f"Services count: {node.count_services(name)}")
        return None
