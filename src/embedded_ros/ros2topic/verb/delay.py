"""`ros2 topic delay`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.node.direct import DirectNode
from ros2cli.node.direct import add_arguments as add_direct_node_arguments
from ros2topic.api import add_topic_name, get_msg_class, positive_int
from ros2topic.api.statistics import StampedWindow, Statistics
from ros2topic.verb import VerbExtension

DEFAULT_WINDOW_SIZE = 10_000


class DelayMeter:
    """Times from the stamp in a message's header to its arrival."""

    def __init__(self, window: int) -> None:
        self._window = StampedWindow(window)
        self._reported_ns: int | None = None

    def add(self, now_ns: int, stamp_ns: int) -> None:
        """A message with that stamp, at that time."""
        if self._window.admits(now_ns):
            self._window.values_ns.append(now_ns - stamp_ns)

    def report(self) -> str | None:
        """The delay; None before the second message."""
        if not self._window.values_ns:
            return None
        if self._window.last_ns == self._reported_ns:
            return "no new messages"
        self._reported_ns = self._window.last_ns
        delay = Statistics.of(self._window.values_ns)
        return f"average delay: {delay.mean * 1e-9:.3f}\n\t{delay.spread_s()}"


class DelayVerb(VerbExtension):
    """Display delay of topic from timestamp in header."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_topic_name(parser, "topic")
        parser.add_argument(
            "--window",
            "-w",
            type=positive_int,
            default=DEFAULT_WINDOW_SIZE,
            help="number of messages for the average (default: %(default)s)",
        )
        add_direct_node_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        import rclpy
        from rclpy.qos import qos_profile_sensor_data
        from rclpy.time import Time

        meter = DelayMeter(args.window)
        with DirectNode(args) as node:
            message_class = get_msg_class(node, args.topic, blocking=True, include_hidden_topics=True)
            if message_class is None:
                return
            clock = node.get_clock()

            def on_message(message: Any) -> None:
                if not hasattr(message, "header"):
                    raise Ros2CliError("msg does not have header")
                meter.add(clock.now().nanoseconds, Time.from_msg(message.header.stamp).nanoseconds)

            def on_second() -> None:
                if (report := meter.report()) is not None:
                    print(report)

            node.create_subscription(message_class, args.topic, on_message, qos_profile_sensor_data)
            node.create_timer(1.0, on_second)
            while rclpy.ok():
                rclpy.spin_once(node.node)
