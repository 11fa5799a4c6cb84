"""`ros2 topic hz`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.helpers import evaluator
from ros2cli.node.direct import DirectNode
from ros2cli.node.direct import add_arguments as add_direct_node_arguments
from ros2topic.api import add_topic_name, get_msg_class, positive_int
from ros2topic.api.statistics import StampedWindow, Statistics
from ros2topic.verb import VerbExtension

DEFAULT_WINDOW_SIZE = 10_000
_REPORT_NS = 1_000_000_000


class RateMeter:
    """Intervals between messages."""

    def __init__(self, window: int) -> None:
        self._window = StampedWindow(window)
        self._reported_ns: int | None = None

    def add(self, now_ns: int) -> None:
        """A message at that time."""
        previous_ns = self._window.last_ns
        if self._window.admits(now_ns) and previous_ns is not None:
            self._window.values_ns.append(now_ns - previous_ns)

    def report(self) -> str | None:
        """The rate, if there are messages of at least a second since the last report."""
        last_ns = self._window.last_ns
        if last_ns is None or not self._window.values_ns:
            return None
        if self._reported_ns is None or last_ns < self._reported_ns:
            self._reported_ns = last_ns
        if last_ns < self._reported_ns + _REPORT_NS:
            return None
        self._reported_ns = last_ns
        interval = Statistics.of(self._window.values_ns)
        rate_hz = 1e9 / interval.mean if interval.mean > 0.0 else 0.0
        return f"average rate: {rate_hz:.3f}\n\t{interval.spread_s()}"


class HzVerb(VerbExtension):
    """Print the average publishing rate to screen."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_topic_name(parser)
        parser.add_argument(
            "--window",
            "-w",
            dest="window_size",
            metavar="WINDOW",
            type=positive_int,
            default=DEFAULT_WINDOW_SIZE,
            help="number of messages for the average (default: %(default)s)",
        )
        parser.add_argument(
            "--filter",
            dest="filter_expr",
            metavar="EXPR",
            help="Python expression of m, the message, that must be true",
        )
        parser.add_argument(
            "--wall-time", dest="use_wtime", action="store_true", help="use wall time even with --use-sim-time"
        )
        add_direct_node_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        import rclpy
        from rclpy.clock import Clock
        from rclpy.clock_type import ClockType
        from rclpy.qos import qos_profile_sensor_data

        is_wanted = evaluator(args.filter_expr) if args.filter_expr else None
        meter = RateMeter(args.window_size)
        with DirectNode(args) as node:
            message_class = get_msg_class(node, args.topic_name, blocking=True, include_hidden_topics=True)
            if message_class is None:
                return
            clock = Clock(clock_type=ClockType.SYSTEM_TIME) if args.use_wtime else node.get_clock()

            def on_message(message: Any) -> None:
                if is_wanted is None or is_wanted(message):
                    meter.add(clock.now().nanoseconds)

            # Raw where it can be: the rate of images must not depend on how fast they are decoded.
            node.create_subscription(
                message_class, args.topic_name, on_message, qos_profile_sensor_data, raw=is_wanted is None
            )
            while rclpy.ok():
                rclpy.spin_once(node.node)
                if (report := meter.report()) is not None:
                    print(report)
