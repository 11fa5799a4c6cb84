"""`ros2 service list`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, is_hidden, settle, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("-t", "--show-types", action="store_true", help="show the types as well")
    parser.add_argument("-c", "--count-services", action="store_true", help="only show how many there are")
    parser.add_argument("--include-hidden-services", action="store_true", help="show hidden services as well")


def main(args: argparse.Namespace) -> int:
    """List the services."""
    with direct_node(args) as node:
        settle(node, args.spin_time)
        services = sorted(
            (name, types)
            for name, types in node.get_service_names_and_types()
            if args.include_hidden_services or not is_hidden(name)
        )
        if args.count_services:
            show(str(len(services)))
        else:
            for name, types in services:
                show(f"{name} [{', '.join(types)}]" if args.show_types else name)
    return 0
