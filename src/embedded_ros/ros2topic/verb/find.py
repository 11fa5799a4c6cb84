"""`ros2 topic find`."""

from __future__ import annotations

import argparse

from ros2cli.helpers import complete_with
from ros2cli.node.strategy import NodeStrategy
from ros2cli.node.strategy import add_arguments as add_strategy_node_arguments
from ros2topic.api import get_topic_names_and_types, message_type_completer
from ros2topic.verb import VerbExtension
from ros2topic.verb.list import add_include_hidden_topics


class FindVerb(VerbExtension):
    """Output a list of available topics of a given type."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_strategy_node_arguments(parser)
        action = parser.add_argument("topic_type", help="type to look for, e.g. std_msgs/msg/String")
        complete_with(action, message_type_completer)
        parser.add_argument("-c", "--count-topics", action="store_true", help="only show how many there are")
        add_include_hidden_topics(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            topics = get_topic_names_and_types(node=node, include_hidden_topics=args.include_hidden_topics)
        found = [name for name, types in topics if args.topic_type in types]
        for line in [len(found)] if args.count_topics else found:
            print(line)
