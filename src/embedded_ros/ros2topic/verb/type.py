"""`ros2 topic type`."""

from __future__ import annotations

import argparse

from ros2cli.node.strategy import NodeStrategy
from ros2cli.node.strategy import add_arguments as add_strategy_node_arguments
from ros2topic.api import add_topic_name, wait_for_topic_types
from ros2topic.verb import VerbExtension


class TypeVerb(VerbExtension):
    """Print a topic's type."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_strategy_node_arguments(parser)
        add_topic_name(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        with NodeStrategy(args) as node:
            types = wait_for_topic_types(node, args.topic_name, include_hidden_topics=args.include_hidden_topics)
        for name in types:
            print(name)
        return 0 if types else 1
