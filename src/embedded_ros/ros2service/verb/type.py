"""`ros2 service type`."""

from __future__ import annotations

import argparse

from ros2cli.node.strategy import NodeStrategy
from ros2service.api import add_service_name, wait_for_service_types
from ros2service.verb import VerbExtension


class TypeVerb(VerbExtension):
    """Output a service's type."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_service_name(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        with NodeStrategy(args) as node:
            types = wait_for_service_types(
                node, args.service_name, include_hidden_services=args.include_hidden_services
            )
        for name in types:
            print(name)
        return 0 if types else 1
