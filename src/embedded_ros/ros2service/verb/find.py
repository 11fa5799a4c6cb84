"""`ros2 service find`."""

from __future__ import annotations

import argparse

from ros2cli.helpers import complete_with
from ros2cli.node.strategy import NodeStrategy
from ros2service.api import add_include_hidden_services, get_service_names_and_types, service_type_completer
from ros2service.verb import VerbExtension


class FindVerb(VerbExtension):
    """Output a list of available services of a given type."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        action = parser.add_argument("service_type", help="type to look for, e.g. rcl_interfaces/srv/ListParameters")
        complete_with(action, service_type_completer)
        parser.add_argument("-c", "--count-services", action="store_true", help="only show how many there are")
        add_include_hidden_services(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            services = get_service_names_and_types(node=node, include_hidden_services=args.include_hidden_services)
        found = [name for name, types in services if args.service_type in types]
        for line in [len(found)] if args.count_services else found:
            print(line)
