"""`ros2 topic pub`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import collect_stdin, complete_with, unsigned_int, yaml_values
from ros2cli.node.direct import DirectNode
from ros2cli.node.direct import add_arguments as add_direct_node_arguments
from ros2topic.api import (
    TopicMessagePrototypeCompleter,
    TopicTypeCompleter,
    add_qos_arguments,
    add_topic_name,
    message_class,
    positive_float,
)
from ros2topic.api.qos import qos_profile_from_arguments
from ros2topic.verb import VerbExtension

_SAY_AGAIN_S = 1.0


class PubVerb(VerbExtension):
    """Publish a message to a topic."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_topic_name(parser)
        action = parser.add_argument("message_type", help="type of the message, e.g. std_msgs/msg/String")
        complete_with(action, TopicTypeCompleter(topic_name_key="topic_name"))
        values = parser.add_mutually_exclusive_group()
        action = values.add_argument(
            "values", nargs="?", default="{}", help="fields of the message in YAML, e.g. 'data: hello'"
        )
        complete_with(action, TopicMessagePrototypeCompleter(topic_type_key="message_type"))
        values.add_argument("--stdin", action="store_true", help="read the fields from standard input")
        parser.add_argument(
            "-r", "--rate", metavar="N", type=positive_float, default=1.0, help="messages a second (default: 1)"
        )
        parser.add_argument(
            "-p", "--print", metavar="N", type=int, default=1, help="print every N-th message (default: 1)"
        )
        _add_limits(parser)
        parser.add_argument("-n", "--node-name", help="name of the publishing node")
        add_qos_arguments(parser, "publish", "default")
        add_direct_node_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> str | None:
        times = 1 if args.once else args.times
        needed = args.wait_matching_subscriptions
        needed = min(times, 1) if needed is None else needed
        fields = yaml_values(collect_stdin() if args.stdin else args.values)
        if not isinstance(fields, dict):
            return "The passed value needs to be a dictionary in YAML format"
        if needed == 0 and args.max_wait_time_secs is not None:
            return "--max-wait-time-secs option is only effective with --wait-matching-subscriptions, --once or --times"
        message = message_class(args.message_type)()
        with DirectNode(args, node_name=args.node_name) as node:
            publisher = node.create_publisher(type(message), args.topic_name, qos_profile_from_arguments(args))
            _wait_for_subscriptions(node, publisher, needed, args.max_wait_time_secs)
            publish = _publication(node, publisher, message, fields, args.print)
            _repeat(node, publish, times, 1.0 / args.rate)
            time.sleep(args.keep_alive)
        return None


def _add_limits(parser: argparse.ArgumentParser) -> None:
    times = parser.add_mutually_exclusive_group()
    times.add_argument("-1", "--once", action="store_true", help="publish one message")
    times.add_argument("-t", "--times", type=unsigned_int, default=0, help="publish so many messages (default: no end)")
    parser.add_argument(
        "-w",
        "--wait-matching-subscriptions",
        type=unsigned_int,
        help="wait for so many subscriptions (default: 1 with --once and --times, otherwise 0)",
    )
    parser.add_argument(
        "--max-wait-time-secs", type=positive_float, help="wait no longer than that for subscriptions (default: no end)"
    )
    parser.add_argument(
        "--keep-alive",
        metavar="N",
        type=positive_float,
        default=0.1,
        help="stay N s after the last message (default: %(default)s)",
    )


def _wait_for_subscriptions(node: DirectNode, publisher: Any, needed: int, limit_s: float | None) -> None:
    import rclpy
    from rclpy.impl.graph_wait import wait_for_graph

    deadline_s = float("inf") if limit_s is None else time.monotonic() + limit_s
    while rclpy.ok() and publisher.get_subscription_count() < needed:
        print(f"Waiting for at least {needed} matching subscription(s)...")
        left_s = deadline_s - time.monotonic()
        if left_s <= 0.0:
            raise Ros2CliError(
                f"Timed out waiting for subscribers: Expected {needed} subcribers "
                f"but only got {publisher.get_subscription_count()} subscribers"
            )
        wait_for_graph(node.context, lambda: publisher.get_subscription_count() >= needed, min(left_s, _SAY_AGAIN_S))


def _publication(
    node: DirectNode, publisher: Any, message: Any, fields: dict[str, Any], print_every: int
) -> Callable[[], None]:
    """A function that publishes once more."""
    from rosidl_runtime_py import set_message_fields

    try:
        stamps = set_message_fields(message, fields, expand_header_auto=True, expand_time_now=True)
    except (AssertionError, AttributeError, OverflowError, TypeError, ValueError) as error:
        raise Ros2CliError(f"Failed to populate field: {error}") from error
    numbers = count(1)

    def publish() -> None:
        now = node.get_clock().now().to_msg()
        for set_stamp in stamps:
            set_stamp(now)
        number = next(numbers)
        if print_every and number % print_every == 0:
            print(f"publishing #{number}: {message!r}\n")
        publisher.publish(message)

    return publish


def _repeat(node: DirectNode, publish: Callable[[], None], times: int, period_s: float) -> None:
    """At once, and then by a timer of the node; 0 times: without end."""
    import rclpy

    print("publisher: beginning loop")
    done = 0

    def once_more() -> None:
        nonlocal done
        done += 1
        publish()

    once_more()
    node.create_timer(period_s, once_more)
    while rclpy.ok() and (times == 0 or done < times):
        rclpy.spin_once(node.node)
