"""`ros2 topic echo`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ros2cli.direct import add_node_arguments, direct_node, interface_class, show, types_of_topic
from ros2cli.errors import Ros2CliError

from .qos import add_qos_arguments, listening_qos

DEFAULT_TRUNCATE_LENGTH = 128


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    add_qos_arguments(parser)
    parser.epilog = "example: ros2 topic echo /odom --field pose.pose.position --once"
    parser.add_argument("topic_name", help="name of the topic, e.g. /odom")
    parser.add_argument(
        "message_type", nargs="?", help="its type, if nobody publishes it yet, e.g. nav_msgs/msg/Odometry"
    )
    parser.add_argument("--field", help="only this field, e.g. pose.pose.position")
    parser.add_argument("--once", action="store_true", help="stop after the first message")
    parser.add_argument("--timeout", metavar="N", type=float, help="stop after N s")
    parser.add_argument("--csv", action="store_true", help="values, separated by commas")
    parser.add_argument("--flow-style", action="store_true", help="one line a message, as in [1, 2]")
    parser.add_argument("--full-length", "-f", action="store_true", help="don't shorten long values")
    parser.add_argument(
        "--truncate-length", "-l", type=int, default=DEFAULT_TRUNCATE_LENGTH, help="default: %(default)s"
    )
    parser.add_argument("--no-arr", action="store_true", help="leave out arrays")
    parser.add_argument("--no-str", action="store_true", help="leave out texts")
    parser.add_argument("--raw", action="store_true", help="the serialized bytes")
    parser.add_argument("--filter", dest="filter_expr", help="Python expression of m, the message, that must be true")


def main(args: argparse.Namespace) -> int:
    """Print messages until there is a reason to stop; 1 if --once waited --timeout for nothing."""
    import rclpy
    from rclpy.task import Future

    with direct_node(args) as node:
        name = args.message_type or types_of_topic(node, args.topic_name, args.spin_time)[0]
        done = Future()
        on_message = _printer(args, lambda: done.set_result(True) if args.once and not done.done() else None)
        qos = listening_qos(node, args.topic_name, args)
        node.create_subscription(interface_class("msg", name), args.topic_name, on_message, qos, raw=args.raw)
        if args.once or args.timeout is not None:
            rclpy.spin_until_future_complete(node, done, timeout_sec=args.timeout)
            return 0 if done.done() or not args.once else 1
        rclpy.spin(node)
    return 0


def _printer(args: argparse.Namespace, on_printed: Callable[[], None]) -> Callable[[Any], None]:
    from rosidl_runtime_py import message_to_csv, message_to_yaml

    length = None if args.full_length else args.truncate_length
    options: dict[str, Any] = {"truncate_length": length, "no_arr": args.no_arr, "no_str": args.no_str}

    def text(value: Any) -> str:
        if args.raw or not hasattr(value, "get_fields_and_field_types"):
            return f"{value}\n---"
        if args.csv:
            return message_to_csv(value, **options)
        return f"{message_to_yaml(value, flow_style=args.flow_style, **options)}---"

    def on_message(message: Any) -> None:
        value = message if args.field is None or args.raw else _field(message, args.field)
        # The expression comes from who typed the command.
        if args.filter_expr is not None and not eval(args.filter_expr, {"m": value}):  # noqa: S307
            return
        show(text(value))
        on_printed()

    return on_message


def _field(message: Any, path: str) -> Any:
    value = message
    for name in filter(None, path.split(".")):
        if not hasattr(value, name):
            there = ", ".join(getattr(value, "get_fields_and_field_types", dict)()) or "none"
            raise Ros2CliError(f"invalid field '{path}': a {type(value).__name__} has no '{name}'; it has {there}")
        value = getattr(value, name)
    return value
