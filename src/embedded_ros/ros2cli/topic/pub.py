"""`ros2 topic pub`."""

from __future__ import annotations

import argparse
import time
from typing import Any

from ros2cli.direct import add_node_arguments, direct_node, filled, interface_class, show, wait_until
from ros2cli.errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.epilog = "example: ros2 topic pub --once /cmd_vel geometry_msgs/msg/Twist '{linear: {x: 0.1}}'"
    parser.add_argument("topic_name", help="name of the topic")
    parser.add_argument("message_type", help="type of the message")
    parser.add_argument("values", nargs="?", default="{}", help="fields of the message, in YAML")
    parser.add_argument("-r", "--rate", type=float, default=1.0, metavar="N", help="messages a second (default: 1)")
    parser.add_argument("-p", "--print", dest="print_every", type=int, default=1, metavar="N", help="print every N-th")
    how_many = parser.add_mutually_exclusive_group()
    how_many.add_argument("-1", "--once", action="store_true", help="one message")
    how_many.add_argument("-t", "--times", type=int, default=0, help="so many messages (default: no end)")
    parser.add_argument(
        "-w", "--wait-matching-subscriptions", type=int, help="wait for so many (default: 1 for -1, -t)"
    )
    parser.add_argument("--max-wait-time-secs", type=float, default=10.0, help="wait so long (default: %(default)s)")
    parser.add_argument("--keep-alive", type=float, default=0.1, metavar="N", help="stay N s after the last one")
    parser.add_argument("--qos-depth", type=int, default=10, help="queue size (default: %(default)s)")
    parser.add_argument("--qos-durability", choices=("transient_local", "volatile"), default="volatile")


def main(args: argparse.Namespace) -> int:
    """Publish until the wanted number is reached."""
    from rclpy.qos import DurabilityPolicy, QoSProfile

    if args.rate <= 0.0:
        raise Ros2CliError(f"--rate {args.rate}: give a value > 0")
    wanted = 1 if args.once else args.times
    with direct_node(args) as node:
        message = filled(interface_class("msg", args.message_type)(), args.values)
        qos = QoSProfile(depth=args.qos_depth, durability=DurabilityPolicy[args.qos_durability.upper()])
        publisher: Any = node.create_publisher(type(message), args.topic_name, qos)
        _wait_for_subscriptions(node, publisher, args, default=1 if wanted else 0)
        show("publisher: beginning loop")
        _publish(node, publisher, message, wanted, args)
    return 0


def _wait_for_subscriptions(node: Any, publisher: Any, args: argparse.Namespace, default: int) -> None:
    needed = default if args.wait_matching_subscriptions is None else args.wait_matching_subscriptions
    there = wait_until(node, lambda: publisher.get_subscription_count() >= needed, args.max_wait_time_secs)
    if not there:
        raise Ros2CliError(
            f"topic '{args.topic_name}' has {publisher.get_subscription_count()} subscriptions, {needed} are wanted: "
            "start them, or give -w 0"
        )


def _publish(node: Any, publisher: Any, message: Any, wanted: int, args: argparse.Namespace) -> None:
    import rclpy

    count = 0
    next_s = time.monotonic()
    while rclpy.ok() and (wanted == 0 or count < wanted):
        count += 1
        if count % args.print_every == 0:
            show(f"publishing #{count}: {message!r}\n")
        publisher.publish(message)
        next_s += 1.0 / args.rate
        left_s = args.keep_alive if count == wanted else next_s - time.monotonic()
        wait_until(node, lambda: not rclpy.ok(), max(left_s, 0.0))
