"""`ros2 topic hz`."""

from __future__ import annotations

import argparse
import time
from collections import deque
from dataclasses import dataclass
from statistics import fmean, pstdev

from ros2cli.direct import add_node_arguments, direct_node, interface_class, show, types_of_topic

from .qos import add_qos_arguments, listening_qos

DEFAULT_WINDOW_SIZE = 10_000
_REPORT_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Statistics over the intervals in the window, s; `count` intervals."""

    mean_hz: float
    min_s: float
    max_s: float
    std_dev_s: float
    count: int

    def __str__(self) -> str:
        return (
            f"average rate: {self.mean_hz:.3f}\n\tmin: {self.min_s:.3f}s max: {self.max_s:.3f}s "
            f"std dev: {self.std_dev_s:.5f}s window: {self.count}"
        )


class RateMeter:
    """Intervals between messages, the last `window` of them; a clock that jumps back starts it again."""

    def __init__(self, window: int) -> None:
        self._intervals_s: deque[float] = deque(maxlen=window)
        self._last_ns: int | None = None

    def add(self, now_ns: int) -> None:
        """A message at that time."""
        if self._last_ns is not None and now_ns < self._last_ns:
            self._intervals_s.clear()
        elif self._last_ns is not None:
            self._intervals_s.append((now_ns - self._last_ns) * 1e-9)
        self._last_ns = now_ns

    def rate(self) -> Rate | None:
        """None before the second message."""
        if not self._intervals_s:
            return None
        mean_s = fmean(self._intervals_s)
        return Rate(
            mean_hz=1.0 / mean_s if mean_s > 0.0 else 0.0,
            min_s=min(self._intervals_s),
            max_s=max(self._intervals_s),
            std_dev_s=pstdev(self._intervals_s),
            count=len(self._intervals_s),
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    add_qos_arguments(parser)
    parser.add_argument("topic_name", help="name of the topic, e.g. /scan")
    parser.add_argument("--window", "-w", type=int, default=DEFAULT_WINDOW_SIZE, help="messages (default: %(default)s)")
    parser.add_argument("--wall-time", action="store_true", help="use wall time even with --use-sim-time")
    parser.add_argument("--duration", type=float, metavar="N", help="stop after N s")


def main(args: argparse.Namespace) -> int:
    """Print the rate every second; with --duration, 1 if there was none."""
    import rclpy
    from rclpy.clock import Clock
    from rclpy.clock_type import ClockType

    with direct_node(args) as node:
        message_class = interface_class("msg", types_of_topic(node, args.topic_name, args.spin_time)[0])
        clock = Clock(clock_type=ClockType.SYSTEM_TIME) if args.wall_time else node.get_clock()
        meter = RateMeter(args.window)
        qos = listening_qos(node, args.topic_name, args)
        # Raw: the rate of images must not depend on how fast they can be decoded.
        node.create_subscription(
            message_class, args.topic_name, lambda _: meter.add(clock.now().nanoseconds), qos, raw=True
        )
        start_s = next_s = time.monotonic()
        while rclpy.ok() and (args.duration is None or time.monotonic() < start_s + args.duration):
            rclpy.spin_once(node, timeout_sec=0.1)
            if time.monotonic() >= next_s + _REPORT_S:
                next_s = time.monotonic()
                show(str(meter.rate() or "no new messages"))
        return 0 if meter.rate() is not None else 1
