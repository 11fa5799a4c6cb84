"""`ros2 topic info`."""

from __future__ import annotations

import argparse

from ros2cli.node.strategy import NodeStrategy
from ros2cli.node.strategy import add_arguments as add_strategy_node_arguments
from ros2topic.api import add_topic_name, wait_for_topic_types
from ros2topic.verb import VerbExtension


class InfoVerb(VerbExtension):
    """Print information about a topic."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_strategy_node_arguments(parser)
        add_topic_name(parser)
        parser.add_argument(
            "-v", "--verbose", action="store_true", help="show node, type, hash, GID and QoS of each endpoint"
        )

    def main(self, *, args: argparse.Namespace) -> str | None:
        topic = args.topic_name
        with NodeStrategy(args) as node:
            types = wait_for_topic_types(node, topic, include_hidden_topics=True)
            if not types:
                return f"Unknown topic '{topic}'"
            end = "\n\n" if args.verbose else "\n"
            print(f"Type: {types[0] if len(types) == 1 else types}", end=end)
            for what, count, endpoints in (
                ("Publisher", node.count_publishers, node.get_publishers_info_by_topic),
                ("Subscription", node.count_subscribers, node.get_subscriptions_info_by_topic),
            ):
                print(f"{what} count: {count(topic)}", end=end)
                for endpoint in endpoints(topic) if args.verbose else ():
                    print(endpoint, end=end)
        return None
