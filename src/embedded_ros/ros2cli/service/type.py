"""`ros2 service type`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, show, types_of_service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("service_name", help="name of the service")


def main(args: argparse.Namespace) -> int:
    """Print the service's types."""
    with direct_node(args) as node:
        for name in types_of_service(node, args.service_name, args.spin_time):
            show(name)
    return 0
