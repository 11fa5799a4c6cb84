"""`ros2 topic info`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.direct import add_node_arguments, direct_node, settle, show, types_of_topic


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("topic_name", help="name of the topic, e.g. /odom")
    parser.add_argument("-v", "--verbose", action="store_true", help="show nodes and QoS of every endpoint")


def main(args: argparse.Namespace) -> int:
    """Print types, counts and (-v) endpoints of the topic."""
    with direct_node(args) as node:
        types = types_of_topic(node, args.topic_name, args.spin_time)
        settle(node, min(args.spin_time, 0.1))
        show(f"Type: {types[0] if len(types) == 1 else types}")
        for what, count, endpoints in (
            ("Publisher", node.count_publishers, node.get_publishers_info_by_topic),
            ("Subscription", node.count_subscribers, node.get_subscriptions_info_by_topic),
        ):
            show(f"{what} count: {count(args.topic_name)}")
            if args.verbose:
                for endpoint in endpoints(args.topic_name):
                    _show_endpoint(endpoint)
    return 0


def _show_endpoint(endpoint: Any) -> None:
    qos = endpoint.qos_profile
    gid = ".".join(f"{byte:02x}" for byte in endpoint.endpoint_gid)
    show(f"\nNode name: {endpoint.node_name}\nNode namespace: {endpoint.node_namespace}")
    show(f"Topic type: {endpoint.topic_type}\nTopic type hash: {endpoint.topic_type_hash}")
    show(f"Endpoint type: {endpoint.endpoint_type.name}\nGID: {gid}")
    show(f"QoS profile:\n  Reliability: {qos.reliability.name}\n  History (Depth): {qos.history.name} ({qos.depth})")
    show(f"  Durability: {qos.durability.name}\n  Lifespan: {qos.lifespan}\n  Deadline: {qos.deadline}")
    show(f"  Liveliness: {qos.liveliness.name}\n  Liveliness lease duration: {qos.liveliness_lease_duration}\n")
