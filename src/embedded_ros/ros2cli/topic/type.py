"""`ros2 topic type`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, show, types_of_topic


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("topic_name", help="name of the topic, e.g. /odom")


def main(args: argparse.Namespace) -> int:
    """Print the topic's types."""
    with direct_node(args) as node:
        for name in types_of_topic(node, args.topic_name, args.spin_time):
            show(name)
    return 0
