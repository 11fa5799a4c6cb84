"""`ros2 action list`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, settle, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("-t", "--show-types", action="store_true", help="show the types as well")
    parser.add_argument("-c", "--count-actions", action="store_true", help="only show how many there are")


def main(args: argparse.Namespace) -> int:
    """List the actions."""
    from rclpy.action import get_action_names_and_types

    with direct_node(args) as node:
        settle(node, args.spin_time)
        actions = sorted(get_action_names_and_types(node))
        if args.count_actions:
            show(str(len(actions)))
        else:
            for name, types in actions:
                show(f"{name} [{', '.join(types)}]" if args.show_types else name)
    return 0
