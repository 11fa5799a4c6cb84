"""`ros2 topic list`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ros2cli.direct import add_node_arguments, direct_node, is_hidden, settle, show, wait_until


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("-t", "--show-types", action="store_true", help="show the types as well")
    parser.add_argument("-c", "--count-topics", action="store_true", help="only show how many there are")
    parser.add_argument("--include-hidden-topics", action="store_true", help="show hidden topics as well")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the counts of publishers and subscribers")


def main(args: argparse.Namespace) -> int:
    """List the topics."""
    with direct_node(args) as node:
        wait_until(node, lambda: len(node.get_topic_names_and_types()) > 2, args.spin_time)
        settle(node, min(args.spin_time, 0.1))
        topics = sorted(
            (name, types)
            for name, types in node.get_topic_names_and_types()
            if args.include_hidden_topics or not is_hidden(name)
        )
        if args.count_topics:
            show(str(len(topics)))
        elif args.verbose:
            show("\nPublished topics:")
            _show_counts(topics, node.count_publishers, "publisher")
            show("\nSubscribed topics:")
            _show_counts(topics, node.count_subscribers, "subscriber")
        else:
            for name, types in topics:
                show(f"{name} [{', '.join(types)}]" if args.show_types else name)
    return 0


def _show_counts(topics: list[tuple[str, list[str]]], count: Callable[[str], int], what: str) -> None:
    for name, types in topics:
        number = count(name)
        if number:
            show(f" * {name} [{', '.join(types)}] {number} {what}{'s' if number > 1 else ''}")
