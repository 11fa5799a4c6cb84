"""`ros2 service list`."""

from __future__ import annotations

import argparse

from ros2cli.node.strategy import NodeStrategy, add_arguments
from ros2service.api import add_include_hidden_services, get_service_names_and_types
from ros2service.verb import VerbExtension


class ListVerb(VerbExtension):
    """Output a list of available services."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        parser.add_argument("-t", "--show-types", action="store_true", help="show the types as well")
        parser.add_argument("-c", "--count-services", action="store_true", help="only show how many there are")
        add_include_hidden_services(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            services = get_service_names_and_types(node=node, include_hidden_services=args.include_hidden_services)
        if args.count_services:
            print(len(services))
            return
        for name, types in services:
            print(f"{name} [{', '.join(types)}]" if args.show_types else name)
