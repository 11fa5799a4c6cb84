"""`ros2 node list`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, is_hidden, settle, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("-a", "--all", action="store_true", help="show hidden nodes as well")
    parser.add_argument("-c", "--count-nodes", action="store_true", help="only show how many there are")


def main(args: argparse.Namespace) -> int:
    """List the nodes by their absolute names."""
    with direct_node(args) as node:
        settle(node, args.spin_time)
        names = sorted(
            f"{namespace.rstrip('/')}/{name}"
            for name, namespace in node.get_node_names_and_namespaces()
            if args.all or not is_hidden(name)
        )
        for line in [str(len(names))] if args.count_nodes else names:
            show(line)
    return 0
