"""`ros2 topic list`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ros2cli.node.strategy import NodeStrategy
from ros2cli.node.strategy import add_arguments as add_strategy_node_arguments
from ros2topic.api import get_topic_names_and_types
from ros2topic.verb import VerbExtension


class ListVerb(VerbExtension):
    """Output a list of available topics."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_strategy_node_arguments(parser)
        parser.add_argument("-t", "--show-types", action="store_true", help="show the types as well")
        parser.add_argument("-c", "--count-topics", action="store_true", help="only show how many there are")
        add_include_hidden_topics(parser)
        parser.add_argument("-v", "--verbose", action="store_true", help="show how many publish and subscribe")

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            topics = get_topic_names_and_types(node=node, include_hidden_topics=args.include_hidden_topics)
            if args.count_topics:
                print(len(topics))
            elif args.verbose:
                if topics:
                    print(_counted(topics, node.count_publishers, "Published", "publisher"))
                    print(_counted(topics, node.count_subscribers, "Subscribed", "subscriber"))
            else:
                for name, types in topics:
                    print(f"{name} [{', '.join(types)}]" if args.show_types else name)


def add_include_hidden_topics(parser: argparse.ArgumentParser) -> None:
    """The option of `ros2 topic` once more, where people look for it."""
    parser.add_argument(
        "--include-hidden-topics", action="store_true", default=argparse.SUPPRESS, help="consider hidden topics as well"
    )


def _counted(topics: list[tuple[str, list[str]]], count: Callable[[str], int], title: str, what: str) -> str:
    lines = [f"{title} topics:"]
    for name, types in topics:
        if number := count(name):
            lines.append(f" * {name} [{', '.join(types)}] {number} {what}{'s' if number > 1 else ''}")
    return "\n".join([*lines, ""])
