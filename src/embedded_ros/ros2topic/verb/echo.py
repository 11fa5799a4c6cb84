"""`ros2 topic echo`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import complete_with, evaluator, unsigned_int
from ros2cli.node.strategy import NodeStrategy
from ros2cli.node.strategy import add_arguments as add_strategy_node_arguments
from ros2topic.api import (
    TopicTypeCompleter,
    add_qos_arguments,
    add_topic_name,
    full_topic_name,
    get_msg_class,
    message_class,
    positive_float,
)
from ros2topic.api.qos import compatible_qos, has_qos_arguments, qos_profile_from_arguments
from ros2topic.verb import VerbExtension

if TYPE_CHECKING:
    from rclpy.event_handler import QoSMessageLostInfo

DEFAULT_TRUNCATE_LENGTH = 128


class EchoVerb(VerbExtension):
    """Output messages from a topic."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_strategy_node_arguments(parser)
        add_topic_name(parser)
        action = parser.add_argument("message_type", nargs="?", help="its type, e.g. std_msgs/msg/String")
        complete_with(action, TopicTypeCompleter(topic_name_key="topic_name"))
        add_qos_arguments(parser, "subscribe", "sensor_data")
        add_format_arguments(parser)
        parser.add_argument("--field", help="only this field, e.g. pose.pose.position")
        parser.add_argument("--no-lost-messages", action="store_true", help="don't say when a message was lost")
        parser.add_argument("--raw", action="store_true", help="show the serialized bytes")
        parser.add_argument(
            "--filter", dest="filter_expr", help="Python expression of m, the message, that must be true"
        )
        parser.add_argument("--once", action="store_true", help="stop after the first message")
        parser.add_argument("--timeout", metavar="N", type=positive_float, help="stop after N s")
        parser.add_argument(
            "--include-message-info", "-i", action="store_true", help="show times and sequence numbers as well"
        )

    def main(self, *, args: argparse.Namespace) -> None:
        import rclpy
        from rclpy.event_handler import SubscriptionEventCallbacks
        from rclpy.task import Future

        done = Future()
        on_message = _Printer(args, on_printed=lambda: _finish(done) if args.once else None)
        with NodeStrategy(args) as node:
            full_topic_name(node, args.topic_name)
            message_type = _message_type(node, args)
            qos = (
                qos_profile_from_arguments(args)
                if has_qos_arguments(args)
                else compatible_qos(node, args.topic_name, args.qos_profile)
            )
            on_lost = None if args.no_lost_messages else SubscriptionEventCallbacks(message_lost=_show_lost)
            node.create_subscription(
                message_type, args.topic_name, on_message, qos, event_callbacks=on_lost, raw=args.raw
            )
            if args.timeout is not None:
                node.create_timer(args.timeout, lambda: _finish(done))
            if args.once or args.timeout is not None:
                rclpy.spin_until_future_complete(node.node, done)
            else:
                rclpy.spin(node.node)


def add_format_arguments(parser: argparse.ArgumentParser) -> None:
    """How messages are shown."""
    parser.add_argument("--csv", action="store_true", help="all values, separated by commas")
    parser.add_argument("--full-length", "-f", action="store_true", help="don't shorten long arrays and texts")
    parser.add_argument(
        "--truncate-length",
        "-l",
        type=unsigned_int,
        default=DEFAULT_TRUNCATE_LENGTH,
        help="length after which arrays and texts are cut (default: %(default)s)",
    )
    parser.add_argument("--no-arr", action="store_true", help="don't show arrays")
    parser.add_argument("--no-str", action="store_true", help="don't show texts")
    parser.add_argument("--flow-style", action="store_true", help="collections in one line, as in [1, 2]")


def format_options(args: argparse.Namespace) -> dict[str, Any]:
    """What `add_format_arguments` has parsed, for `message_to_csv` and its kin."""
    length = None if args.full_length else args.truncate_length
    return {"truncate_length": length, "no_arr": args.no_arr, "no_str": args.no_str}


class _Printer:
    """Called with each message."""

    def __init__(self, args: argparse.Namespace, on_printed: Callable[[], None]) -> None:
        self._args = args
        self._options = format_options(args)
        self._on_printed = on_printed
        self._field = [] if args.field is None else [name for name in args.field.split(".") if name]
        if args.field is not None and not self._field:
            raise Ros2CliError(f"Invalid field value '{args.field}'")
        self._is_wanted = evaluator(args.filter_expr) if args.filter_expr else lambda _: True

    def __call__(self, message: Any, info: dict[str, int]) -> None:
        value = message
        for name in self._field:
            try:
                value = getattr(value, name)
            except AttributeError as error:
                raise Ros2CliError(f"Invalid field '{'.'.join(self._field)}': {error}") from error
        if self._is_wanted(value):
            print(self._text(value, info if self._args.include_message_info else None))
            self._on_printed()

    def _text(self, value: Any, info: dict[str, int] | None) -> str:
        from rosidl_runtime_py import message_to_csv, message_to_yaml

        if not hasattr(value, "get_fields_and_field_types"):  # bytes, or a field that is no message
            heading = "" if info is None else f"---Got new message, message info:---\n{info}\n---Message data:---\n"
            return f"{heading}{value}\n---"
        if self._args.csv:
            text = message_to_csv(value, **self._options)
            return text if info is None else ",".join([*map(str, info.values()), text])
        heading = "" if info is None else f"{_yaml(info)}---\n"
        return f"{heading}{message_to_yaml(value, flow_style=self._args.flow_style, **self._options)}---"


def _yaml(info: dict[str, int]) -> str:
    import yaml

    return str(yaml.dump(info))


def _message_type(node: NodeStrategy, args: argparse.Namespace) -> Any:
    if args.message_type is not None:
        return message_class(args.message_type)
    found = get_msg_class(node, args.topic_name, include_hidden_topics=True)
    if found is None:
        raise Ros2CliError("Could not determine the type for the passed topic")
    return found


def _finish(done: Any) -> None:
    if not done.done():
        done.set_result(True)


def _show_lost(status: QoSMessageLostInfo) -> None:
    print(
        f"A message was lost!!!\n\ttotal count change:{status.total_count_change}\n\ttotal count: {status.total_count}",
        end="---\n",
    )
