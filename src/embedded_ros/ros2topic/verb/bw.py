"""`ros2 topic bw`."""

from __future__ import annotations

import argparse
import sys
from collections import deque
from statistics import fmean

from ros2cli.node.direct import DirectNode
from ros2cli.node.direct import add_arguments as add_direct_node_arguments
from ros2topic.api import add_topic_name, get_msg_class, positive_int
from ros2topic.verb import VerbExtension

DEFAULT_WINDOW_SIZE = 100


class BandwidthMeter:
    """Sizes of the last `window` messages, with the times at which they came."""

    def __init__(self, window: int) -> None:
        self._messages: deque[tuple[int, int]] = deque(maxlen=window)

    def add(self, now_ns: int, size_bytes: int) -> None:
        """A message at that time."""
        self._messages.append((now_ns, size_bytes))

    def report(self, now_ns: int) -> str | None:
        """The bandwidth; None before the second message, and after a clock has jumped back."""
        if len(self._messages) < 2:
            return None
        passed_ns = now_ns - self._messages[0][0]
        if passed_ns <= 0:
            print("WARNING: time is reset!", file=sys.stderr)
            self._messages.clear()
            return None
        sizes = [size for _, size in self._messages]
        rate = sum(sizes) * 1e9 / passed_ns
        # All in the unit of the rate, so that they compare at a glance.
        texts = [_bytes_text(value, rate) for value in (rate, fmean(sizes), min(sizes), max(sizes))]
        return (
            f"{texts[0]}/s from {len(sizes)} messages\n\tMessage size mean: {texts[1]} min: {texts[2]} max: {texts[3]}"
        )


def _bytes_text(value: float, like: float) -> str:
    if like < 1e3:
        return f"{value:.0f} B"
    return f"{value / 1e3:.2f} KB" if like < 1e6 else f"{value / 1e6:.2f} MB"


class BwVerb(VerbExtension):
    """Display bandwidth used by topic."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_topic_name(parser, "topic")
        parser.add_argument(
            "--window",
            "-w",
            metavar="WINDOW",
            type=positive_int,
            default=DEFAULT_WINDOW_SIZE,
            help="number of messages for the average (default: %(default)s)",
        )
        add_direct_node_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        import rclpy
        from rclpy.qos import qos_profile_sensor_data

        meter = BandwidthMeter(args.window)
        with DirectNode(args) as node:
            message_class = get_msg_class(node, args.topic, blocking=True, include_hidden_topics=True)
            if message_class is None:
                return
            clock = node.get_clock()

            def on_message(payload: bytes) -> None:
                meter.add(clock.now().nanoseconds, len(payload))

            def on_second() -> None:
                if (report := meter.report(clock.now().nanoseconds)) is not None:
                    print(report)

            node.create_subscription(message_class, args.topic, on_message, qos_profile_sensor_data, raw=True)
            print(f"Subscribed to [{args.topic}]")
            node.create_timer(1.0, on_second)
            while rclpy.ok():
                rclpy.spin_once(node.node)
