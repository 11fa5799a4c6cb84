"""The QoS with which a tool listens: what hears all publishers of a topic."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.qos import QoSProfile


def add_qos_arguments(parser: argparse.ArgumentParser) -> None:
    """Options for who knows better."""
    parser.add_argument("--qos-depth", type=int, help="queue size (default: 10 here, 5 for sensor data)")
    parser.add_argument("--qos-reliability", choices=("reliable", "best_effort"), help="default: as published")
    parser.add_argument("--qos-durability", choices=("transient_local", "volatile"), help="default: as published")


def listening_qos(node: Node, topic: str, args: argparse.Namespace) -> QoSProfile:
    """Reliable, and transient local, only where every publisher is: else some would not be heard."""
    from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
    from rclpy.validate_topic_name import validate_topic_name

    validate_topic_name(topic)
    offered: list[Any] = [endpoint.qos_profile for endpoint in node.get_publishers_info_by_topic(topic)]
    is_reliable = bool(offered) and all(qos.reliability == ReliabilityPolicy.RELIABLE for qos in offered)
    is_latched = bool(offered) and all(qos.durability == DurabilityPolicy.TRANSIENT_LOCAL for qos in offered)
    if args.qos_reliability is not None:
        is_reliable = args.qos_reliability == "reliable"
    if args.qos_durability is not None:
        is_latched = args.qos_durability == "transient_local"
    return QoSProfile(
        depth=args.qos_depth or 10,
        reliability=ReliabilityPolicy.RELIABLE if is_reliable else ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL if is_latched else DurabilityPolicy.VOLATILE,
    )
